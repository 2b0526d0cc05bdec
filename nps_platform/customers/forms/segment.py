"""The segment builder: a name, all or any, and rows of field, operator, value as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.conditions import (
    IN_DAYS,
    MAX_CONDITIONS,
    OPERATOR_LABELS,
    WITHOUT_VALUE,
    Field,
    fields,
    read_rules,
)
from nps_platform.customers.models import Segment
from nps_platform.customers.wording import rule_problem


@dataclass(frozen=True)
class Row:
    """One condition as it stands on the page."""

    index: int
    asked: Field
    operator: str
    value: str
    problems: list[str] = field(default_factory=list)

    @property
    def operators(self) -> list[tuple[str, Any]]:
        return [(name, OPERATOR_LABELS[name]) for name in self.asked.operators]

    @property
    def takes_value(self) -> bool:
        return self.operator not in WITHOUT_VALUE

    @property
    def control(self) -> str:
        """How the value is entered: choice, days, date, number or text."""
        if self.operator in IN_DAYS:
            return "days"
        if self.asked.choices:
            return "choice"
        return {"money": "number", "number": "number", "date": "date"}.get(self.asked.kind, "text")


class SegmentForm(forms.Form):
    """The name is a Django field; the rows are read from repeated `field`, `operator`, `value`."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, data: QueryDict | None = None, *, segment: Segment) -> None:
        super().__init__(data, initial={"name": segment.name})
        self.segment = segment
        self.known = fields()
        self.rules = _typed(data) if data is not None else dict(segment.rules or {"conditions": [_first(self.known)]})
        self.read = read_rules(self.rules, self.known)
        self.shows_problems = bool(segment.pk) if data is None else "save" in data

    @property
    def match(self) -> str:
        return "any" if self.rules.get("match") == "any" else "all"

    @property
    def rows(self) -> list[Row]:
        return [self._row(index, raw) for index, raw in enumerate(self.rules.get("conditions", []))]

    def _row(self, index: int, raw: Mapping[str, str]) -> Row:
        asked = self.known.get(raw.get("field", "")) or next(iter(self.known.values()))
        operator = raw.get("operator", "")
        problems = [rule_problem(p.code) for p in self.read.problems if p.index == index] if self.shows_problems else []
        good = operator if operator in asked.operators else asked.operators[0]
        return Row(index, asked, good, raw.get("value", ""), problems)

    @property
    def can_grow(self) -> bool:
        return len(self.rules.get("conditions", [])) < MAX_CONDITIONS

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if Segment.objects.filter(name__iexact=name).exclude(pk=self.segment.pk).exists():
            raise forms.ValidationError(_("There is a segment of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        if not self.rules.get("conditions"):
            self.add_error(None, _("Add at least one condition; without one, everybody would be in it."))
        for problem in self.read.problems:
            if problem.index is None:
                self.add_error(None, rule_problem(problem.code))
        if any(problem.index is not None for problem in self.read.problems):
            self.add_error(None, _("One of the conditions needs correcting."))
        return super().clean() or {}

    def fill(self) -> Segment:
        """The segment with what was typed."""
        self.segment.name = self.cleaned_data["name"]
        self.segment.rules = self.rules
        return self.segment

    def reshaped(self, data: QueryDict) -> None:
        """Add or take away a row, as a button asked."""
        conditions = self.rules["conditions"]
        if "add" in data and self.can_grow:
            conditions.append(_first(self.known))
        place = data.get("remove", "")
        if place.isascii() and place.isdigit() and int(place) < len(conditions):
            del conditions[int(place)]
        self.read = read_rules(self.rules, self.known)


def _first(known: Mapping[str, Field]) -> dict[str, str]:
    """A new row: the field that one most likely wants."""
    return {"field": "unit" if known["unit"].choices else "name", "operator": "is", "value": ""}


def _typed(data: QueryDict) -> dict[str, Any]:
    names, operators, values = (data.getlist(part)[: MAX_CONDITIONS + 1] for part in ("field", "operator", "value"))
    rows = zip(names, operators, values, strict=False)
    conditions = [{"field": name, "operator": operator, "value": value} for name, operator, value in rows]
    return {"match": "any" if data.get("match") == "any" else "all", "conditions": conditions}
