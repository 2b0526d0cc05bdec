"""Showing a case to somebody outside, for a while, without what they needn't know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from closeloop.actions.timeline import locked, take_up, write
from closeloop.models import Case, CaseEvent, Forward
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization

HIDEABLE = ("name", "contact", "account", "comment", "value")
USUALLY_HIDDEN = ("contact", "value")
DAYS = 14
MOST_DAYS = 90


@transaction.atomic
def forward_case(
    case: Case,
    *,
    email: str,
    text: str = "",
    hidden_fields: Sequence[str] = USUALLY_HIDDEN,
    days: int = DAYS,
    by: Membership | None,
) -> Forward:
    """Mail a link that shows the case for `days`, without `hidden_fields`; the answer comes back into the timeline.

    Who sees no money shows none: the value stays hidden. Raises ValueError for a field that can't be hidden or days beyond the limit.
    """
    if set(hidden_fields) - set(HIDEABLE) or not 1 <= days <= MOST_DAYS:
        raise ValueError("hidden_fields or days")
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
    )
    event = write(case, CaseEvent.Kind.FORWARD, by=by, text=text, forward=forward.pk, email=email)
    event.message = _owe_mail(forward, by)
    event.save(update_fields=["message"])
    return forward


def _owe_mail(forward: Forward, by: Membership | None) -> Message:
    mail = Message(
        kind="forward",
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
    revoked = Forward.objects.filter(pk=forward.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        write(case, CaseEvent.Kind.WITHDRAWN, by=by, forward=forward.pk, email=forward.email)
    return bool(revoked)
