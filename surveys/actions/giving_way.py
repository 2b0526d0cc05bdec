"""A stage's survey takes precedence over an interaction's that wants the same people and has not left yet (P4)."""

from __future__ import annotations

from django.utils import timezone

from nps_platform.lib.chunks import in_chunks
from surveys.actions.counting import count_all_again
from surveys.actions.taking_back import take_back
from surveys.models import Invitation, Programme, SkipReason
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
        yielded = take_back(list(people), SkipReason.OPEN_INVITATION, timezone.now())
        counted |= set(yielded.values())
        left = Invitation.objects.filter(pk__in=people.keys() - yielded.keys(), state__in=OPEN)
        late += [people[pk] for pk in left.values_list("pk", flat=True)]
    # Who waives the quarantine waives the open question with it.
    late = late if quarantine_days(programme) else []
    for people_late in in_chunks(late, AT_ONCE):
        mine = programme.invitations.filter(customer_id__in=people_late, state=State.PLANNED)
        take_back(list(mine.values_list("pk", flat=True)), SkipReason.OPEN_INVITATION, timezone.now())
    count_all_again(counted)
    return bool(late)
