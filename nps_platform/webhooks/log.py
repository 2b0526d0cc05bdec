"""What the log shows: an endpoint's deliveries newest first, and the tries of one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import Count
from django.utils import timezone

from nps_platform.webhooks.models import Delivery, Endpoint
from nps_platform.webhooks.wording import problem

PAGE = 50
State = Delivery.State
_TONES: dict[str, str] = {State.DELIVERED: "ok", State.WAITING: "info", State.FAILED: "err"}


@dataclass(frozen=True)
class Filters:
    """What the log is narrowed to; unknown values narrow nothing."""

    state: str = ""
    before: int | None = None

    @classmethod
    def read(cls, given: Any) -> Filters:
        state, before = given.get("state", ""), given.get("before", "")
        known = before.isascii() and before.isdigit() and len(before) < 19
        return cls(state if state in State.values else "", int(before) if known else None)


def page_of(endpoint: Endpoint, filters: Filters) -> tuple[list[Delivery], int | None]:
    """One page by keyset, and the id to go on before; None at the end."""
    rows = Delivery.objects.filter(endpoint=endpoint).select_related("event").order_by("-id")
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    page = list(rows[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def counts(endpoint: Endpoint) -> dict[str, int]:
    """How many deliveries there are of each state."""
    rows = Delivery.objects.filter(endpoint=endpoint).order_by().values_list("state").annotate(n=Count("*"))
    return dict.fromkeys(State.values, 0) | dict(rows)


def tone_of(delivery: Delivery) -> str:
    return _TONES[delivery.state]


def answer_of(status: int | None, error: str) -> str:
    """200 OK, or why there was no answer; empty before the first try."""
    if status is None:
        return problem(error) if error else ""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


@dataclass(frozen=True)
class Line:
    """One try."""

    at: datetime
    answer: str
    went_well: bool
    milliseconds: int
    reply: str


def tries_of(delivery: Delivery) -> list[Line]:
    """The latest tries, newest first."""
    return [_line(entry) for entry in reversed(delivery.log)]


def _line(entry: dict[str, Any]) -> Line:
    status = entry["status"]
    return Line(
        at=datetime.fromisoformat(entry["at"]).astimezone(timezone.get_current_timezone()),
        answer=answer_of(status, entry["error"]),
        went_well=status is not None and 200 <= status < 300,
        milliseconds=entry["milliseconds"],
        reply=entry["reply"],
    )


def pretty_body(delivery: Delivery) -> str:
    """What was posted, laid out for eyes."""
    return json.dumps(json.loads(delivery.event.body(delivery.kind)), ensure_ascii=False, indent=2)
