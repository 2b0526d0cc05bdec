"""What other programs are told of answers and cases: ids, state and class. The rest is read by the API, by its rights."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closeloop.models import Case, CaseEvent
from nps_platform.webhooks.kinds import register_events
from nps_platform.webhooks.telling import tell
from responses.models import Response

_Kind = CaseEvent.Kind
# Entries of the timeline that have a name of their own; all others are "case.updated".
NAMES: dict[str, str] = {
    _Kind.OPENED: "case.opened",
    _Kind.ASSIGNED: "case.assigned",
    _Kind.ACKNOWLEDGED: "case.acknowledged",
    _Kind.NOTE: "case.noted",
    _Kind.REPLY: "case.replied",
    _Kind.CALL: "case.contacted",
    _Kind.FORWARD: "case.forwarded",
    _Kind.GUEST_ANSWER: "case.guest_answered",
    _Kind.CUSTOMER_REPLY: "case.customer_replied",
    _Kind.ESCALATED: "case.escalated",
    _Kind.RESOLVED: "case.resolved",
    _Kind.CONFIRMED: "case.confirmed",
    _Kind.REOPENED: "case.reopened",
}
EVENTS: dict[str, str | Promise] = {
    "response.recorded": _("An answer came in"),
    "response.corrected": _("An answer was corrected, or a score given after the contact"),
    "case.opened": _("A case was opened"),
    "case.assigned": _("A case was assigned"),
    "case.acknowledged": _("Somebody took up a case"),
    "case.noted": _("A note was written in a case"),
    "case.replied": _("The customer was replied to"),
    "case.contacted": _("A call with the customer was logged"),
    "case.forwarded": _("A case was forwarded"),
    "case.guest_answered": _("A guest answered a forwarded case"),
    "case.customer_replied": _("The customer replied"),
    "case.escalated": _("A case that presses was brought before colleagues"),
    "case.resolved": _("A case was resolved"),
    "case.confirmed": _("The customer confirmed that it is solved"),
    "case.reopened": _("A case was reopened"),
    "case.updated": _("A case changed in any way that is not ticked by its name"),
}


def register() -> None:
    """Called when the room is ready."""
    register_events(EVENTS)


def tell_of_case(case: Case, event: CaseEvent) -> None:
    """An entry of the timeline was written; the case is told as it stands with it."""
    tell(
        NAMES.get(event.kind, "case.updated"),
        lambda: {
            "case": _case(case),
            "response": _response(case.response),
            "event": {"id": event.pk, "kind": str(event.kind)},
        },
        at=event.at,
        customer=case.customer,
    )


def tell_of_answer(response: Response, *, is_new: bool) -> None:
    """An answer was taken up, or what changed in it."""
    kind = "response.recorded" if is_new else "response.corrected"
    tell(kind, lambda: {"response": _response(response)}, customer=response.customer)


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "state": str(case.state),
        "is_open": case.is_open,
        "class": str(case.nps_class),
        "priority": int(case.priority),
        "assignee": case.assignee.user.email if case.assignee else None,
        "team": case.team.name if case.team else None,
        "root_cause": case.root_cause.key if case.root_cause else None,
        "outcome": str(case.outcome),
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "id": response.pk,
        "survey": response.survey_id,
        "score": response.score,
        "class": str(response.nps_class),
        "channel": str(response.channel),
        "answered_at": response.answered_at.isoformat(),
        "customer": response.customer.external_id if response.customer else None,
        "customer_id": response.customer_id,
    }
