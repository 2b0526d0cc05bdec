"""Typed attributes: how their values are read and kept (JSON: text, number, ISO date, true/false)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from nps_platform.customers.models import AttributeDefinition
from nps_platform.customers.rows import AttributeValue
from nps_platform.lib.csvio import (
    Unreadable,
    guess_day_first,
    guess_decimal_comma,
    parse_bool,
    parse_date,
    parse_number,
)
from nps_platform.lib.mapping import heading_words
from nps_platform.lib.words import fold

Kind = AttributeDefinition.Kind
Stored = str | int | float | bool

MAX_ATTRIBUTES = 200
MAX_TEXT = 1000
_LARGEST = Decimal(10) ** 18
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


def key_for(label: str) -> str:
    """The key of a new attribute from its name: "Tipo de contrato" → "tipo_de_contrato"; "" where nothing is left."""
    key = heading_words(label).replace(" ", "_").strip("_")[:60]
    return key if KEY.fullmatch(key) else f"a_{key}"[:60] if key else ""


def customer_attributes() -> list[AttributeDefinition]:
    """The organisation's attributes of customers, by name: databases would put capitals before small letters."""
    own = AttributeDefinition.objects.filter(entity=AttributeDefinition.Entity.CUSTOMER)
    return sorted(own, key=lambda definition: (fold(definition.label), definition.label, definition.pk))


def read_value(
    definition: AttributeDefinition,
    raw: AttributeValue,
    *,
    decimal_comma: bool | None = None,
    day_first: bool | None = None,
) -> Stored | None:
    """`raw` as this attribute keeps it; None takes the attribute away. Raises Unreadable."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if definition.kind == Kind.NUMBER:
        return _number(raw, decimal_comma)
    if definition.kind == Kind.DATE:
        return _date(raw, day_first).isoformat()
    if definition.kind == Kind.BOOLEAN:
        return raw if isinstance(raw, bool) else parse_bool(str(raw))
    return _text(raw, definition)


def _number(raw: AttributeValue, decimal_comma: bool | None) -> int | float:
    if isinstance(raw, bool | date):
        raise Unreadable("malformed")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise Unreadable("malformed")
    number = parse_number(raw, decimal_comma) if isinstance(raw, str) else Decimal(str(raw))
    if abs(number) >= _LARGEST:
        raise Unreadable("out_of_range")
    return int(number) if number == number.to_integral_value() else float(number)


def _date(raw: AttributeValue, day_first: bool | None) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        raise Unreadable("malformed")
    return parse_date(raw, day_first)


def _text(raw: AttributeValue, definition: AttributeDefinition) -> str:
    text = str(raw).strip()
    if len(text) > MAX_TEXT:
        raise Unreadable("too_long")
    if definition.kind == Kind.CHOICE and text not in definition.choices:
        raise Unreadable("not_a_choice")
    return text


def kind_of_value(raw: AttributeValue) -> Kind:
    """The type of a new attribute that arrives as JSON."""
    if isinstance(raw, bool):
        return Kind.BOOLEAN
    return Kind.NUMBER if isinstance(raw, int | float | Decimal) else Kind.TEXT


def guess_kind(samples: Iterable[str]) -> Kind:
    """The type of a new attribute from a file's column; 0 and 1 alone are numbers, since a 2 may follow."""
    values = [value.strip() for value in samples if value.strip()]
    if not values:
        return Kind.TEXT
    if any(value not in {"0", "1"} for value in values) and all(_reads(Kind.BOOLEAN, value) for value in values):
        return Kind.BOOLEAN
    comma, day_first = guess_decimal_comma(values), guess_day_first(values)
    if all(_reads(Kind.NUMBER, value, decimal_comma=bool(comma)) for value in values):
        return Kind.NUMBER
    return Kind.DATE if all(_reads(Kind.DATE, value, day_first=day_first) for value in values) else Kind.TEXT


def _reads(kind: Kind, value: str, *, decimal_comma: bool | None = None, day_first: bool | None = None) -> bool:
    # Numbers with leading zeros are codes: "00123" must not lose them.
    if kind == Kind.NUMBER and re.match(r"0[0-9]", value):
        return False
    try:
        read_value(AttributeDefinition(kind=kind), value, decimal_comma=decimal_comma, day_first=day_first)
    except Unreadable as error:
        return error.code == "ambiguous"
    return True


def read_kind(text: str) -> Kind:
    """A type by its name; text where it is none of them."""
    return Kind(text) if text in Kind.values else Kind.TEXT
