"""What a guest sees of a case: no field that was hidden from them, nothing of the company's own timeline."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from closeloop.models import Case, CaseEvent, Forward
from nps_platform.customers.models import Customer
from nps_platform.customers.value import last_year, yearly_values


@dataclass(frozen=True)
class Shown:
    """The case for a guest's eyes; what is hidden or unknown is empty."""

    name: str
    contacts: list[str]
    account: str
    comment: str
    comment_hidden: bool
    value: Decimal | None


def guest_context(forward: Forward) -> dict[str, Any]:
    """The context of public/guest.html."""
    return {
        "forward": forward,
        "case": forward.case,
        "said": forward.case.response,
        "shown": _shown(forward),
        "answers": _own_answers(forward),
    }


def _shown(forward: Forward) -> Shown:
    case, hidden = forward.case, set(forward.hidden_fields)
    customer = case.customer if case.customer and not case.customer.erased_at else None
    return Shown(
        name="" if "name" in hidden else customer.name if customer else case.response.visitor_name,
        contacts=[] if "contact" in hidden else _contacts(case, customer),
        account=str(case.account) if case.account and "account" not in hidden else "",
        comment="" if "comment" in hidden else case.response.comment,
        comment_hidden="comment" in hidden and bool(case.response.comment),
        value=_value(customer) if customer and "value" not in hidden else None,
    )


def _contacts(case: Case, customer: Customer | None) -> list[str]:
    known = (customer.email, customer.phone) if customer else (case.response.visitor_address,)
    return [text for text in known if text]


def _value(customer: Customer) -> Decimal | None:
    return yearly_values([customer], last_year()).get(customer.pk)


def _own_answers(forward: Forward) -> list[CaseEvent]:
    """What this guest answered before, by this link."""
    answers = forward.case.events.filter(kind=CaseEvent.Kind.GUEST_ANSWER)
    return [event for event in answers if event.data.get("forward") == forward.pk]
