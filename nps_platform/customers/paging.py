"""Keyset pages of the screens: before and after a row, never "page 17"; counts stop where nobody counts any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

SIZE = 50
COUNT_CAP = 10_000
AT = "at"


@dataclass(frozen=True)
class Page:
    """One page of rows with the addresses of its neighbours."""

    rows: list[Any]
    previous_url: str = ""
    next_url: str = ""


def page_of(request: HttpRequest, rows: QuerySet, *, field: str = "pk", newest_first: bool = True) -> Page:
    """The page that ?after= or ?before= asks for, by one unique column; an unreadable place is the first page.

    "at" is the one that is not unique: rows of the same moment stand by their id.
    """
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    backwards = bool(before) and not after
    descending = newest_first != backwards
    place = _place(field, before if backwards else after)
    sign, beyond = ("-", "lt") if descending else ("", "gt")
    if field == AT:
        ordered = rows.order_by(f"{sign}at", f"{sign}pk")
        wanted = Q(**{f"at__{beyond}": place[0]}) | Q(**{"at": place[0], f"pk__{beyond}": place[1]}) if place else Q()
    else:
        ordered = rows.order_by(f"{sign}{field}")
        wanted = Q(**{f"{field}__{beyond}": place}) if place is not None else Q()
    ordered = ordered.filter(wanted)
    found = list(ordered[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    if backwards:
        found.reverse()
    has_previous = more if backwards else place is not None
    has_next = place is not None if backwards else more
    return Page(
        found,
        _url(request, "before", _value(found[0], field)) if found and has_previous else "",
        _url(request, "after", _value(found[-1], field)) if found and has_next else "",
    )


def _place(field: str, text: str) -> Any:
    if not text or "\0" in text:
        return None
    if field == AT:
        return _moment(text)
    if field != "pk":
        return text
    return _id(text)


def _moment(text: str) -> tuple[datetime, int] | None:
    moment, _tilde, last = text.partition("~")
    pk = _id(last)
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return (at, pk) if pk is not None else None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _value(row: Any, field: str) -> str:
    if field == AT:
        return f"{row.at.isoformat()}~{row.pk}"
    return str(row[field] if isinstance(row, dict) else getattr(row, field))


def _url(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    for other in ("after", "before"):
        query.pop(other, None)
    query[name] = value
    return f"?{query.urlencode()}"


def capped_count(rows: QuerySet) -> int:
    """How many, counted no further than COUNT_CAP + 1."""
    return rows.order_by()[: COUNT_CAP + 1].count()
