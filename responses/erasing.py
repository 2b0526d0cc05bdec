"""Erasure keeps the arithmetic (METHOD §7): score, date and coarse dimensions stay without a person; the comment goes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership
from responses.models import Answer, ProvisionalAnswer, Response, ScoreChange
from surveys.authoring.content import QuestionKind

# The room above takes away what it keeps of a visitor, in the same transaction.
_VISIT_ERASERS: list[Callable[[QuerySet[Response]], None]] = []


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_answers)


def forget_answers(customer: Customer) -> None:
    ProvisionalAnswer.objects.filter(customer=customer).delete()
    _forget_words(Response.objects.filter(customer=customer))
    Response.objects.filter(customer=customer).update(customer=None, account=None)
    if customer.email:
        _forget_visits(customer.email)


def register_visit_eraser(erase: Callable[[QuerySet[Response]], None]) -> None:
    """An upper room's part in forgetting a visitor: called inside the transaction, before the answers lose the address."""
    if erase not in _VISIT_ERASERS:
        _VISIT_ERASERS.append(erase)


@transaction.atomic
def forget_visitor(address: str, *, by: Membership | None) -> int:
    """Whoever left this e-mail address or telephone number where anybody may answer: name, address, receipt and words go, the
    scores stay. How many answers that were. Can't be undone.
    """
    forgotten = _forget_visits(address)
    if forgotten:
        audit.record("visitor.erased", None, by=by, answers=forgotten)
    return forgotten


def _forget_visits(address: str) -> int:
    visits = Response.objects.filter(visitor_address__iexact=address)
    named = list(visits.values_list("pk", flat=True))
    visits = Response.objects.filter(pk__in=named)
    for erase in _VISIT_ERASERS:
        erase(visits)
    _forget_words(visits)
    return visits.update(visitor_name="", visitor_address="", receipt="")


def _forget_words(answers: QuerySet[Response]) -> None:
    Answer.objects.filter(response__in=answers, kind=QuestionKind.TEXT).delete()
    ScoreChange.objects.filter(response__in=answers).update(comment="", answers={})
    answers.update(comment="")
