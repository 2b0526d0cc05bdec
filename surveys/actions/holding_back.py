"""Cases and incidents that come between planning and sending: who was to be asked waits until they are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from nps_platform.customers.models import Customer
from nps_platform.lib.chunks import in_chunks
from nps_platform.messaging.models import Message
from surveys.actions.counting import count_again
from surveys.actions.taking_back import take_back
from surveys.invitations import KINDS
from surveys.models import HELD, CallTask, Invitation, Programme
from surveys.planning.judging import Judging

# So far ahead a sweep looks: further than to the next one.
AHEAD = timedelta(minutes=20)
AT_ONCE = 2_000
State = Invitation.State


@transaction.atomic
def hold_back(programme: Programme, now: datetime) -> int:
    """Skip whom a case or an incident keeps back by now, of those whose turn comes soon; how many.

    They are judged again like everybody who was held from the beginning: `ask_held`, `ask_held_events`.
    """
    soon = programme.invitations.filter(state=State.PLANNED, due_at__lte=now + AHEAD)
    people = Customer.objects.filter(pk__in=soon.values("customer_id"))
    judging = Judging(programme, now)
    taken: list[int] = []
    for reason in HELD:
        held = soon.filter(customer_id__in=judging.held(people, reason).values("pk"))
        for some in in_chunks(list(held.values_list("pk", flat=True)), AT_ONCE):
            taken += take_back(some, reason, now)
    for some in in_chunks(taken, AT_ONCE):
        _forget(programme, some)
    if taken:
        count_again(programme)
    return len(taken)


def _forget(programme: Programme, ids: list[int]) -> None:
    """What was owed to them never began; it is owed anew when they are asked. An event asks by an invitation of its own."""
    Message.objects.filter(kind__in=KINDS, source_id__in=ids, state=Message.State.CANCELLED).delete()
    CallTask.objects.filter(invitation__in=ids, attempts=None).delete()
    if programme.mode == Programme.Mode.TRIGGER:
        Invitation.objects.filter(pk__in=ids, state=State.SKIPPED).delete()
