"""What to take away, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.exports.models import Export

# What the page that one comes from can give.
KINDS: dict[str, tuple[str, ...]] = {
    Export.Kind.CASES: (Export.Kind.CASES, Export.Kind.TIMELINES, Export.Kind.NOTES),
    Export.Kind.RESPONSES: (Export.Kind.RESPONSES,),
    Export.Kind.CUSTOMERS: (Export.Kind.CUSTOMERS,),
    Export.Kind.REVENUE: (Export.Kind.REVENUE,),
}


class ExportForm(forms.Form):
    """`kinds` are offered, each with the rows it would have."""

    kind = forms.ChoiceField(label=_("What"), widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("As"), choices=Export.Format.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, kinds: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, initial={"kind": kinds[0][0], "format": Export.Format.XLSX})
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
