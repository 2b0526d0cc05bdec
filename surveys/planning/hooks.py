"""What rooms above know and planning needs: open cases, last answers, how much work a team gets through.

Each is registered from AppConfig.ready; without the room above there is nothing to know, and nobody is left out for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Workload:
    """Observed over the last weeks. `cases_per_answer` is None where too few answers say; `closed_a_day` per working day."""

    cases_per_answer: float | None
    closed_a_day: float


Rows = Callable[[], QuerySet]
_open_cases: list[Rows] = []
_last_answers: list[Rows] = []
_workload: list[Callable[[], Workload]] = []


def register_open_cases(rows: Rows) -> None:
    """`rows()` is a queryset with a `customer_id`: who has an open case now."""
    _open_cases[:] = [rows]


def register_last_answers(rows: Rows) -> None:
    """`rows()` is a queryset of answers with `customer_id` and `nps_class`, the newest first."""
    _last_answers[:] = [rows]


def register_workload(read: Callable[[], Workload]) -> None:
    """`read()` says how many cases answers bring and how many the team closes."""
    _workload[:] = [read]


def open_cases() -> QuerySet | None:
    """Who has an open case, or None where no room knows of cases."""
    return _open_cases[0]() if _open_cases else None


def last_answers() -> QuerySet | None:
    """Answers, newest first, or None where no room keeps any."""
    return _last_answers[0]() if _last_answers else None


def workload() -> Workload:
    """What answers bring and what the team gets through."""
    return _workload[0]() if _workload else Workload(None, 0.0)
