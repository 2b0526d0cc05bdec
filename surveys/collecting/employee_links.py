"""The form that gives each unit its link. It checks; actions do the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.units import tree
from surveys.actions.collectors import too_few
from surveys.models import Collector

MOST = 1_000_000


@dataclass(frozen=True)
class Place:
    """A unit in the form: its two fields, and the link that it has."""

    unit: Unit | None
    depth: int
    wanted: forms.BoundField | None
    people: forms.BoundField
    link: Collector | None


class UnitLinksForm(forms.Form):
    """Which units get a link, and how many people have it; the company as a whole comes first."""

    def __init__(self, data: Any, links: Mapping[int | None, Collector]) -> None:
        """`links`: those there are, by unit."""
        super().__init__(data)
        self._links = links
        self._units: list[tuple[Unit | None, int]] = [(None, 0), *((one.unit, one.depth) for one in tree())]
        for unit, _depth in self._units:
            link = links.get(unit.pk if unit else None)
            if link is None:
                self.fields[f"link-{_key(unit)}"] = forms.BooleanField(required=False, label=_lazy("Make a link"))
            self.fields[f"people-{_key(unit)}"] = forms.IntegerField(
                required=False,
                min_value=1,
                max_value=MOST,
                initial=link.people if link else None,
                label=_lazy("People"),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for unit, _depth in self._units:
            people = data.get(f"people-{_key(unit)}")
            if data.get(f"link-{_key(unit)}") and (refusal := too_few(people)):
                self.add_error(f"people-{_key(unit)}", refusal)
        return data

    def places(self) -> Iterator[Place]:
        """The rows of the page."""
        for unit, depth in self._units:
            link = self._links.get(unit.pk if unit else None)
            wanted = None if link else self[f"link-{_key(unit)}"]
            yield Place(unit, depth, wanted, self[f"people-{_key(unit)}"], link)

    def people(self) -> dict[Unit | None, int | None]:
        """How many people each unit has that has a link or is to get one."""
        data = self.cleaned_data
        return {
            unit: data.get(f"people-{_key(unit)}")
            for unit, _depth in self._units
            if (unit.pk if unit else None) in self._links or data.get(f"link-{_key(unit)}")
        }


def _key(unit: Unit | None) -> str:
    return str(unit.pk) if unit else "all"
