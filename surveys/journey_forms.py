"""Forms of the journey: its stages and touchpoints, their moves, and notes. They check; actions do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from surveys.actions import Step
from surveys.models import QualitativeNote, Stage, Touchpoint


def possible_owners(now: Membership | None) -> QuerySet[Membership]:
    """Active colleagues, and whoever owns it now."""
    colleagues = Membership.objects.filter(organization=current_organization()).select_related("user")
    return colleagues.filter(Q(is_active=True) | Q(pk=now.pk if now else None)).order_by("user__name", "user__email")


class PlaceForm(forms.ModelForm):
    """What stages and touchpoints have in common."""

    owner = forms.ModelChoiceField(
        label=pgettext_lazy("responsible person", "Owner"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Who answers for its score."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners(self.instance.owner)  # type: ignore[attr-defined]
        self.fields["target"].help_text = _("From −100 to 100. Reached where the whole interval lies at or above it.")


class StageForm(PlaceForm):
    class Meta:
        model = Stage
        fields = ["name", "kind", "target", "owner"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Stage.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a stage with this name."))
        return name


class TouchpointForm(PlaceForm):
    """A name may return in another stage."""

    importance = forms.TypedChoiceField(
        label=_("Importance"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        initial=3,
        help_text=_("What the company declares: 1 minor, 5 decisive."),
    )

    class Meta:
        model = Touchpoint
        fields = ["name", "stage", "importance", "moment_of_truth", "target", "owner"]
        help_texts = {"moment_of_truth": _("Where customers decide whether they stay.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = Stage.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stage, name = data.get("stage"), data.get("name")
        if stage and name and stage.touchpoints.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("The stage has a touchpoint with this name."))
        return data


# --- moves -----------------------------------------------------------------------------------------------------------
class StageMoveForm(forms.Form):
    """One step, or in front of another stage; neither: last."""

    step = forms.ChoiceField(choices=[(step, step) for step in Step], required=False)
    before = forms.ModelChoiceField(Stage.objects.all(), required=False)


class TouchpointMoveForm(forms.Form):
    """One step, or into a stage: in front of another touchpoint there, else last."""

    step = forms.ChoiceField(choices=[(step, step) for step in Step], required=False)
    stage = forms.ModelChoiceField(Stage.objects.all(), required=False)
    before = forms.ModelChoiceField(Touchpoint.objects.all(), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("step") and not data.get("stage"):
            raise forms.ValidationError(_("Say where it goes."))
        return data


# --- notes -----------------------------------------------------------------------------------------------------------
class NoteForm(forms.ModelForm):
    """Where it stands, who was heard, what was learnt; a touchpoint brings its stage."""

    class Meta:
        model = QualitativeNote
        fields = ["kind", "held_on", "touchpoint", "stage", "people", "who", "text", "quotes"]
        widgets = {
            "kind": forms.RadioSelect,
            "held_on": forms.DateInput(attrs={"type": "date"}),
            "text": forms.Textarea(attrs={"rows": 8}),
            "quotes": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "who": _("Whom you heard, as far as others need it: “two new customers, one business”. No names needed."),
            "text": _("Keep names, addresses and telephones out: erasing a customer can't find them in free text."),
            "quotes": _("Their own words, one quote a line."),
            "stage": _("For what is said about a stage as a whole."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.select_related("stage")  # type: ignore[attr-defined]
        self.fields["touchpoint"].empty_label = _("None in particular")  # type: ignore[attr-defined]
        self.fields["stage"].queryset = Stage.objects.all()  # type: ignore[attr-defined]
        self.fields["stage"].empty_label = _("The whole journey")  # type: ignore[attr-defined]
        self.fields["kind"].choices = QualitativeNote.Kind.choices  # type: ignore[attr-defined]
        self.fields["held_on"].localize = False

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("touchpoint"):
            data["stage"] = None
        return data
