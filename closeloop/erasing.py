"""An erased person's cases keep their times and outcomes; what was written in them goes."""

from __future__ import annotations

from closeloop.models import Case, CaseEvent, Forward
from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message

# Written by or to the person: their label is the person's name.
_THEIRS = (
    CaseEvent.Kind.CUSTOMER_REPLY,
    CaseEvent.Kind.CONFIRMED,
    CaseEvent.Kind.REOPENED,
    CaseEvent.Kind.CORRECTED,
    CaseEvent.Kind.AFTER_CONTACT,
)


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_cases)


def forget_cases(customer: Customer) -> None:
    """Texts of the timeline, of forwards and of the mails about the case; open doors to guests close."""
    cases = Case.objects.filter(customer=customer)
    events = CaseEvent.objects.filter(case__in=cases)
    Message.objects.filter(pk__in=events.exclude(message=None).values("message")).update(
        to_name="", subject="", text="", html=""
    )
    events.filter(actor=None, kind__in=_THEIRS).update(actor_label="")
    events.update(text="")
    forwards = Forward.objects.filter(case__in=cases)
    for forward in forwards.filter(revoked_at=None):
        Forward.objects.filter(pk=forward.pk).update(revoked_at=forward.created_at)
    forwards.update(text="")
    cases.update(customer=None, account=None)
