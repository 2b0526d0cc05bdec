"""What an answer means for the invitation it belongs to, and what a mail's fate means for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, F, Value, When
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.messaging.actions import cancel
from nps_platform.messaging.models import Message
from nps_platform.tenancy.due import is_due
from surveys.invitation_mail import INVITATION_KIND, REMINDER_KIND
from surveys.models import Invitation, Survey

KINDS = (INVITATION_KIND, REMINDER_KIND)
RETURNS = "returns"  # mails came back or were complained about: a programme may have to pause itself
State = Invitation.State


def mark_answered(invitation: Invitation, at: datetime) -> bool:
    """Settle an invitation that was answered, and take back its reminder; False if it was before."""
    waiting = Invitation.objects.filter(pk=invitation.pk, answered_at=None)
    marked = bool(waiting.update(state=State.ANSWERED, answered_at=at))
    if marked:
        cancel(kinds=KINDS, source_ids=[invitation.pk])
    return marked


def close_open_invitation(survey: Survey, customer: Customer) -> int:
    """Close what was still asked of `customer` about `survey`, answered elsewhere; how many."""
    waiting = Invitation.objects.filter(survey=survey, customer=customer, state__in=(State.PLANNED, State.SENT))
    ids = list(waiting.values_list("pk", flat=True))
    if not ids:
        return 0
    cancel(kinds=KINDS, source_ids=ids)
    return waiting.filter(pk__in=ids).update(state=State.CLOSED)


def close_invitations_before(survey: Survey, latest: Mapping[int, datetime]) -> int:
    """Close what stood open for customers (id → when they last answered elsewhere) at the time; how many.

    What was asked on a later day stays open: an old answer that comes in late says nothing about it.
    """
    open_states = (State.PLANNED, State.SENT)
    waiting = Invitation.objects.filter(survey=survey, customer_id__in=list(latest), state__in=open_states)
    asked = waiting.values_list("pk", "customer_id", "created_at")
    ids = [pk for pk, customer, at in asked if at < latest[customer] + timedelta(days=1)]
    if not ids:
        return 0
    cancel(kinds=KINDS, source_ids=ids)
    return waiting.filter(pk__in=ids).update(state=State.CLOSED)


def invitations_settled(messages: Iterable[Message]) -> None:
    """Invitations' mails reached SENT, BOUNCED, FAILED or AMBIGUOUS: called in the transaction that settles them.

    A mail that may have left counts as sent: its link works, and whoever may have it is asked neither by another programme
    nor by this one again, only reminded. Whether the mail goes out once more a person decides, in the outbox.
    """
    now = timezone.now()
    by_state: dict[str, list[int | None]] = {}
    for message in messages:
        by_state.setdefault(message.state, []).append(message.source_id)
    # An answer may be faster than the worker that settles: it stays an answer.
    if left := by_state.get(Message.State.SENT, []) + by_state.get(Message.State.AMBIGUOUS, []):
        state = Case(When(state=State.PLANNED, then=Value(State.SENT)), default=F("state"))
        Invitation.objects.filter(pk__in=left, sent_at=None).update(sent_at=now, state=state)
    _bounced(by_state.get(Message.State.BOUNCED, []))


def reminders_settled(messages: Iterable[Message]) -> None:
    """A reminder that bounced says that the address is gone."""
    _bounced([message.source_id for message in messages if message.state == Message.State.BOUNCED])


def complained_about(messages: Iterable[Message]) -> None:
    """They called the mail spam: what is still waiting for them is not sent (their address is suppressed by now)."""
    ids = [message.source_id for message in messages]
    Invitation.objects.filter(pk__in=ids, complained_at=None).update(complained_at=timezone.now())
    is_due(RETURNS)


_on_bounce: list[Callable[[Sequence[int]], object]] = []


def on_bounce(hear: Callable[[Sequence[int]], object]) -> Callable[[Sequence[int]], object]:
    """Register (from AppConfig.ready) who hears of invitations that can't be delivered: their ids, in the transaction that
    settles them. Told once each."""
    if hear not in _on_bounce:
        _on_bounce.append(hear)
    return hear


def _bounced(ids: list[int | None]) -> None:
    if not ids:
        return
    is_due(RETURNS)
    rows = Invitation.objects.filter(pk__in=ids, state__in=(State.PLANNED, State.SENT))
    back = list(rows.values_list("pk", flat=True))
    if back and rows.update(state=State.BOUNCED):
        for hear in _on_bounce:
            hear(back)
