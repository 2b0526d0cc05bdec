"""The first step of every action: lock the case, write the timeline and the audit."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from closeloop.escalating import calls_left, next_call
from closeloop.models import Case, CaseEvent
from closeloop.sla import clock_of, wind
from closeloop.webhooks import tell_of_case
from nps_platform.messaging.models import InboundMail
from nps_platform.tenancy import audit
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from responses.actions import mark_contacted

ESCALATIONS = "escalations"
_NOBODY = {"system", "customer", "guest"}
_FROM_CUSTOMER = {
    CaseEvent.Kind.CUSTOMER_REPLY,
    CaseEvent.Kind.CORRECTED,
    CaseEvent.Kind.AFTER_CONTACT,
    CaseEvent.Kind.WISH,
    CaseEvent.Kind.AUTO_MAIL,
    CaseEvent.Kind.HANDLING,
}


def locked(case: Case) -> Case:
    """The case as it is now, kept until the transaction ends: two people acting at once follow one another."""
    return Case.objects.select_for_update().get(pk=case.pk)


def keep(case: Case) -> None:
    """Save a case whose turn, state or targets changed, with the times that follow."""
    clock = clock_of(current_organization())
    wind(case, timezone.now(), clock)
    case.escalate_at = next_call(calls_left(case, clock))
    case.save()
    if case.escalate_at:
        is_due(ESCALATIONS, case.escalate_at)


def write(
    case: Case,
    kind: str,
    *,
    by: Membership | None,
    label: str = "",
    text: str = "",
    mail: InboundMail | None = None,
    **data: Any,
) -> CaseEvent:
    """One entry of the timeline and one of the audit; other programs are told of the case as it stands in memory.

    `label` names a guest by address; the audit holds no addresses.
    """
    entry = audit.record(f"case.{kind}", case, by=by, label="" if by else _outsider(kind, data))
    known = entry.actor_label if by or entry.actor_label not in _NOBODY else ""
    event = CaseEvent.objects.create(
        case=case, kind=kind, actor=by, actor_label=label or known, text=text, data=data, mail=mail, at=timezone.now()
    )
    tell_of_case(case, event)
    return event


def handed_to(case: Case) -> dict[str, Any]:
    """For an entry's data: whose the case is, by id and as they were called then."""
    names = {"assignee_name": str(case.assignee or ""), "team_name": str(case.team or "")}
    return {"assignee": case.assignee_id, "team": case.team_id} | names


def _outsider(kind: str, data: dict[str, Any]) -> str:
    """Who wrote what no colleague wrote."""
    if kind == CaseEvent.Kind.GUEST_ANSWER:
        return "guest"
    return "customer" if kind in _FROM_CUSTOMER or "verdict" in data else ""


def take_up(case: Case) -> None:
    """Somebody looks after it: a new case is acknowledged. Unsaved."""
    if case.state == Case.State.NEW:
        case.state = Case.State.ACKNOWLEDGED
    case.acknowledged_at = case.acknowledged_at or timezone.now()


def attempt(case: Case, *, reached: bool | None = None) -> None:
    """A person's message or call went out (METHOD §9): first contact, once. Unsaved.

    After a message it is the customer's turn. After a call (`reached` says whether they answered) it is ours: what was
    promised, or the next try, is due by the same target; an unanswered call is no contact, nobody waits for them.
    """
    now = timezone.now()
    take_up(case)
    if case.attempted_at is None:
        case.attempted_at = now
        mark_contacted(case.response, now)
    if case.is_open:
        case.state = Case.State.CONTACTED
    case.is_waiting = reached is None
    if reached:
        case.reached_at = case.reached_at or now
    if reached is not None:
        case.answer_since = now


def our_turn(case: Case) -> None:
    """The customer spoke: they are reached if we had tried, and hear from us by the target. Unsaved."""
    now = timezone.now()
    case.is_waiting = False
    if case.attempted_at:
        case.reached_at = case.reached_at or now
        case.answer_since = now
