"""The forms of deadlines: what is owed by when, for which cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closeloop.models import CLASSES, CasePolicy, EscalationStep, Priority
from closeloop.models.escalations import MOST_REPETITIONS
from closeloop.models.policies import LONGEST
from closeloop.recipients import case_workers
from nps_platform.tenancy.models import Membership


class HoursField(forms.DecimalField):
    """Business hours such as 8 or 0.5; kept as minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, min_value=Decimal("0.02"), max_value=LONGEST // 60, **kwargs)
        self.widget.attrs["step"] = "any"

    def prepare_value(self, value: Any) -> Any:
        return (Decimal(value) / 60).quantize(Decimal("0.01")).normalize() if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        hours = super().clean(value)
        return None if hours is None else max(1, round(hours * 60))


class CasePolicyForm(forms.ModelForm):
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("The answer is of"),
        choices=CLASSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: any class."),
    )
    priorities = forms.TypedMultipleChoiceField(
        label=gettext_lazy("The case's priority is"),
        choices=Priority.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: any priority."),
    )
    contact_minutes = HoursField(
        label=gettext_lazy("First contact within, business hours"),
        help_text=gettext_lazy("Also for each later answer to the customer's last word."),
    )
    resolution_minutes = HoursField(
        label=gettext_lazy("Solution within, business hours"),
        required=False,
        help_text=gettext_lazy("Pauses while the customer's turn it is. Left empty: no target."),
    )

    class Meta:
        model = CasePolicy
        fields = ("name", "classes", "priorities", "contact_minutes", "resolution_minutes", "soon_percent")
        labels = {"soon_percent": gettext_lazy("Due soon from, percent of the time")}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if CasePolicy.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a deadline of this name."))
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        contact, solution = given.get("contact_minutes"), given.get("resolution_minutes")
        if contact and solution and solution < contact:
            self.add_error("resolution_minutes", _("The solution would be due before the first contact."))
        return given


class EscalationStepForm(forms.ModelForm):
    """One step; an untouched empty one is none."""

    repeat_every_minutes = HoursField(label=gettext_lazy("Again every, business hours"), required=False)
    repeat_times = forms.IntegerField(
        label=gettext_lazy("Times"), min_value=0, max_value=MOST_REPETITIONS, required=False, initial=0
    )

    class Meta:
        model = EscalationStep
        fields = ("promise", "after_percent", "whom", "person", "repeat_every_minutes", "repeat_times")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = [worker.pk for worker in case_workers()]
        people = Membership.objects.filter(pk__in=workers).select_related("user").order_by("user__name", "user__email")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].empty_label = _("Nobody")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("whom") != EscalationStep.Whom.PERSON:
            given["person"] = None
        elif not given.get("person") and "person" not in self.errors:
            self.add_error("person", _("Choose who it goes to."))
        given["repeat_times"] = given.get("repeat_times") or 0
        every, times = given.get("repeat_every_minutes"), given["repeat_times"]
        if times and not every and "repeat_every_minutes" not in self.errors:
            self.add_error("repeat_every_minutes", _("Say after how many hours it is repeated."))
        if every and not times and "repeat_times" not in self.errors:
            self.add_error("repeat_times", _("Say how many times it is repeated."))
        return given


MOST_STEPS = 8
StepFormSet = forms.inlineformset_factory(
    CasePolicy, EscalationStep, form=EscalationStepForm, extra=1, max_num=MOST_STEPS, validate_max=True, can_delete=True
)
