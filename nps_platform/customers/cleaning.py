"""Reads one customer's row: values as the table keeps them, or the reasons why the row is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from nps_platform.customers.attributes import Stored, read_value
from nps_platform.customers.directory import Directory
from nps_platform.customers.erased import PREFIX
from nps_platform.customers.models import CustomerPermission
from nps_platform.customers.rows import CustomerRow, PermissionRow, RowProblem
from nps_platform.lib.csvio import Unreadable
from nps_platform.lib.values import FIRST_YEAR, LAST_YEAR
from nps_platform.lib.words import fold

LENGTHS = {"external_id": 100, "email": 254, "phone": 40, "name": 200, "account": 100}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{2,4})?")
# Those that CLDR knows, without its words for none, several and unknown.
_LANGUAGES = frozenset(Locale.parse("en").languages) - {"mul", "und", "zxx"}
_COUNTRIES = frozenset(code for code in map(str, Locale.parse("en").territories) if len(code) == 2)
_LANGUAGE_NAMES = {
    "english": "en", "ingles": "en", "inglese": "en",
    "spanish": "es", "espanol": "es", "castellano": "es", "spagnolo": "es",
    "italian": "it", "italiano": "it",
}  # fmt: skip
_DATES = ("joined_on", "lost_on")


@dataclass(slots=True)
class Cleaned:
    """A row ready to be compared with the table. `values` holds only what the row says; account by its number."""

    external_id: str
    email: str
    values: dict[str, Any] = field(default_factory=dict)
    account: str | None = None
    attributes: dict[str, Stored | None] = field(default_factory=dict)
    permissions: tuple[PermissionRow, ...] = ()
    problems: list[RowProblem] = field(default_factory=list)


def clean_text(text: str) -> str:
    """Trimmed, without what no database keeps (NUL, control characters, halves of characters)."""
    return _UNPRINTABLE.sub("", text).strip()


def clean_customer(row: CustomerRow, directory: Directory) -> Cleaned:
    """Read a row. All its problems are found, not only the first."""
    cleaned = Cleaned(clean_text(row.external_id), clean_text(row.email or "").lower())
    for name in ("name", "phone", "email"):
        if (given := getattr(row, name)) is not None:
            cleaned.values[name] = clean_text(given)
    _read_dates(row, cleaned)
    cleaned.account = clean_text(row.account) if row.account is not None else None
    if row.language is not None:
        _read(cleaned, "language", row.language, read_language)
    if row.timezone is not None:
        _read(cleaned, "timezone", row.timezone, read_timezone)
    if row.country is not None:
        _read(cleaned, "country", row.country, read_country)
    if row.unit is not None:
        _read_unit(row.unit, cleaned, directory)
    _read_attributes(row, cleaned, directory)
    cleaned.permissions = row.permissions
    cleaned.problems += [*_identity_problems(cleaned), *_length_problems(cleaned), *_permission_problems(row)]
    return cleaned


def _read(cleaned: Cleaned, name: str, raw: str, read: Callable[[str], str]) -> None:
    try:
        cleaned.values[name] = read(clean_text(raw))
    except Unreadable as error:
        cleaned.problems.append(RowProblem(name, error.code, clean_text(raw)[:200]))


def read_language(text: str) -> str:
    """ "es-MX", "Español", "ES", "spa" → "es"; empty stays empty. Raises Unreadable."""
    if not text:
        return ""
    if named := _LANGUAGE_NAMES.get(fold(text)):
        return named
    match = _LANGUAGE.fullmatch(text)
    code = match[1].lower() if match else ""
    code = get_global("language_aliases").get(code, code).split("_")[0]
    if code not in _LANGUAGES:
        raise Unreadable("unknown_language")
    return code


def read_timezone(text: str) -> str:
    """A zone of the tz database, such as America/Santiago; empty stays empty. Raises Unreadable."""
    if text and text not in available_timezones():
        raise Unreadable("unknown_timezone")
    return text


def read_country(text: str) -> str:
    """ "cl" → "CL"; empty stays empty. Raises Unreadable."""
    code = text.upper()
    if code and code not in _COUNTRIES:
        raise Unreadable("unknown_country")
    return code


def _read_dates(row: CustomerRow, cleaned: Cleaned) -> None:
    for name in _DATES:
        day: date | None = getattr(row, name)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            cleaned.problems.append(RowProblem(name, "out_of_range", day.isoformat()))
        elif day is not None or name in row.clears:
            cleaned.values[name] = day


def _read_unit(raw: str, cleaned: Cleaned, directory: Directory) -> None:
    text = clean_text(raw)
    unit_id = directory.unit(text) if text else None
    if text and unit_id is None:
        cleaned.problems.append(RowProblem("unit", "unknown_unit", text[:200]))
    else:
        cleaned.values["unit_id"] = unit_id


def _read_attributes(row: CustomerRow, cleaned: Cleaned, directory: Directory) -> None:
    for key, raw in row.attributes.items():
        name, value = f"attributes.{clean_text(key)}"[:60], clean_text(raw) if isinstance(raw, str) else raw
        definition = directory.attribute(key, value)
        if definition is None:
            cleaned.problems.append(RowProblem(name, "attribute_name", clean_text(key)[:200]))
            continue
        try:
            cleaned.attributes[key] = read_value(
                definition, value, decimal_comma=directory.decimal_comma, day_first=directory.day_first
            )
        except Unreadable as error:
            code = error.code if error.code in {"not_a_choice", "too_long"} else f"{definition.kind}_{error.code}"
            cleaned.problems.append(RowProblem(name, code, clean_text(str(raw))[:200]))


def _identity_problems(cleaned: Cleaned) -> Iterator[RowProblem]:
    if not cleaned.external_id and not cleaned.email:
        yield RowProblem("external_id", "no_identity")
    if cleaned.external_id.startswith(PREFIX):
        yield RowProblem("external_id", "malformed", cleaned.external_id[:200])
    if cleaned.email and len(cleaned.email) <= LENGTHS["email"]:
        try:
            validate_email(cleaned.email)
        except ValidationError:
            yield RowProblem("email", "invalid_email", cleaned.email[:200])


def _length_problems(cleaned: Cleaned) -> Iterator[RowProblem]:
    texts = {"external_id": cleaned.external_id, "account": cleaned.account or "", **cleaned.values}
    for name, longest in LENGTHS.items():
        if len(texts.get(name) or "") > longest:
            yield RowProblem(name, "too_long", texts[name][:200])


def _permission_problems(row: CustomerRow) -> Iterator[RowProblem]:
    for permission in row.permissions:
        if permission.purpose not in CustomerPermission.Purpose.values:
            yield RowProblem("permissions", "unknown_purpose", clean_text(permission.purpose)[:200])
        if permission.channel not in CustomerPermission.Channel.values:
            yield RowProblem("permissions", "unknown_channel", clean_text(permission.channel)[:200])
        if max(len(permission.basis), len(permission.source)) > 60 or len(permission.text_version) > 40:
            yield RowProblem("permissions", "too_long")
