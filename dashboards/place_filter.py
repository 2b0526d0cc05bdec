"""The filter by collection point: a list to choose from, or where there are many, a box that finds one as its name is typed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.lib.folding import found_in
from surveys.models import Collector

# A list of more is no longer looked through.
LISTED = 30


def places(kind: str) -> QuerySet[Collector]:
    """Where customers answer surveys of `kind`; of every kind where that is empty."""
    found = Collector.objects.exclude(kind=Collector.Kind.EMPLOYEE).order_by("name", "pk")
    return found.filter(survey__kind=kind) if kind else found


class PlaceInput(forms.TextInput):
    """A box with the names beneath it; the browser narrows them as one types."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(attrs={"placeholder": pgettext("collection points", "All"), "size": "18"})
        self.names = list(names)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, {**(attrs or {}), "list": f"{name}-names"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.names))
        return format_html('{}<datalist id="{}-names">{}</datalist>', box, name, options)


class PlaceField(forms.Field):
    """A collection point by its number, or by its name as the box says it."""

    widget: Any = forms.Select

    def clean(self, value: Any) -> Collector | None:
        asked = str(value or "").replace("\0", "").strip()
        if not asked:
            return None
        known = places("").select_related("survey", "unit")
        if asked.isascii() and asked.isdigit() and len(asked) < 19 and (found := known.filter(pk=int(asked)).first()):
            return found
        name = asked.rpartition(" · ")[0] or asked
        alike = list(known.filter(found_in("folded", name) | found_in("folded", asked)))
        exact = [place for place in alike if asked in (_named(place), place.name)]
        if len(exact or alike) != 1:
            raise ValidationError(
                _("Several collection points are called this; choose one of the list.")
                if alike
                else _("There is no collection point with this name.")
            )
        return (exact or alike)[0]

    def offer(self, offered: list[Collector]) -> None:
        """Show these to choose from."""
        self.is_long = len(offered) > LISTED
        if self.is_long:
            self.widget = PlaceInput(map(_named, offered))
            return
        ordered = sorted(offered, key=lambda place: (place.unit is None, str(place.unit or "")))
        groups = [
            (str(unit) if unit else _("Without a unit"), [(place.pk, place.name) for place in found])
            for unit, found in groupby(ordered, key=lambda place: place.unit)
        ]
        listed: list[Any] = groups if len(groups) > 1 else [one for _unit, found in groups for one in found]
        self.widget = forms.Select(choices=[("", pgettext("collection points", "All")), *listed])

    def shown(self, place: Collector | None) -> str:
        """What stands in the field while `place` holds."""
        if place is None:
            return ""
        return _named(place) if self.is_long else str(place.pk)


def _named(place: Collector) -> str:
    return f"{place.name} · {place.unit}" if place.unit else place.name
