"""A plan as the planner's controls hold it, text by text, and the settings that these texts mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from surveys.models import Programme
from surveys.planning.checking import MOST_REMINDERS
from surveys.planning.preparing import CALL_HOURS, hours_of

Mode = Programme.Mode
ANY_DAY = "1234567"
DAY_START, DAY_END = "00:00", "24:00"
MINUTES_OF = {"minutes": 1, "hours": 60, "days": 24 * 60}
# What a control shows when a choice first brings it onto the page.
USUAL_HOUR = time(9)
USUAL_SAMPLE = {"number": "500", "share": "20", "precision": "5"}
REMINDER_STEP = 5


def words_of(programme: Programme) -> dict[str, str]:
    """Every control's text for this plan, also of those that do not stand on the page now."""
    words = {
        "name": programme.name,
        "survey": str(programme.survey_id),
        "audience": str(programme.audience_id or ""),
        "strata": programme.strata,
        "channel": programme.channel,
        # How often waves come, or one of the two other modes.
        "cadence": programme.every if programme.mode == Mode.WAVE else programme.mode,
        "period_days": str(programme.period_days),
        "daily_cap": str(programme.daily_cap or ""),
        "open_days": str(programme.open_days),
        "quarantine_days": _number(programme.quarantine_days),
        "account_quarantine_days": _number(programme.account_quarantine_days),
        "open_case": "asked" if programme.ask_despite_open_case else "",
    }
    return (
        words | _sample(programme) | _begins(programme) | _delay(programme) | _window(programme) | _reminders(programme)
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _sample(programme: Programme) -> dict[str, str]:
    kind, value = next(iter(programme.sample.items()), ("", 0))
    told = {kind: f"{100 * value if kind == 'share' else value:.10g}"} if kind else {}
    return {"sample": kind} | USUAL_SAMPLE | told


def _begins(programme: Programme) -> dict[str, str]:
    day = programme.starts_on or next_monday(timezone.localdate())
    at = programme.starts_at or USUAL_HOUR
    return {
        "begins": "date" if programme.starts_on else "",
        "starts_on": day.isoformat(),
        "starts_at": at.isoformat("minutes"),
    }


def next_monday(today: date) -> date:
    """The first Monday after `today`."""
    return today + timedelta(days=8 - today.isoweekday())


def _delay(programme: Programme) -> dict[str, str]:
    """In the largest unit that says it exactly."""
    unit = next(u for u in ("days", "hours", "minutes") if programme.delay_minutes % MINUTES_OF[u] == 0)
    unit = unit if programme.delay_minutes else "hours"
    return {"delay": str(programme.delay_minutes // MINUTES_OF[unit]), "delay_unit": unit}


def _window(programme: Programme) -> dict[str, str]:
    window = hours_of(programme)
    return {
        "weekdays": "".join(map(str, sorted(window.get("weekdays") or []))) or ANY_DAY,
        "holidays": "" if not window or window.get("holidays") else "off",
        "opens": window.get("from") or DAY_START,
        "closes": window.get("to") or DAY_END,
    }


def _reminders(programme: Programme) -> dict[str, str]:
    given, last = list(programme.reminders), 0
    words = {"reminders": str(len(given))}
    for number in range(MOST_REMINDERS):
        last = given[number] if number < len(given) else last + REMINDER_STEP
        words[f"reminder_{number + 1}"] = str(last)
    return words


def settings_of(told: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """What the actions take, from a valid form's data; what is not on the page for this plan stays as it was."""
    as_they_are = ("name", "survey", "audience", "strata", "channel", "period_days", "daily_cap", "open_days")
    settings = {name: told[name] for name in as_they_are}
    if told["cadence"] in Programme.Every.values:
        settings |= {"mode": Mode.WAVE, "every": told["cadence"]}
    else:
        settings["mode"] = told["cadence"]
    return settings | {
        **_beginning(told, programme),
        "sample": {told["sample"]: _size(told)} if told["sample"] else {},
        "window": _without_usual(window_from(told), told["channel"]),
        "delay_minutes": told["delay"] * MINUTES_OF[told["delay_unit"]],
        "reminders": [told[f"reminder_{number + 1}"] for number in range(told["reminders"])],
        "quarantine_days": told["quarantine_days"],
        "account_quarantine_days": told["account_quarantine_days"],
        "ask_despite_open_case": told["open_case"] == "asked",
    }


def _size(told: Mapping[str, Any]) -> int | float:
    kind = told["sample"]
    if kind == "number":
        return int(told["number"])
    return round(float(told[kind]) / 100, 6) if kind == "share" else float(told[kind])


def _beginning(told: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    """An hour without a day (set by API) stays; one that belonged to a day goes with it."""
    if told["begins"] == "date":
        return {"starts_on": told["starts_on"], "starts_at": told["starts_at"]}
    return {"starts_on": None, "starts_at": None if programme.starts_on else programme.starts_at}


def _without_usual(window: dict[str, Any], channel: str) -> dict[str, Any]:
    """The hours at which telephones ring anyway are no window of one's own."""
    return {} if channel == Programme.Channel.PHONE and window == CALL_HOURS else window


def window_from(told: Mapping[str, Any]) -> dict[str, Any]:
    """As the model keeps it: only what narrows anything; {} is any hour of any day, holidays included."""
    window: dict[str, Any] = {}
    if (told["opens"], told["closes"]) != (DAY_START, DAY_END):
        window |= {"from": told["opens"], "to": told["closes"]}
    if told["weekdays"] != ANY_DAY:
        window["weekdays"] = [int(day) for day in told["weekdays"]]
    if told["holidays"] == "off":
        return window or {"from": DAY_START}
    return window | {"holidays": True} if window else {}
