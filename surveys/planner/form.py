"""The planner's form: each choice of a plan is a word of a sentence. Which sentences stand there depends on what was chosen;
what does not stand there keeps its value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import get_day_names
from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from nps_platform.customers.attributes import customer_attributes
from nps_platform.customers.models import Segment
from nps_platform.lib.formats import number
from nps_platform.tenancy.templatetags.circulo import reader_locale
from surveys.models import Programme
from surveys.models.programme import medium_of
from surveys.planner.fields import NewProgrammeForm, days, problem_text
from surveys.planner.words import ANY_DAY, DAY_END, MINUTES_OF, settings_of, words_of
from surveys.planning.checking import ATTRIBUTE, LATEST_REMINDER, MOST_REMINDERS, BadPlan
from surveys.planning.rules import account_quarantine_days, quarantine_days

QUARANTINES = (7, 14, 30, 60, 90, 120, 180, 365)
OPEN_FOR = (7, 14, 21, 30, 45, 60, 90)
WEEKDAYS = (ANY_DAY, "12345", "1234", "234", "123456", "67")
LONGEST_DELAY = 90 * 24 * 60
SAMPLES = [
    ("", pgettext_lazy("whom a plan asks", "everybody")),
    ("number", pgettext_lazy("whom a plan asks", "a random sample")),
    ("share", pgettext_lazy("whom a plan asks", "a random share")),
    ("precision", pgettext_lazy("whom a plan asks", "as many as it takes")),
]
CADENCES = [
    ("once", pgettext_lazy("when a plan asks", "once")),
    ("month", pgettext_lazy("when a plan asks", "every month")),
    ("quarter", pgettext_lazy("when a plan asks", "every quarter")),
    ("half_year", pgettext_lazy("when a plan asks", "every half year")),
    ("continuous", pgettext_lazy("when a plan asks", "a few each day")),
    ("trigger", pgettext_lazy("when a plan asks", "after an event")),
]
# Where the plan's own check finds fault, and the control that it concerns.
FIELD_OF = {"sample": "sample", "strata": "strata", "reminders": "reminders", "window": "closes"}


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _count(label: Any, most: int, *, least: int = 1, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=required)


class ProgrammeForm(NewProgrammeForm):
    """What is posted of a plan; the rest stands as the plan has it, so that a page without some control changes nothing there."""

    audience = forms.ModelChoiceField(
        label=_("Audience"), queryset=Segment.objects.all(), required=False, empty_label=_("the whole customer base")
    )
    sample = forms.ChoiceField(label=_("How many"), choices=SAMPLES, required=False)
    number = _count(_("People"), 10**9)
    share = forms.DecimalField(label=_("Share, %"), max_value=100, decimal_places=4)
    precision = forms.DecimalField(label=_("Margin, points"), min_value=0, max_value=100, decimal_places=2)
    strata = forms.ChoiceField(label=_("How they are drawn"), required=False)
    cadence = forms.ChoiceField(label=_("How often"), choices=CADENCES)
    begins = forms.ChoiceField(
        label=_("From when on"),
        choices=[
            ("", pgettext_lazy("a plan begins", "the launch")),
            ("date", pgettext_lazy("a plan begins", "a day")),
        ],
        required=False,
    )
    starts_on = forms.DateField(label=_("First day"), widget=_date_input())
    starts_at = forms.TimeField(
        label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M"]
    )
    period_days = _count(_("Once in, days"), 730)
    delay = _count(_("Delay"), LONGEST_DELAY, least=0)
    delay_unit = forms.ChoiceField(
        label=_("Unit of the delay"),
        choices=[
            ("minutes", pgettext_lazy("a delay", "minutes")),
            ("hours", pgettext_lazy("a delay", "hours")),
            ("days", pgettext_lazy("a delay", "days")),
        ],
    )
    weekdays = forms.ChoiceField(label=_("Days of the week"))
    holidays = forms.ChoiceField(
        label=_("Holidays"),
        choices=[
            ("", pgettext_lazy("sending days", "holidays included")),
            ("off", pgettext_lazy("sending days", "except holidays")),
        ],
        required=False,
    )
    opens = forms.ChoiceField(label=_("From, o’clock"))
    closes = forms.ChoiceField(label=_("To, o’clock"))
    daily_cap = _count(_("At most a day"), 10**9, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Programme.Channel.choices)
    reminders = forms.TypedChoiceField(label=_("Reminders"), coerce=int)
    open_days = forms.TypedChoiceField(label=_("Open for"), coerce=int)
    quarantine_days = forms.TypedChoiceField(label=_("Quarantine"), coerce=int, required=False, empty_value=None)
    account_quarantine_days = forms.TypedChoiceField(
        label=_("Quarantine of a company"), coerce=int, required=False, empty_value=None
    )
    open_case = forms.ChoiceField(
        label=_("Who has an open case"),
        choices=[
            ("", pgettext_lazy("who has an open case", "waits until it is solved")),
            ("asked", pgettext_lazy("who has an open case", "is asked all the same")),
        ],
        required=False,
    )

    def __init__(self, posted: Mapping[str, Any] | None = None, *, programme: Programme) -> None:
        self.programme = programme
        words = words_of(programme)
        told = None if posted is None else words | {name: posted[name] for name in words if name in posted}
        super().__init__(told, initial=words)
        self.fields["share"].validators += [MinValueValidator(0.0001)]
        self.fields["precision"].validators += [MinValueValidator(0.1)]
        self.fields["daily_cap"].widget.attrs["placeholder"] = _("no limit")
        for number_ in range(1, MOST_REMINDERS + 1):
            self.fields[f"reminder_{number_}"] = _count(_("Reminder after, days"), LATEST_REMINDER)
        self._fill_choices(words)

    def _fill_choices(self, words: Mapping[str, str]) -> None:
        self._choose("strata", _strata_choices(), words)
        self._choose("weekdays", [(some, weekdays_label(some)) for some in WEEKDAYS], words, weekdays_label)
        self._choose("opens", [(hour, hour.lstrip("0").rjust(4, "0")) for hour in _hours()[:-1]], words)
        self._choose("closes", [(hour, hour.lstrip("0").rjust(4, "0")) for hour in _hours()[1:]], words)
        self._choose("reminders", [(str(n), reminders_label(n)) for n in range(MOST_REMINDERS + 1)], words)
        self._choose("open_days", [(str(n), days(n)) for n in OPEN_FOR], words, _days_label)
        usual, usual_account = self.usual_quarantines
        longer = [(str(n), days(n)) for n in QUARANTINES if n > usual]
        self._choose("quarantine_days", [("", _usual_label(usual)), *longer], words, _days_label)
        longer = [(str(n), days(n)) for n in QUARANTINES if n > usual_account]
        nobody = (
            _usual_label(usual_account) if usual_account else pgettext_lazy("contacts of a company rest", "not at all")
        )
        self._choose("account_quarantine_days", [("", nobody), *longer], words, _days_label)

    def _choose(
        self, name: str, choices: Iterable[tuple[str, Any]], words: Mapping[str, str], label: Any = str
    ) -> None:
        """The usual choices, and the one that stands there (set by API, perhaps)."""
        usual, own = list(choices), words[name]
        if own not in dict(usual):
            usual.append((own, label(own)))
        self.fields[name].choices = usual  # type: ignore[attr-defined]

    @property
    def usual_quarantines(self) -> tuple[int, int]:
        """The organisation's, of people and of accounts: a plan can only make them longer."""
        plain = Programme(survey=self.programme.survey, organization_id=self.programme.organization_id)
        return quarantine_days(plain), account_quarantine_days(plain)

    # What stands on the page -----------------------------------------------------------------------------------------
    def said(self, name: str) -> str:
        """What a control holds now."""
        return str(self[name].value() or "")

    @property
    def is_wave(self) -> bool:
        return self.said("cadence") in Programme.Every.values

    @property
    def medium(self) -> str:
        """What the sentences speak of: mails, messages or calls."""
        return medium_of(self.said("channel"))

    @property
    def writes_mails(self) -> bool:
        return Programme(channel=self.said("channel")).writes_mails

    @property
    def reminder_fields(self) -> list[forms.BoundField]:
        """The days of as many reminders as were chosen."""
        count = self.said("reminders")
        return [self[f"reminder_{n}"] for n in range(1, int(count) + 1)] if count in "012345" and count else []

    @property
    def shape(self) -> str:
        """Which sentences stand there: two pages of one shape hold the same controls."""
        chosen = (self.said(name) for name in ("cadence", "sample", "begins", "channel", "reminders"))
        return "|".join([*chosen, *map(str, self.usual_quarantines)])

    # What was told ---------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("begins") == "date" and (day := told.get("starts_on")):
            self._check_day(day)
        if (told.get("delay") or 0) * MINUTES_OF.get(told.get("delay_unit", ""), 0) > LONGEST_DELAY:
            self.add_error("delay", _("At most 90 days."))
        if told.get("opens", "") >= told.get("closes", "~"):
            self.add_error("closes", problem_text("window_order"))
        self._check_reminders(told)
        return told

    def _check_day(self, day: date) -> None:
        if day < timezone.localdate() and day != self.programme.starts_on:
            self.add_error("starts_on", _("This day is over."))

    def _check_reminders(self, told: Mapping[str, Any]) -> None:
        before = 0
        for field in [f"reminder_{n}" for n in range(1, (told.get("reminders") or 0) + 1)]:
            after = told.get(field)
            if after is None:
                continue
            if after <= before:
                self.add_error(field, _("Later than the one before."))
            elif after >= (told.get("open_days") or after + 1):
                self.add_error(field, _("By then the survey is closed."))
            before = after

    @property
    def settings(self) -> dict[str, Any]:
        """What the action takes."""
        return settings_of(self.cleaned_data, self.programme)

    def refuse(self, problem: BadPlan) -> None:
        """What the plan's own check found, at its control."""
        for field, code in problem.problems.items():
            self.add_error(FIELD_OF[field], problem_text(code))


def _strata_choices() -> list[tuple[str, Any]]:
    attributes = [
        (f"{ATTRIBUTE}{one.key}", _("within each value of “%(name)s”") % {"name": one.label})
        for one in customer_attributes()
    ]
    return [
        ("", pgettext_lazy("a draw", "among all")),
        ("unit", pgettext_lazy("a draw", "within each unit")),
        ("class", pgettext_lazy("a draw", "within each class of the last answer")),
        *attributes,
    ]


def _hours() -> list[str]:
    return [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")] + [DAY_END]


def weekdays_label(some: str) -> str:
    """Numbers of weekdays as one says them: "Monday to Friday"."""
    if some == ANY_DAY:
        return str(pgettext_lazy("sending days", "any day"))
    names = get_day_names("wide", locale=reader_locale())
    first, last = (names[int(some[index]) - 1] for index in (0, -1))
    if int(some[-1]) - int(some[0]) == len(some) - 1 and len(some) > 2:
        return pgettext("sending days", "%(first)s to %(last)s") % {"first": first, "last": last}
    return ", ".join(names[int(day) - 1] for day in some)


def reminders_label(count: int) -> str:
    """No reminder; one; several."""
    if not count:
        return str(_("no reminder"))
    return ngettext("%(n)s reminder", "%(n)s reminders", count) % {"n": number(count, locale=reader_locale())}


def _days_label(text: str) -> str:
    return days(int(text))


def _usual_label(usual: int) -> str:
    return str(_("%(days)s, as usual") % {"days": days(usual)})
