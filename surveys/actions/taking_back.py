"""Taking back invitations that have not begun to leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from nps_platform.messaging.actions import cancel
from nps_platform.messaging.models import Message
from surveys.invitations import KINDS
from surveys.models import CallTask, Event, Invitation

State = Invitation.State


def take_back(ids: Sequence[int], reason: str, now: datetime) -> dict[int, int]:
    """Skip these planned invitations for `reason`, but for what is on its way by now: {id: programme} of those that were.

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
        state=State.SKIPPED, skip_reason=reason, due_at=None, expires_at=None
    )
    Event.objects.filter(invitation__in=list(programmes)).update(skip_reason=reason)
    return programmes


def _under_way(ids: Iterable[int]) -> set[int]:
    """Whose message a mail server or gateway is being given, or who is on the line with an interviewer."""
    ids = list(ids)
    leaving = Message.objects.filter(kind__in=KINDS, source_id__in=ids, state=Message.State.SENDING)
    on_the_line = CallTask.objects.filter(invitation__in=ids, done_at=None, claimed_by__isnull=False)
    return {pk for pk in leaving.values_list("source_id", flat=True) if pk} | set(
        on_the_line.values_list("invitation_id", flat=True)
    )
