"""A stage's survey takes precedence over an interaction's that wants the same people and has not left yet (P4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from nps_platform.lib.chunks import in_chunks
from nps_platform.messaging.actions import cancel
from nps_platform.messaging.models import Message
from surveys.actions.counting import count_all_again
from surveys.invitations import KINDS
from surveys.models import CallTask, Event, Invitation, Programme, SkipReason
from surveys.planning.rules import OPEN, beats_touchpoints, quarantine_days, yielding

AT_ONCE = 2_000
State = Invitation.State


def give_way(programme: Programme) -> bool:
    """Take back what has not left to the people whom `programme` asks; whether it came too late for somebody.

    What is leaving at this very moment can't be taken back: then those people have an open question, and `programme` leaves
    them out instead. In the transaction that made its invitations.
    """
    if not beats_touchpoints(programme):
        return False
    found = list(yielding(programme).order_by("pk").values_list("pk", "customer_id"))
    late: list[int] = []
    counted = {programme.pk} if found else set()
    for some in in_chunks(found, AT_ONCE):
        people = dict(some)
        yielded = _take_back(list(people), timezone.now())
        counted |= set(yielded.values())
        left = Invitation.objects.filter(pk__in=people.keys() - yielded.keys(), state__in=OPEN)
        late += [people[pk] for pk in left.values_list("pk", flat=True)]
    # Who waives the quarantine waives the open question with it.
    late = late if quarantine_days(programme) else []
    for people_late in in_chunks(late, AT_ONCE):
        mine = programme.invitations.filter(customer_id__in=people_late, state=State.PLANNED)
        _take_back(list(mine.values_list("pk", flat=True)), timezone.now())
    count_all_again(counted)
    return bool(late)


def _take_back(ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Skip these planned invitations, but for what is on its way by now: {id: programme} of those that were.

    First the messages and the places on the call list, by the conditional updates that workers and interviewers claim them by;
    then the invitations' rows, which whoever settles a message that left waits for.
    """
    cancel(kinds=KINDS, source_ids=ids)
    calls = CallTask.objects.filter(invitation__in=ids, done_at=None)
    calls.filter(Q(claimed_by=None) | Q(claimed_until__lt=now)).update(done_at=now)
    planned = Invitation.objects.select_for_update().filter(pk__in=ids, state=State.PLANNED).order_by("pk")
    programmes = dict(planned.values_list("pk", "programme_id"))
    for pk in _under_way(programmes):
        programmes.pop(pk, None)
    Invitation.objects.filter(pk__in=list(programmes)).update(
        state=State.SKIPPED, skip_reason=SkipReason.OPEN_INVITATION, due_at=None, expires_at=None
    )
    Event.objects.filter(invitation__in=list(programmes)).update(skip_reason=SkipReason.OPEN_INVITATION)
    return programmes


def _under_way(ids: Iterable[int]) -> set[int]:
    """Whose message a mail server or gateway is being given, or who is on the line with an interviewer."""
    ids = list(ids)
    leaving = Message.objects.filter(kind__in=KINDS, source_id__in=ids, state=Message.State.SENDING)
    on_the_line = CallTask.objects.filter(invitation__in=ids, done_at=None, claimed_by__isnull=False)
    return {pk for pk in leaving.values_list("source_id", flat=True) if pk} | set(
        on_the_line.values_list("invitation_id", flat=True)
    )
