"""The filter bar: what the address asks for, read into Filters. What can't be read says so and falls back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from dashboards.periods import (
    Period,
    key_of,
    last_months,
    month_of,
    quarter_of,
    read_period,
    shifted,
    year_of,
)
from dashboards.place_filter import PlaceField, places
from dashboards.queries.filters import Filters
from dashboards.queries.parts import Dimension
from nps_platform.customers.models import Segment
from nps_platform.customers.segments import BrokenSegment, customers_in
from nps_platform.lib.formats import locale_for
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.forms.units import INDENT
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import current_organization
from surveys.models import Collector, Stage, Survey, SurveyKind, Touchpoint

RECENT_DAYS = 90
NOTES = "notes"  # beside the classes on the comments page: what no survey asked
MONTHS_OFFERED, QUARTERS_OFFERED, YEARS_OFFERED = 18, 8, 3

Choices = list[tuple[str, Any]]
_CLASSES: Choices = [
    ("", pgettext_lazy("answer classes", "All")),
    *((c.value, c.label) for c in NpsClass if c != NpsClass.SILENT),
]


def current_locale() -> str:
    """The reader's language as the organisation's country writes it."""
    return locale_for(get_language() or "en", current_organization().country)


def period_choices(today: date) -> Choices:
    """The stretches that people ask for: rolling ones first, then calendar ones, newest first."""
    locale = current_locale()
    months = [month_of(shifted(today, -i)) for i in range(MONTHS_OFFERED)]
    quarters = [quarter_of(shifted(today, -3 * i)) for i in range(QUARTERS_OFFERED)]
    years = [year_of(date(today.year - i, 1, 1)) for i in range(YEARS_OFFERED)]
    rolling = [
        (f"last-{RECENT_DAYS}-days", _("Last 90 days")),
        ("last-12-months", _("Last 12 months")),
    ]
    return [
        (_("Rolling"), rolling),
        (_("Quarters"), [(key_of(p), p.label(locale)) for p in quarters]),
        (_("Months"), [(key_of(p), p.label(locale)) for p in months]),
        (_("Years"), [(key_of(p), p.label(locale)) for p in years]),
    ]


def readable_segment(segment: Segment | None) -> Segment | None:
    """The segment, or a ValidationError where its rules name something that is gone: nobody is counted by guess."""
    try:
        customers_in(segment)
    except BrokenSegment as error:
        raise ValidationError(_("The rules of this segment can no longer be read; mend them first.")) from error
    return segment


class UnitField(forms.ModelChoiceField):
    """One business unit with all below it; the list stands as their tree."""

    def __init__(self) -> None:
        every = pgettext_lazy("business units", "All")
        super().__init__(Unit.objects.order_by("path"), label=_lazy("Unit"), required=False, empty_label=every)

    def label_from_instance(self, obj: Unit) -> str:
        return INDENT * (obj.path.count("/") - 2) + obj.name


class AudienceForm(forms.Form):
    """Of which customers and period the answers are. Every field may be missing."""

    unit = UnitField()
    segment = forms.ModelChoiceField(
        Segment.objects.all(), label=_lazy("Segment"), required=False, empty_label=pgettext_lazy("customers", "All")
    )
    period = forms.CharField(label=_lazy("Period"), required=False, widget=forms.Select)

    def __init__(self, data: Any = None, *, default_period: str = f"last-{RECENT_DAYS}-days") -> None:
        super().__init__(data)
        self.today = timezone.localdate()
        self.default_period = default_period
        self.fields["period"].widget.choices = period_choices(self.today)
        self.is_valid()
        self._show_what_holds()

    def clean_period(self) -> Period:
        key = self.cleaned_data["period"] or self.default_period
        try:
            return read_period(key, self.today)
        except ValueError as error:
            raise ValidationError(_("This period is not known: a month is written 2026-10.")) from error

    def clean_segment(self) -> Segment | None:
        return readable_segment(self.cleaned_data["segment"])

    def filters(self) -> Filters:
        """What the figures are about."""
        chosen = self.cleaned_data
        period = chosen.get("period") or read_period(self.default_period, self.today)
        return Filters(period, unit=chosen.get("unit"), segment=chosen.get("segment"))

    def _show_what_holds(self) -> None:
        """The bar shows the period in force."""
        period = self.data.get("period") or self.default_period
        self.data = {**{name: self.data.get(name) for name in self.data}, "period": period}


class FilterForm(AudienceForm):
    """Every field may be missing; `filters()` answers what holds."""

    survey = forms.ModelChoiceField(
        Survey.objects.exclude(state="draft").exclude(kind=SurveyKind.EMPLOYEE),
        label=_lazy("Survey"),
        required=False,
        empty_label=pgettext_lazy("surveys", "All"),
    )
    # Employees have a page of their own, where nothing small is shown.
    kind = forms.ChoiceField(
        label=_lazy("Kind"), choices=[c for c in SurveyKind.choices if c[0] != SurveyKind.EMPLOYEE], required=False
    )
    stage = forms.ModelChoiceField(
        Stage.objects.all(), label=_lazy("Stage"), required=False, empty_label=pgettext_lazy("stages", "All")
    )
    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.all(),
        label=_lazy("Touchpoint"),
        required=False,
        empty_label=pgettext_lazy("touchpoints", "All"),
    )
    collector = PlaceField(label=_lazy("Collection point"), required=False)
    by = forms.ChoiceField(required=False, choices=[(d.value, d.value) for d in Dimension])
    nps_class = forms.ChoiceField(required=False, choices=_CLASSES)
    field_order = ["survey", "kind", "stage", "touchpoint", "unit", "collector", "segment", "period"]

    def filters(self) -> Filters:
        """What the figures are about. A survey or touchpoint brings its own kind: kinds are never mixed (METHOD §1)."""
        chosen = self.cleaned_data
        survey, touchpoint = chosen.get("survey"), chosen.get("touchpoint")
        place = chosen.get("collector")
        kind = self._kind(survey, touchpoint, place)
        return replace(
            super().filters(),
            kind=kind,
            survey=survey,
            stage=chosen.get("stage") if kind != SurveyKind.RELATIONAL else None,
            touchpoint=touchpoint if kind == SurveyKind.TRANSACTIONAL else None,
            collector=place if place and place.survey.kind == kind else None,
        )

    def _kind(self, survey: Survey | None, touchpoint: Touchpoint | None, place: Collector | None) -> str:
        if survey:
            return survey.kind
        if touchpoint and not self.cleaned_data.get("kind"):
            return SurveyKind.TRANSACTIONAL
        if place and not self.cleaned_data.get("kind"):
            return place.survey.kind
        return self.cleaned_data.get("kind") or SurveyKind.RELATIONAL

    def chosen_class(self) -> str:
        """The class that the further questions are narrowed to; empty for all."""
        return self.cleaned_data.get("nps_class", "")

    def dimension(self, kind: str) -> Dimension:
        """What the table is cut by: as asked for, else what is natural for the kind."""
        asked = self.cleaned_data.get("by")
        natural = {SurveyKind.TRANSACTIONAL: Dimension.TOUCHPOINT, SurveyKind.PHASE: Dimension.STAGE}
        return Dimension(asked) if asked else natural.get(SurveyKind(kind), Dimension.UNIT)

    def _show_what_holds(self) -> None:
        """The bar shows the kind and period in force, and no field that says nothing for this kind."""
        super()._show_what_holds()
        kind = self.filters().kind
        self.data = {**self.data, "kind": kind}
        surveys = self.fields["survey"].queryset  # type: ignore[attr-defined]
        self.fields["survey"].queryset = surveys.filter(kind=kind)  # type: ignore[attr-defined]
        self._show_places(kind)
        if kind == SurveyKind.RELATIONAL:
            del self.fields["stage"]
        if kind != SurveyKind.TRANSACTIONAL:
            del self.fields["touchpoint"]
        del self.fields["by"], self.fields["nps_class"]

    def _show_places(self, kind: str) -> None:
        """Those of this kind of survey; no field where there is none."""
        offered = list(places(kind).select_related("unit"))
        field = self.fields["collector"]
        assert isinstance(field, PlaceField)
        field.offer(offered)
        place = self.filters().collector
        self.data = {
            **self.data,
            "collector": field.shown(place) if not self.errors.get("collector") else self.data.get("collector"),
        }
        if not offered:
            del self.fields["collector"]


class PeriodForm(forms.Form):
    """A calendar month, quarter or year by its key; anything else falls back, with a word."""

    key = forms.CharField(required=False)

    def __init__(self, data: Any, *, default: Period) -> None:
        super().__init__({"key": data.get("period", "")})
        self.default = default
        self.is_valid()

    def clean_key(self) -> Period:
        key = self.cleaned_data["key"]
        if not key:
            return self.default
        try:
            period = read_period(key, timezone.localdate())
        except ValueError as error:
            raise ValidationError(_("This period is not known: a month is written 2026-10.")) from error
        if not key_of(period):
            raise ValidationError(_("A report is about a month, a quarter or a year."))
        return period

    def period(self) -> Period:
        return self.cleaned_data.get("key") or self.default


class MoneyForm(forms.Form):
    """The window of the money page: complete months only (METHOD §7)."""

    period = forms.CharField(label=_lazy("Window"), required=False, widget=forms.Select)
    currency = forms.CharField(label=_lazy("Currency"), required=False, max_length=3, widget=forms.Select)

    def __init__(self, data: Any, *, currencies: list[str]) -> None:
        super().__init__(data)
        self.today = timezone.localdate()
        self.currencies = currencies
        self.fields["period"].widget.choices = complete_choices(self.today)
        self.fields["currency"].widget.choices = [(c, c) for c in currencies]
        self.is_valid()

    def clean_period(self) -> Period:
        key = self.cleaned_data["period"] or "last-12-months"
        try:
            return read_period(key, self.today)
        except ValueError as error:
            raise ValidationError(_("This period is not known: a month is written 2026-10.")) from error

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if currency and currency not in self.currencies:
            raise ValidationError(_("No revenue was loaded in this currency."))
        return currency

    def window(self) -> Period:
        return self.cleaned_data.get("period") or last_months(12, self.today)

    def chosen_currency(self) -> str:
        return self.cleaned_data.get("currency") or (self.currencies[0] if self.currencies else "")


def complete_choices(today: date) -> Choices:
    """Windows that are over: twelve months, years, quarters, months."""
    locale = current_locale()
    years = [year_of(date(today.year - i, 1, 1)) for i in range(1, YEARS_OFFERED + 1)]
    quarters = [quarter_of(shifted(today, -3 * i)) for i in range(1, QUARTERS_OFFERED + 1)]
    months = [month_of(shifted(today, -i)) for i in range(1, MONTHS_OFFERED + 1)]
    return [
        ("last-12-months", _("Last 12 months")),
        (_("Years"), [(key_of(p), p.label(locale)) for p in years]),
        (_("Quarters"), [(key_of(p), p.label(locale)) for p in quarters]),
        (_("Months"), [(key_of(p), p.label(locale)) for p in months]),
    ]


class CommentForm(forms.Form):
    """What the comments page is narrowed by, beside the filters."""

    nps_class = forms.ChoiceField(
        label=_lazy("Class"),
        required=False,
        choices=[*_CLASSES, (NOTES, _lazy("Notes"))],
    )
    q = forms.CharField(label=_lazy("Search"), required=False, max_length=100)
    question = forms.CharField(required=False, max_length=40)  # the key of a further question
    cursor = forms.CharField(required=False, max_length=200)
