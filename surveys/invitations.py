"""What an answer means for the invitation it belongs to, and what a mail's fate means for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, F, Value, When
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.messaging.actions import cancel
from nps_platform.messaging.models import Message
from surveys.invitation_mail import INVITATION_KIND, REMINDER_KIND
from surveys.models import Invitation, Survey

KINDS = (INVITATION_KIND, REMINDER_KIND)
State = Invitation.State


def mark_answered(invitation: Invitation, at: datetime) -> bool:
    """Settle an invitation that was answered, and take back its reminder; False if it was before."""
    waiting = Invitation.objects.filter(pk=invitation.pk, answered_at=None)
    marked = bool(waiting.update(state=State.ANSWERED, answered_at=at))
    if marked:
        cancel(kind=KINDS, source_id=invitation.pk)
    return marked


def close_open_invitation(survey: Survey, customer: Customer) -> int:
    """Close what was still asked of `customer` about `survey`, answered elsewhere; how many."""
    waiting = Invitation.objects.filter(survey=survey, customer=customer, state__in=(State.PLANNED, State.SENT))
    ids = list(waiting.values_list("pk", flat=True))
    for invitation_id in ids:
        cancel(kind=KINDS, source_id=invitation_id)
    return Invitation.objects.filter(pk__in=ids).update(state=State.CLOSED) if ids else 0


def invitations_settled(messages: Iterable[Message]) -> None:
    """Invitations' mails reached SENT, BOUNCED or FAILED: called in the transaction that settles them."""
    now = timezone.now()
    by_state: dict[str, list[int | None]] = {}
    for message in messages:
        by_state.setdefault(message.state, []).append(message.source_id)
    # An answer may be faster than the worker that settles: it stays an answer.
    if sent := by_state.get(Message.State.SENT):
        state = Case(When(state=State.PLANNED, then=Value(State.SENT)), default=F("state"))
        Invitation.objects.filter(pk__in=sent, sent_at=None).update(sent_at=now, state=state)
    _bounced(by_state.get(Message.State.BOUNCED, []))


def reminders_settled(messages: Iterable[Message]) -> None:
    """A reminder that bounced says that the address is gone."""
    _bounced([message.source_id for message in messages if message.state == Message.State.BOUNCED])


def _bounced(ids: list[int | None]) -> None:
    if ids:
        Invitation.objects.filter(pk__in=ids, state__in=(State.PLANNED, State.SENT)).update(state=State.BOUNCED)
