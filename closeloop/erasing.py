"""An erased person's cases keep their times and outcomes; what was written in them goes."""

from __future__ import annotations

from django.db.models import QuerySet

from closeloop.actions.files import remove_files
from closeloop.models import Case, CaseEvent, CaseFile, Draft, Forward, Grant, Pledge
from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.messaging.erasing import empty_messages, forget_mails
from nps_platform.messaging.models import InboundMail, Message
from responses.erasing import register_visit_eraser
from responses.models import Response

# Written by or to the person: their label is the person's name.
_THEIRS = (
    CaseEvent.Kind.CUSTOMER_REPLY,
    CaseEvent.Kind.CONFIRMED,
    CaseEvent.Kind.REOPENED,
    CaseEvent.Kind.CORRECTED,
    CaseEvent.Kind.AFTER_CONTACT,
    CaseEvent.Kind.HANDLING,
)
_MAILED = (CaseEvent.Kind.CUSTOMER_REPLY, CaseEvent.Kind.GUEST_ANSWER, CaseEvent.Kind.AUTO_MAIL)
_OF_A_MAIL = ("subject", "from", "refused")


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_cases)
    register_visit_eraser(forget_visits)


def forget_cases(customer: Customer) -> None:
    _forget(Case.objects.filter(customer=customer))


def forget_visits(visits: QuerySet[Response]) -> None:
    """Nobody else names the mails to a visitor: they are found by the replies."""
    cases = Case.objects.filter(response__in=visits)
    replies = CaseEvent.objects.filter(case__in=cases).exclude(message=None).values("message")
    empty_messages(Message.objects.filter(pk__in=list(replies.values_list("message", flat=True))))
    _forget(cases)


def _forget(cases: QuerySet[Case]) -> None:
    """Texts of the timeline, of forwards and of the mails about the case; open doors to guests close."""
    events = CaseEvent.objects.filter(case__in=cases)
    Message.objects.filter(pk__in=events.exclude(message=None).values("message")).update(
        to_name="", subject="", text="", html=""
    )
    events.filter(actor=None, kind__in=_THEIRS).update(actor_label="")
    events.update(text="")
    Draft.objects.filter(case__in=cases).delete()
    forget_mails(InboundMail.objects.filter(pk__in=list(events.exclude(mail=None).values_list("mail", flat=True))))
    for event in events.filter(kind__in=_MAILED).exclude(data={}):
        event.data = {name: value for name, value in event.data.items() if name not in _OF_A_MAIL}
        event.save(update_fields=["data"])
    remove_files(CaseFile.objects.filter(case__in=cases))
    Pledge.objects.filter(case__in=cases).update(text="")
    Grant.objects.filter(case__in=cases).update(note="", decision_note="")
    forwards = Forward.objects.filter(case__in=cases)
    for forward in forwards.filter(revoked_at=None):
        Forward.objects.filter(pk=forward.pk).update(revoked_at=forward.created_at)
    forwards.update(text="")
    for case in cases:
        case.customer = case.account = case.yearly_value = None
        case.save()
