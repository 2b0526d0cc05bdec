"""The vocabulary of segments: fields, operators and how a typed value is read. A white list; nothing else is a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.customers.attributes import customer_attributes
from nps_platform.customers.models import AttributeDefinition
from nps_platform.lib.values import Unreadable, parse_bool, parse_date, parse_number
from nps_platform.tenancy.models import Language, Unit

MAX_CONDITIONS = 20
MAX_TEXT = 200
Kind = AttributeDefinition.Kind

TEXT_OPERATORS = ("is", "is_not", "contains", "starts_with", "is_empty", "is_set")
CHOICE_OPERATORS = ("is", "is_not", "is_empty", "is_set")
NUMBER_OPERATORS = ("is", "at_least", "at_most", "is_empty", "is_set")
DATE_OPERATORS = ("before", "from", "within_days", "before_days", "is_empty", "is_set")
BOOLEAN_OPERATORS = ("is", "is_empty", "is_set")
MONEY_OPERATORS = ("at_least", "less_than")
WITHOUT_VALUE = frozenset({"is_empty", "is_set"})
IN_DAYS = frozenset({"within_days", "before_days"})

OPERATOR_LABELS: Mapping[str, Any] = {
    "is": pgettext_lazy("segment operator", "is"),
    "is_not": pgettext_lazy("segment operator", "is not"),
    "contains": pgettext_lazy("segment operator", "contains"),
    "starts_with": pgettext_lazy("segment operator", "starts with"),
    "at_least": pgettext_lazy("segment operator", "is at least"),
    "at_most": pgettext_lazy("segment operator", "is at most"),
    "less_than": pgettext_lazy("segment operator", "is less than"),
    "before": pgettext_lazy("segment operator", "is before"),
    "from": pgettext_lazy("segment operator", "is on or after"),
    "within_days": pgettext_lazy("segment operator", "is within the last … days"),
    "before_days": pgettext_lazy("segment operator", "is more than … days ago"),
    "is_empty": pgettext_lazy("segment operator", "is empty"),
    "is_set": pgettext_lazy("segment operator", "is filled in"),
}


@dataclass(frozen=True)
class Field:
    """Something a condition may ask about. `choices` are value → label where one is picked instead of typed."""

    name: str
    label: Any
    kind: str
    operators: tuple[str, ...]
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Condition:
    """One condition, read and known to be good."""

    field: Field
    operator: str
    value: str | Decimal | date | int | bool | None = None


@dataclass(frozen=True)
class RuleProblem:
    """What is wrong with condition `index` (None: with the whole), at which of its parts ("field", "operator", "value")."""

    index: int | None
    part: str
    code: str


@dataclass(frozen=True)
class Rules:
    """A segment's rules as read: all conditions, or any of them."""

    match: str = "all"
    conditions: tuple[Condition, ...] = ()
    problems: tuple[RuleProblem, ...] = field(default=())


_YES_NO = (("yes", _("Yes")), ("no", _("No")))


def fields() -> dict[str, Field]:
    """Every field of the current organisation, its attributes and units included. Two queries."""
    units = tuple((str(unit.pk), unit.name) for unit in Unit.objects.only("name"))
    known = [
        Field("name", _("Name"), "text", TEXT_OPERATORS),
        Field("external_id", _("Customer number"), "text", TEXT_OPERATORS),
        Field("email_domain", _("E-mail domain"), "text", ("is", "is_not", "is_empty", "is_set")),
        Field("language", _("Language"), "choice", CHOICE_OPERATORS, tuple(Language.choices)),
        Field("unit", _("Unit"), "unit", CHOICE_OPERATORS, units),
        Field("account", _("Account number"), "text", TEXT_OPERATORS),
        Field("joined_on", _("Customer since"), "date", DATE_OPERATORS),
        Field("lost_on", _("Declared lost on"), "date", DATE_OPERATORS),
        Field("revenue_year", _("Revenue of the last 12 months"), "money", MONEY_OPERATORS),
        Field("revenue_total", _("Revenue in total"), "money", MONEY_OPERATORS),
    ]
    return {known_field.name: known_field for known_field in (*known, *map(_attribute_field, customer_attributes()))}


def _attribute_field(definition: AttributeDefinition) -> Field:
    name = f"attribute:{definition.key}"
    if definition.kind == Kind.CHOICE:
        picks = tuple((choice, choice) for choice in definition.choices)
        return Field(name, definition.label, "choice", CHOICE_OPERATORS, picks)
    if definition.kind == Kind.BOOLEAN:
        return Field(name, definition.label, "boolean", BOOLEAN_OPERATORS, _YES_NO)
    operators = {Kind.NUMBER: NUMBER_OPERATORS, Kind.DATE: DATE_OPERATORS}.get(Kind(definition.kind), TEXT_OPERATORS)
    return Field(name, definition.label, definition.kind, operators)


def read_rules(rules: object, known: Mapping[str, Field]) -> Rules:
    """Stored or typed rules as conditions, with every problem found; what is unreadable is left out of `conditions`."""
    if not isinstance(rules, Mapping):
        return Rules(problems=(RuleProblem(None, "", "malformed"),)) if rules else Rules()
    match = rules.get("match", "all")
    raw = rules.get("conditions", [])
    if match not in {"all", "any"} or not isinstance(raw, list):
        return Rules(problems=(RuleProblem(None, "", "malformed"),))
    problems = [RuleProblem(None, "", "too_many")] if len(raw) > MAX_CONDITIONS else []
    conditions = []
    for index, one in enumerate(raw[:MAX_CONDITIONS]):
        read = _read_condition(index, one, known)
        if isinstance(read, RuleProblem):
            problems.append(read)
        else:
            conditions.append(read)
    return Rules(match, tuple(conditions), tuple(problems))


def _read_condition(index: int, raw: object, known: Mapping[str, Field]) -> Condition | RuleProblem:
    if not isinstance(raw, Mapping):
        return RuleProblem(index, "field", "malformed")
    asked = known.get(str(raw.get("field", "")))
    if asked is None:
        return RuleProblem(index, "field", "unknown_field")
    operator = str(raw.get("operator", ""))
    if operator not in asked.operators:
        return RuleProblem(index, "operator", "unknown_operator")
    if operator in WITHOUT_VALUE:
        return Condition(asked, operator)
    try:
        return Condition(asked, operator, read_value(asked, operator, str(raw.get("value", "")).strip()))
    except Unreadable as error:
        return RuleProblem(index, "value", error.code)


def read_value(asked: Field, operator: str, text: str) -> str | Decimal | date | int | bool:
    """The typed value in the field's type. Raises Unreadable."""
    if not text:
        raise Unreadable("empty")
    if len(text) > MAX_TEXT or "\0" in text:
        raise Unreadable("too_long")
    if operator in IN_DAYS:
        return _days(text)
    if asked.kind == "boolean":
        return parse_bool(text)
    if asked.kind in {"choice", "unit"} and text not in {value for value, _label in asked.choices}:
        raise Unreadable("not_a_choice")
    if asked.kind in {"number", "money"}:
        return parse_number(text, _comma_decides(text))
    return parse_date(text) if asked.kind == "date" else text


def _comma_decides(text: str) -> bool | None:
    """A threshold is typed by hand, without thousands signs more often than with: "1.5" and "1,5" are both one and a half."""
    return None if "," in text and "." in text else "," in text


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) <= 36_500:
        raise Unreadable("out_of_range")
    return int(text)
