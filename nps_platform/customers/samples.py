"""How a column's first value reads, said beside it before anything is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from nps_platform.customers.import_fields import Column
from nps_platform.customers.import_kinds import FurtherField
from nps_platform.customers.reading import Reading
from nps_platform.customers.rows import RowProblem
from nps_platform.customers.wording import row_problem
from nps_platform.lib import formats
from nps_platform.lib.csvio import (
    Unreadable,
    parse_bool,
    parse_date,
    parse_moment,
    parse_number,
    parse_period,
    parse_score,
)
from nps_platform.lib.money import parse_amount
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.templatetags.circulo import reader_locale

_IDENTITIES = frozenset({"external_id", "email", "customer"})


@dataclass(frozen=True)
class Sample:
    """The words of a reading, and whether all samples can be read."""

    words: str
    is_good: bool = True


def sample_of(column: Column, target: str, kind: str, reading: Reading, further: Mapping[str, FurtherField]) -> Sample:
    """What `column`'s samples mean as `target`; nothing for a column that is left out."""
    values = [value.strip() for value in column.samples if value.strip()]
    if not target or not values:
        return Sample("")
    if target in _IDENTITIES:
        return Sample(_("says who it is"))
    if target in further:
        return _further(values, further[target])
    read_one = _READERS.get(target, _READERS.get(kind))
    if read_one is None:
        return Sample(_("as it is"))
    read = []
    for value in values:
        try:
            read.append(read_one(value, reading))
        except Unreadable as error:
            return Sample(f"{value}: {row_problem(f'{kind}_{error.code}')}", is_good=False)
    return Sample(_shown(read[0]))


def _further(values: list[str], field: FurtherField) -> Sample:
    """By the field itself: the first value, or the first that it refuses."""
    looked = [(value, field.look(value)) for value in values]
    for value, seen in looked:
        if isinstance(seen, RowProblem):
            return Sample(f"{value}: {row_problem(seen.code, seen.value)}", is_good=False)
    return Sample(str(looked[0][1]))


_READERS: dict[str, Callable[[str, Reading], Any]] = {
    "amount": lambda value, reading: parse_amount(value, reading.decimal_comma),
    "number": lambda value, reading: parse_number(value, reading.decimal_comma),
    "date": lambda value, reading: parse_date(value, reading.day_first),
    "period": lambda value, reading: (parse_period(value, reading.day_first),),
    "boolean": lambda value, reading: parse_bool(value),
    "moment": lambda value, reading: parse_moment(value, reading.day_first, ZoneInfo(current_organization().timezone)),
    "score": lambda value, reading: Decimal(parse_score(value)),
}


def _shown(value: bool | Decimal | date | datetime | tuple[date]) -> str:
    locale = reader_locale()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return formats.number(value, max(0, -exponent) if isinstance(exponent, int) else 0, locale=locale)
    if isinstance(value, tuple):
        return formats.month_label(value[0], locale=locale)
    if isinstance(value, datetime):
        zone = ZoneInfo(current_organization().timezone)
        day = formats.day_label(value.astimezone(zone).date(), locale=locale)
        return f"{day}, {formats.time_label(value, zone, locale=locale)}"
    return formats.day_label(value, locale=locale)
