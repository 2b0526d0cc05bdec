"""Numbers, dates, months and yes/no as people and spreadsheets write them; what is ambiguous is refused, never guessed.

A column is read as a whole: `guess_decimal_comma` and `guess_day_first` look at samples, the parsers take the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from django.utils.dateparse import parse_datetime

from nps_platform.lib.words import fold


class Unreadable(ValueError):
    """A text that is not the value it should be; `code` names why: empty, malformed, ambiguous, out_of_range."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- numbers ---------------------------------------------------------------------------------------------------------
MAX_NUMBER_LENGTH = 40
MAX_INTEGER_DIGITS = 18
_SPACES = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[0-9]*\.?[0-9]+")
_GROUPED = r"[1-9][0-9]{0,2}(?:\%s[0-9]{3})+"
_LOOKS_GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def parse_number(text: str, decimal_comma: bool | None = None) -> Decimal:
    """ "1.234,56", "1,234.56", "1 234", "−12". `decimal_comma` None: by the text itself; "1.234" alone is ambiguous.

    Raises Unreadable.
    """
    text = text.strip().replace("−", "-")
    if not text:
        raise Unreadable("empty")
    if len(text) > MAX_NUMBER_LENGTH:
        raise Unreadable("malformed")
    sign = -1 if text[0] == "-" else 1
    digits = text[1:] if text[0] in "+-" else text
    return sign * _unsigned(_without_spaces(digits), decimal_comma)


def _without_spaces(digits: str) -> str:
    """Spaces and apostrophes only ever group thousands."""
    joined = _SPACES.sub("", digits)
    head = re.split(r"[\s'’]", digits)[0]
    if joined != digits and len(head) > 3:
        raise Unreadable("malformed")
    return joined


def _unsigned(digits: str, decimal_comma: bool | None) -> Decimal:
    if decimal_comma is None:
        decimal_comma = _decimal_comma_in(digits)
        if decimal_comma is None and _LOOKS_GROUPED.fullmatch(digits):
            raise Unreadable("ambiguous")
    point, group = (",", ".") if decimal_comma else (".", ",")
    whole, _, fraction = digits.partition(point)
    if group in whole:
        if not re.fullmatch(_GROUPED % group, whole):
            raise Unreadable("malformed")
        whole = whole.replace(group, "")
    plain = f"{whole}.{fraction}" if point in digits else whole
    if not _PLAIN.fullmatch(plain):
        raise Unreadable("malformed")
    if len(whole) > MAX_INTEGER_DIGITS:
        raise Unreadable("out_of_range")
    return Decimal(plain)


def _decimal_comma_in(digits: str) -> bool | None:
    """What one number says by itself about its decimal sign; None where it says nothing."""
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        return comma > dot
    if comma < 0 and dot < 0:
        return None
    sign = "," if comma >= 0 else "."
    if digits.count(sign) > 1:
        return sign == "."
    return None if _LOOKS_GROUPED.fullmatch(digits) else sign == ","


def guess_decimal_comma(samples: Iterable[str]) -> bool | None:
    """Whether a column writes decimals with a comma; None where nothing tells, or samples contradict each other."""
    cleaned = (re.sub(r"[^0-9.,]", "", sample).strip(".,") for sample in samples)
    found = {said for said in map(_decimal_comma_in, cleaned) if said is not None}
    return found.pop() if len(found) == 1 else None


# --- scores ----------------------------------------------------------------------------------------------------------
_SCORE = re.compile(r"([0-9]{1,2})(?:[.,]0+)?(?: ?/ ?10|\s*[-–—:(].*)?", re.S)


def parse_score(text: str) -> int:
    """A whole number from 0 to 10: "9", "9,0", "9/10", "10 - extremely likely". Raises Unreadable."""
    match = _SCORE.fullmatch(text.strip())
    if not match or int(match[1]) > 10:
        raise Unreadable("malformed")
    return int(match[1])


# --- yes and no ------------------------------------------------------------------------------------------------------
_YES = frozenset(["1", "y", "yes", "true", "t", "on", "x", "s", "si", "vero", "verdadero", "v", "ok"])
_NO = frozenset(["0", "n", "no", "false", "f", "off", "falso"])


def parse_bool(text: str) -> bool:
    """Yes and no in English, Spanish and Italian, 1 and 0. Raises Unreadable."""
    word = fold(text.strip())
    if not word:
        raise Unreadable("empty")
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("malformed")


# --- dates -----------------------------------------------------------------------------------------------------------
FIRST_YEAR, LAST_YEAR = 1900, 2100
_CENTURY_TURNS_AT = 70
_MONTHS = (
    "january jan enero ene gennaio gen",
    "february feb febrero febbraio",
    "march mar marzo",
    "april apr abril abr aprile",
    "may mayo maggio mag",
    "june jun junio giugno giu",
    "july jul julio luglio lug",
    "august aug agosto ago",
    "september sep sept septiembre setiembre set settembre",
    "october oct octubre ottobre ott",
    "november nov noviembre novembre",
    "december dec diciembre dic dicembre",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}.*)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_NAME = re.compile(r"([0-9]{1,2})[ .\-/]*([a-z]{3,10})[ .,\-/]*([0-9]{4}|[0-9]{2})")
_SMALL_WORDS = re.compile(r"(?<=[0-9])(?:o|°|st|nd|rd|th)\b ?| (?:de|del|di|of) ")
_NAME_DAY = re.compile(r"([a-z]{3,10})[ .]*([0-9]{1,2})[ ,]+([0-9]{4})")


def _year(text: str) -> int:
    if len(text) > 2:
        return int(text)
    return int(text) + (1900 if int(text) >= _CENTURY_TURNS_AT else 2000)


def _date(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("out_of_range")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("out_of_range") from error


def _named_month(name: str) -> int:
    if name not in _MONTH_NUMBER:
        raise Unreadable("malformed")
    return _MONTH_NUMBER[name]


def _cleaned(text: str) -> str:
    """Folded, "1 de marzo de 2026" and "1° marzo 2026" without their small words."""
    text = re.sub(r"\s+", " ", fold(text.strip()))
    if not text:
        raise Unreadable("empty")
    return _SMALL_WORDS.sub(" ", text)


def parse_date(text: str, day_first: bool | None = None) -> date:
    """A day as ISO, 01/03/2026, 1.3.26, 20260301, "1 de marzo de 2026"; a time behind it is ignored.

    `day_first` None refuses what reads both ways ("ambiguous"). Raises Unreadable.
    """
    if match := _YEAR_FIRST.fullmatch(text.strip()):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_LAST.fullmatch(text.strip()):
        return _numeric(int(match[1]), int(match[3]), _year(match[4]), day_first)
    if match := _COMPACT.fullmatch(text.strip()):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    cleaned = _cleaned(text)
    if match := _DAY_NAME.fullmatch(cleaned):
        return _date(_year(match[3]), _named_month(match[2]), int(match[1]))
    if match := _NAME_DAY.fullmatch(cleaned):
        return _date(int(match[3]), _named_month(match[1]), int(match[2]))
    raise Unreadable("malformed")


_CLOCK = re.compile(
    r"(.+?)[T ,]+([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:[.,][0-9]+)?(?: ?([ap])\.? ?m\.?)?(?: ?UTC)?", re.I
)


def parse_moment(text: str, day_first: bool | None, zone: tzinfo) -> datetime:
    """A moment as ISO 8601, or a day as `parse_date` reads it with or without a time; without an offset in `zone`.

    A day alone is its first instant. Raises Unreadable.
    """
    text = text.strip()
    try:
        iso = parse_datetime(text)
    except ValueError as error:
        raise Unreadable("out_of_range") from error
    if iso:
        return iso if iso.tzinfo else iso.replace(tzinfo=zone)
    match = _CLOCK.fullmatch(text)
    if not match:
        return datetime.combine(parse_date(text, day_first), time(0), zone)
    at = datetime.combine(parse_date(match[1], day_first), _time(match), zone)
    return at.replace(tzinfo=UTC) if text.upper().endswith("UTC") else at


def _time(match: re.Match[str]) -> time:
    hour = int(match[2])
    if half := (match[5] or "").lower():
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match[3]), int(match[4] or 0))
    except ValueError as error:
        raise Unreadable("out_of_range") from error


def _numeric(first: int, second: int, year: int, day_first: bool | None) -> date:
    if day_first is None:
        if first <= 12 and second <= 12 and first != second:
            raise Unreadable("ambiguous")
        day_first = first > 12 or first == second
    day, month = (first, second) if day_first else (second, first)
    return _date(year, month, day)


def guess_day_first(samples: Iterable[str]) -> bool | None:
    """Whether a column's dates put the day first; None where nothing tells, or samples contradict each other."""
    pairs = [(int(m[1]), int(m[3])) for m in map(_YEAR_LAST.fullmatch, (s.strip() for s in samples)) if m]
    day, month = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    return None if day == month else day


# --- months ----------------------------------------------------------------------------------------------------------
_YEAR_MONTH = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")
_NAME_YEAR = re.compile(r"([a-z]{3,10})[ .,\-/]*([0-9]{4}|[0-9]{2})")
_YEAR_NAME = re.compile(r"([0-9]{4})[ .,\-/]*([a-z]{3,10})")


def parse_period(text: str, day_first: bool | None = None) -> date:
    """A month as its first day: 2026-03, 03/2026, 202603, "marzo 2026", "mar-26", or any day in it. Raises Unreadable."""
    stripped = text.strip()
    if match := _YEAR_MONTH.fullmatch(stripped):
        return _date(int(match[1]), int(match[2]), 1)
    if match := _MONTH_YEAR.fullmatch(stripped):
        return _date(int(match[2]), int(match[1]), 1)
    cleaned = _cleaned(text)
    if match := _NAME_YEAR.fullmatch(cleaned):
        return _date(_year(match[2]), _named_month(match[1]), 1)
    if match := _YEAR_NAME.fullmatch(cleaned):
        return _date(int(match[1]), _named_month(match[2]), 1)
    return parse_date(text, day_first).replace(day=1)
