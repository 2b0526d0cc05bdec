"""Business hours a weekday a line, with room for a split shift, and holidays a day a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from nps_platform.lib.values import Unreadable, parse_date

Hours = dict[str, list[list[str]]]
SHIFTS = 2
DAYS = tuple(str(day) for day in range(1, 8))


@dataclass(frozen=True)
class Shift:
    """One pair of time controls."""

    number: int
    opens_name: str
    closes_name: str
    opens: str
    closes: str


@dataclass(frozen=True)
class Day:
    """One line of the editor."""

    name: str
    shifts: list[Shift]


class HoursWidget(forms.Widget):
    """Two pairs of time controls for each weekday (more where more are kept); an empty day is closed."""

    template_name = "settings/hours_widget.html"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Hours:
        return {day: shifts for day in DAYS if (shifts := list(_given(data, f"{name}-{day}")))}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        hours = value if isinstance(value, dict) else {}
        context = super().get_context(name, value, attrs)
        context["days"] = [_line(name, day, hours.get(day, [])) for day in DAYS]
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's own templates: a form's renderer only knows the applications'."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


def _given(data: Mapping[str, Any], prefix: str) -> Any:
    for number in range(6):
        span = [str(data.get(f"{prefix}-{number}-{end}") or "").strip()[:5] for end in ("opens", "closes")]
        if any(span):
            yield span


def _line(name: str, day: str, shifts: list[list[str]]) -> Day:
    shown = [*shifts, *([["", ""]] * (SHIFTS - len(shifts)))]
    return Day(
        str(WEEKDAYS[int(day) - 1]).capitalize(),
        [
            Shift(
                number,
                f"{name}-{day}-{number}-opens",
                f"{name}-{day}-{number}-closes",
                opens,
                "00:00" if closes == "24:00" else closes,
            )
            for number, (opens, closes) in enumerate(shown)
        ],
    )


class HoursField(forms.Field):
    """Gives what the organisation keeps: ISO weekday → spans; a day that closes at midnight ends at 24:00."""

    widget = HoursWidget

    def clean(self, value: Hours) -> Hours:
        for day, shifts in value.items():
            if any(not opens or not closes for opens, closes in shifts):
                weekday = WEEKDAYS[int(day) - 1]
                raise ValidationError(_("%(weekday)s: say when it opens and when it closes.") % {"weekday": weekday})
        return {
            day: sorted([opens, "24:00" if closes == "00:00" else closes] for opens, closes in shifts)
            for day, shifts in value.items()
        }

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


class HolidaysField(forms.CharField):
    """A date a line, as people write dates; keeps them as ISO days, in order, each once."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return sorted({_day(line).isoformat() for line in lines if line})


def _day(line: str) -> date:
    try:
        day = parse_date(line, day_first=True)
    except Unreadable as error:
        raise ValidationError(_("“%(line)s” is not a date: write 2026-12-25.") % {"line": line[:40]}) from error
    if not timedelta(days=-3660) < day - date.today() < timedelta(days=3660):  # noqa: DTZ011  a day, in no zone
        raise ValidationError(_("%(line)s is too far away.") % {"line": line[:40]})
    return day


_CONTACT = re.compile(r"([A-Za-z]{2})\s+([0-2]\d:[0-5]\d)\s*[-–]\s*([0-2]\d:[0-5]\d)(?:\s+([1-7]+))?")


class ContactHoursField(forms.CharField):
    """A country a line, "IT 10:00-20:00 12345"; keeps {country: {"from", "to", "weekdays"}}, ISO weekdays, all where none are given."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(
            f"{country} {hours['from']}-{hours['to']} {''.join(map(str, hours['weekdays']))}"
            for country, hours in sorted(value.items())
        )

    def clean(self, value: str) -> dict[str, Any]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return dict(_contact_hours(line) for line in lines if line)


def _contact_hours(line: str) -> tuple[str, dict[str, Any]]:
    match = _CONTACT.fullmatch(line)
    if match is None or not match[2] < match[3] <= "23:59":
        raise ValidationError(_("“%(line)s” can't be read: write IT 10:00-20:00 12345.") % {"line": line[:40]})
    weekdays = sorted({int(day) for day in match[4] or "".join(DAYS)})
    return match[1].upper(), {"from": match[2], "to": match[3], "weekdays": weekdays}
