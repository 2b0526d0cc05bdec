"""Forms of the journey, of surveys' texts and of programmes. They check; actions do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.models import Language
from surveys.models import Stage, Survey, SurveyKind, Touchpoint


class StageForm(forms.ModelForm):
    class Meta:
        model = Stage
        fields = ["name", "kind"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Stage.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a stage with this name."))
        return name


class TouchpointForm(forms.ModelForm):
    """`stage` is where it belongs; a name may return in another stage."""

    importance = forms.TypedChoiceField(
        label=_("Importance"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        initial=3,
        help_text=_("What the company declares: 1 minor, 5 decisive."),
    )

    class Meta:
        model = Touchpoint
        fields = ["name", "importance", "target", "moment_of_truth"]

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stage = stage

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = self._stage.touchpoints.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("The stage has a touchpoint with this name."))
        return name


class SurveyFactsForm(forms.Form):
    """What a survey is about: at its making and in the editor's settings."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; customers don't see it."))
    stage = forms.ModelChoiceField(
        label=_("Stage"), queryset=Stage.objects.all(), required=False, empty_label=_("The whole journey")
    )
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint"),
        queryset=Touchpoint.objects.select_related("stage"),
        required=False,
        empty_label=_("None in particular"),
    )
    subject_name = forms.CharField(
        label=_("What is recommended"),
        max_length=80,
        required=False,
        help_text=_("The company, a product or a service, as customers call it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == SurveyKind.RELATIONAL:
            del self.fields["stage"], self.fields["touchpoint"]
        elif kind == SurveyKind.PHASE:
            del self.fields["touchpoint"]
        elif kind == SurveyKind.TRANSACTIONAL:
            del self.fields["stage"]


class NewSurveyForm(SurveyFactsForm):
    kind = forms.ChoiceField(label=_("What it asks about"), choices=SurveyKind.choices, widget=forms.RadioSelect)
    field_order = ["kind", "name", "subject_name", "stage", "touchpoint", "languages"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == SurveyKind.PHASE and not data.get("stage"):
            self.add_error("stage", _("Choose the stage that it asks about."))
        if data.get("kind") != SurveyKind.PHASE:
            data["stage"] = None
        if data.get("kind") != SurveyKind.TRANSACTIONAL:
            data["touchpoint"] = None
        return data


class SettingsForm(SurveyFactsForm):
    """The editor's settings."""

    ask_contact = forms.BooleanField(
        label=_("Ask whether we may contact them"),
        required=False,
        help_text=_("Never ticked beforehand."),
    )
    # A published survey's own stage or touchpoint may be gone; nothing but its name is read then.


class DuplicateForm(forms.ModelForm):
    class Meta:
        model = Survey
        fields = ["name"]


class SendTestForm(forms.Form):
    """Where a test goes: oneself, unless another address is typed."""

    to = forms.EmailField(label=_("To"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, name) for code, name in Language.choices if code in languages
        ]
