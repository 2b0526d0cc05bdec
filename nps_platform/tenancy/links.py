"""Links that stand among others (tabs, chips), and addresses that keep what the page already asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Choice:
    """A link among others, for chips and tabs. `count` as it is shown, with "999+" a text."""

    label: str
    url: str
    current: bool = False
    count: int | str | None = None
    removable: bool = False


def query(request: HttpRequest, **changes: str) -> str:
    """The address's question with `changes`; empty values leave it. "" where nothing remains, else "?…"."""
    kept = request.GET.copy()
    for name, value in changes.items():
        kept[name] = value
    for name in [name for name, value in kept.items() if not value]:
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""
