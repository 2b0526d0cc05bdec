"""Showing a case to somebody outside, for a while, without what they needn't know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from closeloop.actions.timeline import locked, take_up, write
from closeloop.models import Case, CaseEvent, Forward
from closeloop.sla import opening_after
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy import audit
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization

HIDEABLE = ("name", "contact", "account", "comment", "value")
USUALLY_HIDDEN = ("contact", "value")
DAYS = 14
MOST_DAYS = 90
USUAL_REMINDERS, MOST_REMINDERS = 2, 5
REMIND = "forwards"
# A page drawn again at once (a reload, the way back from sending an answer) is the same look.
SAME_LOOK = timedelta(minutes=10)


@transaction.atomic
def forward_case(
    case: Case,
    *,
    email: str,
    text: str = "",
    hidden_fields: Sequence[str] = USUALLY_HIDDEN,
    days: int = DAYS,
    remind_every: int | None = None,
    reminders: int = USUAL_REMINDERS,
    by: Membership | None,
) -> Forward:
    """Mail a link that shows the case for `days`, without `hidden_fields`; the answer comes back into the timeline.

    `remind_every` so many business days a reminder follows, at most `reminders` times, until the guest has answered or the link
    has closed. Who sees no money shows none: the value stays hidden. Raises ValueError for a field that can't be hidden or numbers
    beyond the limits.
    """
    if set(hidden_fields) - set(HIDEABLE) or not 1 <= days <= MOST_DAYS:
        raise ValueError("hidden_fields or days")
    if remind_every is not None and not (1 <= remind_every <= MOST_DAYS and 1 <= reminders <= MOST_REMINDERS):
        raise ValueError("reminders")
    hidden = set(hidden_fields) | (set() if by is None or by.may(Right.MONEY) else {"value"})
    case = locked(case)
    take_up(case)
    case.save()
    forward = Forward.objects.create(
        case=case,
        email=email,
        text=text,
        hidden_fields=[name for name in HIDEABLE if name in hidden],
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
        remind_every=remind_every,
        reminders_left=reminders if remind_every else 0,
        remind_at=opening_after(current_organization(), timezone.now(), remind_every) if remind_every else None,
    )
    if forward.remind_at:
        is_due(REMIND, forward.remind_at)
    event = write(case, CaseEvent.Kind.FORWARD, by=by, text=text, forward=forward.pk, email=email)
    event.message = _owe_mail("forward", forward, by)
    event.save(update_fields=["message"])
    return forward


def _owe_mail(kind: str, forward: Forward, by: Membership | None) -> Message:
    mail = Message(
        kind=kind,
        source_id=forward.pk,
        audience=Message.Audience.GUEST,
        to_address=forward.email,
        language=current_organization().language,
        priority=1,
        created_by=by,
    )
    enqueue([mail])
    return mail


@transaction.atomic
def revoke_forward(forward: Forward, *, by: Membership | None) -> bool:
    """Close the link now; False where it was closed before."""
    case = locked(forward.case)
    now = timezone.now()
    revoked = Forward.objects.filter(pk=forward.pk, revoked_at=None).update(revoked_at=now, remind_at=None)
    if revoked:
        write(case, CaseEvent.Kind.WITHDRAWN, by=by, forward=forward.pk, email=forward.email)
    return bool(revoked)


@transaction.atomic
def note_view(forward: Forward) -> bool:
    """The guest looked: counted, and kept in the audit list; False for the same look drawn again."""
    now = timezone.now()
    looks = Forward.objects.filter(pk=forward.pk).exclude(viewed_at__gt=now - SAME_LOOK)
    if not looks.update(views=F("views") + 1, viewed_at=now):
        return False
    audit.record("forward.viewed", forward.case, by=None, label="guest", forward=forward.pk)
    return True


def remind_guests() -> datetime | None:
    """The reminders whose time has come, in the current organisation; when the next one's does."""
    for pk in list(Forward.objects.filter(remind_at__lte=timezone.now()).values_list("pk", flat=True)):
        _remind(pk)
    return Forward.objects.exclude(remind_at=None).aggregate(next=Min("remind_at"))["next"]


@transaction.atomic
def _remind(pk: int) -> None:
    forward = Forward.objects.select_for_update(of=("self",)).select_related("created_by__user").get(pk=pk)
    if forward.remind_at is None or forward.remind_at > timezone.now():
        return
    if waits_for_answer(forward) and forward.remind_every and forward.reminders_left:
        forward.reminded, forward.reminders_left = forward.reminded + 1, forward.reminders_left - 1
        _owe_mail("forward_reminder", forward, forward.created_by)
        audit.record("forward.reminded", forward.case, by=None, forward=forward.pk)
        again = opening_after(current_organization(), timezone.now(), forward.remind_every)
        forward.remind_at = again if forward.reminders_left else None
    else:
        forward.remind_at = None
    forward.save(update_fields=["reminded", "reminders_left", "remind_at"])


def waits_for_answer(forward: Forward) -> bool:
    """Nobody answered, and the link still opens; nor is the case closed."""
    return forward.is_open and forward.answered_at is None and forward.case.is_open
