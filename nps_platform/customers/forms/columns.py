"""A file on its way in: the upload, and which of its columns is what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.customers.actions import Choice, MappingRefused
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_fields import (
    ATTRIBUTE,
    NEW_KINDS,
    Column,
    columns_of,
    guess_further,
    kind_of_target,
    suggest_new,
)
from nps_platform.customers.import_kinds import FurtherField, ImportKind, kind_of
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Reading
from nps_platform.customers.samples import Sample, sample_of
from nps_platform.customers.wording import mapping_problem
from nps_platform.lib.csvio import Unreadable, parse_period
from nps_platform.tenancy.places import currencies

_DECIMALS = [
    ("", pgettext_lazy("decimal sign", "By itself")),
    ("comma", pgettext_lazy("decimal sign", "Comma: 1.234,56")),
    ("point", pgettext_lazy("decimal sign", "Point: 1,234.56")),
]
_ORDERS = [
    ("", pgettext_lazy("order of day and month", "By itself")),
    ("day", pgettext_lazy("order of day and month", "Day first: 31/03/2026")),
    ("month", pgettext_lazy("order of day and month", "Month first: 03/31/2026")),
]


class UploadForm(forms.Form):
    """The size is checked here, everything else when the file is opened."""

    file = forms.FileField(
        label=_("CSV file"),
        error_messages={"empty": _("The file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            megabytes = settings.IMPORT_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                _("The file is too big: at most %(megabytes)s MB."), params={"megabytes": megabytes}
            )
        return file


class ExampleForm(forms.Form):
    """What an example file is to fit, for a `kind` that brings one."""

    def __init__(self, kind: ImportKind, data: Any = None) -> None:
        super().__init__(data, auto_id="example_%s")
        self.kind = kind
        self.fields[kind.further_by] = kind.options()[kind.further_by]

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to choose."""
        return any(value for value, _label in _choices(self.fields[self.kind.further_by]))

    def rows(self) -> list[Sequence[str]]:
        """The file, with its heading."""
        return self.kind.example(self.cleaned_data[self.kind.further_by]) if self.kind.example else []


@dataclass(frozen=True)
class Line:
    """One column on the page: what the file says, what becomes of it, how its sample reads."""

    column: Column
    field: BoundField
    sample: Sample


class ColumnsForm(forms.Form):
    """One choice a column, and how values are read. Repeats what was guessed until somebody says better."""

    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=_DECIMALS, required=False)
    order = forms.ChoiceField(label=_("Order of dates"), choices=_ORDERS, required=False)
    period = forms.CharField(
        label=_("Month of the whole file"),
        required=False,
        max_length=40,
        help_text=_("Such as 2026-03; only where no column says it."),
    )
    currency = forms.ChoiceField(
        label=_("Currency of the whole file"), required=False, help_text=_("Only where no column says it.")
    )

    def __init__(self, data: Any = None, *, job: ImportJob, currency: str) -> None:
        self.job, self.kind, self.directory = job, kind_of(job.kind), Directory.load()
        self.columns = columns_of(job.header, job.samples)
        super().__init__(data, initial=_initial(job, currency, self.directory))
        self.options = dict(self.kind.options())
        self.fields |= self.options
        self.further = self.kind.further(self._options_now())
        self.own_further = {field.target: field for field in self.further if field.target not in self.kind.labels}
        targets = _targets(self.kind, self.directory, self.own_further.values())
        self._fit_to_options(_flat(targets))
        for column in self.columns:
            label = column.heading or str(column.index + 1)
            chooser = forms.Select(attrs={"class": "select w-full min-w-44"})
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=label, choices=targets, required=False, widget=chooser
            )
        self._leave_out_what_does_not_matter()

    def _options_now(self) -> dict[str, str]:
        """As the page shows them: a list without an empty choice shows its first."""
        return {name: str(self[name].value() or _first(field)) for name, field in self.options.items()}

    @property
    def drawn_for(self) -> str:
        """The choice for the whole file that the columns are drawn for: another brings other fields."""
        return self._options_now().get(self.kind.further_by, "")

    @property
    def is_other(self) -> bool:
        """Whether what was sent was drawn for another choice."""
        return self.is_bound and self.data.get("drawn_for", "") != self.drawn_for

    def _fit_to_options(self, offered: Collection[str]) -> None:
        """Where the choice for the whole file is new, the columns are matched with the fields that it brings.

        `refitted`: some column reads otherwise now than was sent.
        """
        self.refitted = False
        if self.is_bound and not self.is_other:
            return
        names = {str(column.index): f"column_{column.index}" for column in self.columns}
        shown = self.data if self.is_bound else self.initial
        before = {index: str(shown.get(name) or "") for index, name in names.items()}
        kept = {index: target if target in offered else "" for index, target in before.items()}
        found = guess_further(self.further, self.columns, kept)
        fitted = {name: found.get(index, "") for index, name in names.items()}
        if not self.is_bound:
            self.initial = {**self.initial, **fitted}
            return
        self.refitted = fitted != {names[index]: target for index, target in before.items()}
        self.data = {**{name: self.data.get(name) for name in self.data}, **fitted}

    def _leave_out_what_does_not_matter(self) -> None:
        if not self.kind.asks_money:
            del self.fields["period"], self.fields["currency"]
        else:
            field = self.fields["currency"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "–"), *currencies()]

    @property
    def lines(self) -> list[Line]:
        reading = self._reading_now()
        return [self._line(column, reading) for column in self.columns]

    def _line(self, column: Column, reading: Reading) -> Line:
        bound = self[f"column_{column.index}"]
        target = str(bound.value() or "")
        return Line(
            column, bound, sample_of(column, target, kind_of_target(target, self.directory), reading, self.own_further)
        )

    @property
    def reading_fields(self) -> list[BoundField]:
        """The kind's own choices first: they decide what the file is."""
        asked = (*self.options, "decimal", "order", "period", "currency")
        return [self[name] for name in asked if name in self.fields]

    @property
    def left_out(self) -> int:
        return sum(not self[f"column_{column.index}"].value() for column in self.columns)

    def _reading_now(self) -> Reading:
        return Reading(
            decimal_comma={"comma": True, "point": False}.get(str(self["decimal"].value() or "")),
            day_first={"day": True, "month": False}.get(str(self["order"].value() or "")),
        )

    def clean_period(self) -> date | None:
        text = self.cleaned_data["period"].strip()
        try:
            return parse_period(text) if text else None
        except Unreadable as error:
            raise forms.ValidationError(_("This is not a month such as 2026-03.")) from error

    def to_choice(self) -> Choice:
        given, now = self.cleaned_data, self._reading_now()
        reading = Reading(
            now.decimal_comma, now.day_first, given.get("period"), given.get("currency", ""), self._chosen()
        )
        return Choice({str(c.index): given[f"column_{c.index}"] for c in self.columns}, reading)

    def _chosen(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[name]) for name in self.options}

    def refuse(self, error: MappingRefused) -> None:
        """Put what the action refused at the field concerned."""
        message = mapping_problem(error.code)
        twice = [name for name in self.fields if name.startswith("column_") and self[name].value() == error.target]
        for name in twice[1:] if error.code == "twice" else []:
            self.add_error(name, message)
        if not twice or error.code != "twice":
            self.add_error(error.target if error.target in self.fields else None, message)

    def with_attributes(self) -> dict[str, str]:
        """What to show when every column that is left out should become an attribute."""
        shown = {name: str(self[name].value() or "") for name in self.fields}
        for column in self.columns:
            name = f"column_{column.index}"
            shown[name] = shown[name] or suggest_new(column)
        return shown


def _initial(job: ImportJob, currency: str, directory: Directory) -> dict[str, str]:
    kept = Reading.from_json(job.reading)
    new = [new for new in job.reading.get("new_attributes", []) if new["key"] not in directory.attributes]
    brought = {attribute["key"]: f"new:{attribute['kind']}" for attribute in new}
    chosen = {f"column_{index}": brought.get(t.removeprefix(ATTRIBUTE), t) for index, t in job.mapping.items()}
    return chosen | {
        "decimal": {True: "comma", False: "point"}.get(kept.decimal_comma, ""),  # type: ignore[arg-type]
        "order": {True: "day", False: "month"}.get(kept.day_first, ""),  # type: ignore[arg-type]
        "period": f"{kept.period:%Y-%m}" if kept.period else "",
        "currency": kept.currency or currency,
        **kept.options,
    }


def _choices(field: forms.Field) -> list[tuple[Any, Any]]:
    offered: Any = getattr(field, "choices", ())
    return list(offered)


def _first(field: forms.Field) -> str:
    return next((str(value) for value, _label in _choices(field)), "")


def _targets(kind: ImportKind, directory: Directory, further: Collection[FurtherField]) -> list[tuple[Any, Any]]:
    choices: list[tuple[Any, Any]] = [("", pgettext_lazy("import column", "Not imported")), *kind.labels.items()]
    if further:
        choices.append((kind.further_words, [(field.target, Truncator(field.label).chars(80)) for field in further]))
    if kind.brings_attributes:
        own = [(ATTRIBUTE + d.key, d.label) for d in directory.attributes.values()]
        choices += [(_("Attributes"), own)] if own else []
        choices.append((_("New attribute"), [(f"new:{name}", label) for name, label in NEW_KINDS.items()]))
    return choices


def _flat(choices: Iterable[tuple[Any, Any]]) -> list[str]:
    """The values that can be chosen, those in groups too."""
    return [
        one
        for value, label in choices
        for one in ([inner for inner, _label in label] if isinstance(label, list) else [value])
    ]
