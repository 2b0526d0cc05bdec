"""Whether a programme's settings can be kept: asked by the form, the API and the actions alike."""

from __future__ import annotations

from typing import Any

from nps_platform.customers.models import AttributeDefinition
from surveys.models import Programme
from surveys.planning.preparing import window_of
from surveys.planning.window import BadWindow

MOST_REMINDERS = 5
LATEST_REMINDER = 180
ATTRIBUTE = "attribute:"


class BadPlan(ValueError):
    """Settings nobody could keep. `problems`: field → code (sample, sample_trigger, strata, reminders, window_…)."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems.values()))
        self.problems = problems


def check_plan(programme: Programme) -> None:
    """Raises BadPlan with everything that is wrong."""
    problems: dict[str, str] = {}
    if not _sample_holds(programme.sample):
        problems["sample"] = "sample"
    elif programme.mode == Programme.Mode.TRIGGER and set(programme.sample) - {"share"}:
        problems["sample"] = "sample_trigger"
    if not _strata_hold(programme.strata):
        problems["strata"] = "strata"
    if not _reminders_hold(programme.reminders):
        problems["reminders"] = "reminders"
    try:
        window_of(programme)
    except BadWindow as error:
        problems["window"] = f"window_{error.code}"
    if problems:
        raise BadPlan(problems)


def _sample_holds(sample: Any) -> bool:
    if not isinstance(sample, dict) or len(sample) > 1:
        return False
    number, share, precision = (sample.get(key) for key in ("number", "share", "precision"))
    if number is not None:
        return type(number) is int and 1 <= number <= 10**9
    if share is not None:
        return _is_number(share) and 0 < share <= 1
    return (_is_number(precision) and 0.1 <= precision <= 100) if precision is not None else not sample


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and value == value


def _strata_hold(strata: str) -> bool:
    if strata in ("", "unit", "class"):
        return True
    known = AttributeDefinition.objects.filter(
        entity=AttributeDefinition.Entity.CUSTOMER, key=strata.removeprefix(ATTRIBUTE)
    )
    return strata.startswith(ATTRIBUTE) and known.exists()


def _reminders_hold(reminders: Any) -> bool:
    days = reminders if isinstance(reminders, list) else [None]
    return (
        len(days) <= MOST_REMINDERS
        and all(type(day) is int and 1 <= day <= LATEST_REMINDER for day in days)
        and days == sorted(set(days))
    )
