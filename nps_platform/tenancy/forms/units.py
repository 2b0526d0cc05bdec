"""A unit of the tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.models import Unit


class UnitForm(forms.ModelForm):
    """Name, kind and place; the parent list leaves out the unit itself and all below it."""

    class Meta:
        model = Unit
        fields = ["name", "kind", "parent", "code"]
        help_texts = {"code": _("As your files and programs call it; made from the name if left empty.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = self.instance.pk is not None
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        places = Unit.objects.order_by("name")
        if self.instance.pk:
            places = places.exclude(path__startswith=self.instance.path)
        parent.queryset = places
        parent.empty_label = _("(top of the tree)")
