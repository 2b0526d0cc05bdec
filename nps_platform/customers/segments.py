"""Segments: a safe, saved filter on customers. Rules become ORM lookups of the white list in `conditions.py` only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from nps_platform.customers.conditions import Condition, Field, RuleProblem, Rules, fields, read_rules
from nps_platform.customers.models import Customer, RevenueEntry, Segment
from nps_platform.customers.value import last_year
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import current_organization

COUNT_CAP = 100_000


class BrokenSegment(ValueError):
    """A stored segment asks for something that is gone (an attribute, a unit); nobody is asked by guess."""

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def customers_in(segment: Segment | None) -> QuerySet[Customer]:
    """The customers of a segment; None means everyone. Erased ones are among them: planning skips them with a reason.

    Raises BrokenSegment where the rules can't be read any more.
    """
    return customers_by(segment.rules) if segment is not None else Customer.objects.all()


def customers_by(rules: object, known: Mapping[str, Field] | None = None) -> QuerySet[Customer]:
    """The customers that `rules` describe; no condition means everyone. `known`: `fields()`, for who reads many segments.

    Raises BrokenSegment.
    """
    read = read_rules(rules, fields() if known is None else known)
    if read.problems:
        raise BrokenSegment(read.problems)
    return _filtered(read)


def validate_rules(rules: object) -> list[RuleProblem]:
    """Everything wrong with `rules`; [] where they can be saved."""
    return list(read_rules(rules, fields()).problems)


def count(rules: object, known: Mapping[str, Field] | None = None) -> int:
    """How many living customers the rules describe, counted no further than COUNT_CAP + 1."""
    return customers_by(rules, known).filter(erased_at=None).order_by()[: COUNT_CAP + 1].count()


def _filtered(rules: Rules) -> QuerySet[Customer]:
    customers = Customer.objects.all()
    terms = []
    for index, condition in enumerate(rules.conditions):
        if condition.field.name.startswith("attribute:"):
            # The key goes in as a parameter of the transform, never as part of a lookup's name.
            key = condition.field.name.removeprefix("attribute:")
            customers = customers.alias(**{f"attribute_{index}": KeyTransform(key, "attributes")})
            terms.append(_attribute(condition, f"attribute_{index}"))
        else:
            terms.append(_TERMS[condition.field.name](condition))
    whole = Q()
    for term in terms:
        whole = whole & term if rules.match == "all" else whole | term
    return customers.filter(whole)


# --- one field, one term ---------------------------------------------------------------------------------------------
def _text(column: str) -> Callable[[Condition], Q]:
    def term(condition: Condition) -> Q:
        empty = Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
        lookups = {"is": "iexact", "is_not": "iexact", "contains": "icontains", "starts_with": "istartswith"}
        if condition.operator in {"is_empty", "is_set"}:
            return empty if condition.operator == "is_empty" else ~empty
        found = Q(**{f"{column}__{lookups[condition.operator]}": condition.value})
        return empty | ~found if condition.operator == "is_not" else found

    return term


def _email_domain(condition: Condition) -> Q:
    if condition.operator in {"is_empty", "is_set"}:
        return Q(email="") if condition.operator == "is_empty" else ~Q(email="")
    domain = str(condition.value).lower().removeprefix("@")
    found = Q(email_lower__endswith=f"@{domain}")
    return ~found if condition.operator == "is_not" else found


def _unit(condition: Condition) -> Q:
    """A unit means everything below it too."""
    if condition.operator in {"is_empty", "is_set"}:
        return Q(unit__isnull=condition.operator == "is_empty")
    below = Unit.objects.filter(Q(pk=int(str(condition.value))) | Q(path__contains=f"/{condition.value}/"))
    found = Q(unit_id__in=list(below.values_list("pk", flat=True)))
    return Q(unit__isnull=True) | ~found if condition.operator == "is_not" else found


def _date_lookups(condition: Condition) -> tuple[str, Any]:
    value, today = condition.value, timezone.localdate()
    if condition.operator in {"within_days", "before_days"} and isinstance(value, int):
        day = today - timedelta(days=value)
        return ("gte", day) if condition.operator == "within_days" else ("lt", day)
    return ("lt" if condition.operator == "before" else "gte"), value


def _date(column: str) -> Callable[[Condition], Q]:
    def term(condition: Condition) -> Q:
        if condition.operator in {"is_empty", "is_set"}:
            return Q(**{f"{column}__isnull": condition.operator == "is_empty"})
        lookup, day = _date_lookups(condition)
        return Q(**{f"{column}__{lookup}": day})

    return term


def _attribute(condition: Condition, alias: str) -> Q:
    if condition.operator in {"is_empty", "is_set"}:
        return Q(**{f"{alias}__isnull": condition.operator == "is_empty"})
    if condition.field.kind == "date":
        lookup, day = _date_lookups(condition)
        return Q(**{f"{alias}__{lookup}": day.isoformat()})
    value = condition.value
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)  # type: ignore[assignment]
        lookups = {"is": "exact", "at_least": "gte", "at_most": "lte"}
    else:
        lookups = {"is": "exact", "is_not": "exact", "contains": "icontains", "starts_with": "istartswith"}
    found = Q(**{f"{alias}__{lookups[condition.operator]}": value})
    return Q(**{f"{alias}__isnull": True}) | ~found if condition.operator == "is_not" else found


def _revenue(*, year: bool) -> Callable[[Condition], Q]:
    """Sums per customer in the organisation's currency; nobody's revenue is 0."""

    def term(condition: Condition) -> Q:
        entries = RevenueEntry.objects.filter(currency=current_organization().currency, customer__isnull=False)
        window = last_year() if year else None
        if window is not None:
            entries = entries.filter(period__range=(window.first, window.last))
        sums = entries.order_by().values("customer_id").annotate(total=Sum("amount"))
        # A threshold of 0 or less includes those without any revenue: ask for the others and turn it round.
        reached = Q(pk__in=sums.filter(total__gte=condition.value).values("customer_id"))
        if isinstance(condition.value, Decimal) and condition.value <= 0:
            reached = ~Q(pk__in=sums.filter(total__lt=condition.value).values("customer_id"))
        return reached if condition.operator == "at_least" else ~reached

    return term


_TERMS: dict[str, Callable[[Condition], Q]] = {
    "name": _text("name"),
    "external_id": _text("external_id"),
    "email_domain": _email_domain,
    "language": _text("language"),
    "unit": _unit,
    "account": _text("account__external_id"),
    "joined_on": _date("joined_on"),
    "lost_on": _date("lost_on"),
    "revenue_year": _revenue(year=True),
    "revenue_total": _revenue(year=False),
}
