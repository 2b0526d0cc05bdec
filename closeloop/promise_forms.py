"""What is promised by a day, beside a reply, a call or a resolution; and what is given to put things right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closeloop.actions.promising import Promised
from closeloop.models import Pledge, Remedy
from closeloop.refusals import DayIsPast


class PromiseFields(forms.Form):
    """Both or neither; `promised` in the cleaned data is the pair."""

    promise = forms.CharField(
        label=gettext_lazy("What we promise"), max_length=Pledge._meta.get_field("text").max_length, required=False
    )
    promise_on = forms.DateField(
        label=gettext_lazy("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text, day = given.pop("promise", ""), given.pop("promise_on", None)
        if text and day is None and "promise_on" not in self.errors:
            self.add_error("promise_on", _("By which day?"))
        if day and not text:
            self.add_error("promise", _("What is promised for that day?"))
        if day and day < timezone.localdate():
            self.add_error("promise_on", str(DayIsPast.message))
        given["promised"] = Promised(text, day) if text and day else None
        return given

    @property
    def has_promise(self) -> bool:
        """Whether something of it was filled in or is wrong: then it stands open."""
        return bool(self["promise"].value() or self["promise_on"].value())


class RemedyField(forms.ModelChoiceField):
    def label_from_instance(self, remedy: Remedy) -> str:
        return f"{remedy.name} ({remedy.get_kind_display()}, {remedy.cost})"


class GrantForm(forms.Form):
    """Which remedy, at what cost, and why."""

    remedy = RemedyField(
        Remedy.objects.none(), label=gettext_lazy("Remedy"), empty_label=gettext_lazy("Choose what we give")
    )
    cost = forms.DecimalField(
        label=gettext_lazy("Cost"),
        max_digits=10,
        decimal_places=2,
        required=False,
        validators=[MinValueValidator(0)],
        help_text=gettext_lazy("Left empty: its usual cost."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For colleagues, and for whoever approves it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].queryset = Remedy.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["remedy"].widget.attrs["autofocus"] = True


class DecisionForm(forms.Form):
    """Yes or no to what was asked for."""

    approve = forms.TypedChoiceField(
        choices=((True, "yes"), (False, "no")), coerce=lambda value: value in (True, "True")
    )
    note = forms.CharField(max_length=300, required=False)
