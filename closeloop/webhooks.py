"""What other programs are told of answers and cases: ids, state and class. The rest is read by the API, by its rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closeloop.models import AlertRule, Case, CaseEvent
from nps_platform.webhooks.kinds import register_events
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from nps_platform.webhooks.telling import owe, tell
from responses.models import Response
from surveys.models import Invitation

_Kind = CaseEvent.Kind
# Told to the endpoints that a rule names: none chooses it.
ALERT = "alert.raised"
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


def owe_alert(
    rule: AlertRule, response: Response, case: Case | None, endpoints: Sequence[Endpoint]
) -> dict[int, Delivery]:
    """An alert rule tells these programs of an answer, whatever else they listen to; by endpoint."""
    data = {**_rule(rule), "response": _response(response), "case": _case(case) if case else None}
    return _owed(Event.objects.create(data=data, customer=response.customer), endpoints)


def owe_silence(
    rule: AlertRule, invitations: Sequence[Invitation], further: int, endpoints: Sequence[Endpoint]
) -> dict[int, Delivery]:
    """It tells them of invitations without answer; by endpoint. No customer stands in it: it is about many."""
    asked = [{"id": invitation.pk, "programme": invitation.programme_id} for invitation in invitations]
    data = {**_rule(rule), "invitations": asked, "further": further}
    return _owed(Event.objects.create(data=data), endpoints)


def _owed(event: Event, endpoints: Sequence[Endpoint]) -> dict[int, Delivery]:
    return {owed.endpoint_id: owed for owed in owe(event, dict.fromkeys(endpoints, ALERT))}


def _rule(rule: AlertRule) -> dict[str, Any]:
    return {"rule": {"id": rule.pk, "name": rule.name}, "trigger": str(rule.trigger), "priority": int(rule.priority)}


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
