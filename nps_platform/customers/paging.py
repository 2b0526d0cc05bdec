"""Keyset pages of the screens: before and after a row, never "page 17"; counts stop where nobody counts any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

SIZE = 50
COUNT_CAP = 10_000


@dataclass(frozen=True)
class Page:
    """One page of rows with the addresses of its neighbours."""

    rows: list[Any]
    previous_url: str = ""
    next_url: str = ""


def page_of(request: HttpRequest, rows: QuerySet, *, field: str = "pk", newest_first: bool = True) -> Page:
    """The page that ?after= or ?before= asks for, by one unique column; an unreadable place is the first page."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    backwards = bool(before) and not after
    descending = newest_first != backwards
    place = _place(field, before if backwards else after)
    ordered = rows.order_by(f"-{field}" if descending else field)
    if place is not None:
        ordered = ordered.filter(**{f"{field}__{'lt' if descending else 'gt'}": place})
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
    if field != "pk":
        return text
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _value(row: Any, field: str) -> str:
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
