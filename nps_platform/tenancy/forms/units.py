"""A unit of the tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.places import countries, time_zones
from nps_platform.tenancy.units import tree

INDENT = "\u2003"


class UnitForm(forms.ModelForm):
    """Name, kind and place; the parent list is the tree without the unit itself and all below it."""

    class Meta:
        model = Unit
        fields = ["name", "kind", "parent", "code", "timezone", "country"]
        help_texts = {
            "code": _("As your files and programs call it; made from the name if left empty."),
            "timezone": _("Mails leave at its customers' hours. Empty: the organisation's."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = self.instance.pk is not None
        if self.instance.pk:
            self.fields["code"].help_text = _("As your files and programs call it.")
        self.fields["timezone"].widget = forms.Select(choices=[("", _("the organisation's")), *time_zones()])
        self.fields["country"].widget = forms.Select(choices=[("", _("the organisation's")), *countries()])
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        below = self.instance.path if self.instance.pk else None
        parent.queryset = Unit.objects.exclude(path__startswith=below) if below else Unit.objects.all()
        places = [branch for branch in tree() if not (below and branch.unit.path.startswith(below))]
        names = [(branch.unit.pk, INDENT * branch.depth + branch.unit.name) for branch in places]
        parent.choices = [("", _("(top of the tree)")), *names]
