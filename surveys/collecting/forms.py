"""The form of a place where people answer. It checks; actions do the work."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.languages import own_name
from nps_platform.lib.words import fold
from nps_platform.tenancy.forms.units import INDENT
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.units import tree
from surveys.collecting.fields import PinField, SitesField
from surveys.collecting.kinds import OfferedKind
from surveys.models import Collector, Survey, SurveyKind, Touchpoint

SHARED = ("name", "survey", "unit", "touchpoint", "language")
# Made in one go; each has a row in the audit log.
MOST_PLACES = 500


def askable_surveys(kind: str, now: int | None = None) -> QuerySet[Survey]:
    """Published surveys of this kind of place, and the one that is asked there `now`."""
    live = Survey.objects.filter(Q(state=Survey.State.PUBLISHED) | Q(pk=now), published__isnull=False)
    of_employees = Q(kind=SurveyKind.EMPLOYEE)
    rows = live.filter(of_employees if kind == Collector.Kind.EMPLOYEE else ~of_employees)
    return rows.select_related("published").order_by("name", "pk")


class CollectorForm(forms.ModelForm):
    """What every kind has, and the fields of its own."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    pin = PinField()
    sites = SitesField()

    class Meta:
        model = Collector
        fields = [*SHARED, "receipt", "people", "pin", "idle_seconds", "sites", "after_seconds", "every_days"]
        widgets = {"receipt": forms.RadioSelect}
        help_texts = {
            "name": _("For you: the place where people come by. “Lima centre, till 3”."),
            "unit": _("Its answers count there."),
            "idle_seconds": _("What somebody began and left is wiped, and the first question comes back."),
            "every_days": _("One browser is asked once in so many days, also if it was closed without an answer."),
            "people": _("How many have this link: tells which share answered."),
            "receipt": _("One answer for each code; a code is read without regard to capitals."),
        }

    def __init__(self, *args: Any, kind: OfferedKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = kind.kind
        self.initial["pin"] = ""  # what is kept is no PIN to be shown
        if self.instance.pin:
            self.fields["pin"].help_text = _("Left empty, the PIN stays as it is.")
        for name in {*self.Meta.fields} - {*SHARED, *kind.fields}:
            del self.fields[name]
        survey, touchpoint, unit = (self.fields[name] for name in ("survey", "touchpoint", "unit"))
        assert isinstance(survey, forms.ModelChoiceField)
        assert isinstance(touchpoint, forms.ModelChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        survey.queryset, survey.empty_label = askable_surveys(kind.kind, self.instance.survey_id), None
        touchpoint.queryset = Touchpoint.objects.select_related("stage")
        touchpoint.empty_label = _("The survey's own")
        if kind.kind == Collector.Kind.EMPLOYEE:
            del self.fields["touchpoint"]
        names = [(branch.unit.pk, INDENT * branch.depth + branch.unit.name) for branch in tree()]
        unit.choices = [("", _("None in particular")), *names]
        spoken = dict.fromkeys(code for one in survey.queryset for code in one.languages)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("The visitor's, where the survey speaks it")),
            *((code, own_name(code)) for code in spoken),
        ]

    def clean_pin(self) -> str:
        return self.cleaned_data["pin"] or self.instance.pin

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        survey, language = data.get("survey"), data.get("language")
        if survey and language and language not in survey.languages:
            self.add_error("language", _("The survey does not speak this language."))
        return data


class ManyForm(CollectorForm):
    """One link for each unit, or for each line of a list; the rest is the same for all."""

    UNITS, LIST = "units", "list"
    source = forms.ChoiceField(
        label=_("Which places"),
        choices=[(UNITS, _("One for each unit that has none below it")), (LIST, _("These, one a line"))],
        widget=forms.RadioSelect,
        initial=UNITS,
    )
    lines = forms.CharField(
        label=_("List"),
        required=False,
        max_length=MOST_PLACES * 200,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Name of the place; after a comma, semicolon or tab the unit's code or name: “Till 3, lima”."),
    )
    field_order = ("source", "lines", "survey", "touchpoint", "language", "receipt")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"], self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["places"] = self._listed() if data.get("source") == self.LIST else _leaves()
        except forms.ValidationError as error:
            self.add_error("lines", error)
            return data
        if not data["places"]:
            empty = {self.LIST: _("Write at least one place."), self.UNITS: _("There are no units yet.")}
            self.add_error(
                "lines" if data.get("source") == self.LIST else "source", empty[data.get("source", self.UNITS)]
            )
        elif len(data["places"]) > MOST_PLACES:
            self.add_error("source", _("At most %(n)s places at once.") % {"n": MOST_PLACES})
        return data

    def _listed(self) -> list[tuple[str, Unit | None]]:
        units = {fold(text): unit for unit in Unit.objects.all() for text in (unit.name, unit.code)}
        found: list[tuple[str, Unit | None]] = []
        for number, line in enumerate(self.cleaned_data.get("lines", "").splitlines(), start=1):
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=_delimiter(line)), [])]
            if not any(cells):
                continue
            name, unit = cells[0], cells[1] if len(cells) > 1 else ""
            if not name or len(name) > 120:
                raise forms.ValidationError(_("Line %(n)s: a name of at most 120 characters.") % {"n": number})
            if unit and fold(unit) not in units:
                raise forms.ValidationError(
                    _("Line %(n)s: there is no unit “%(unit)s”.") % {"n": number, "unit": unit[:80]}
                )
            found.append((name, units[fold(unit)] if unit else None))
        return found

    def settings(self) -> dict[str, Any]:
        """What is the same for all, as the action takes it."""
        return {name: self.cleaned_data[name] for name in ("survey", "touchpoint", "language", "receipt")}


def _delimiter(line: str) -> str:
    return next((mark for mark in ("\t", ";") if mark in line), ",")


def _leaves() -> list[tuple[str, Unit | None]]:
    """Units with nothing below them, by their names."""
    above = Unit.objects.exclude(parent=None).values("parent")
    return [(unit.name[:120], unit) for unit in Unit.objects.exclude(pk__in=above).order_by("path")]
