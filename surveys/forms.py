"""Forms of surveys' texts and of programmes. They check; actions do the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.languages import PUBLIC_WORDS, choices, own_name
from nps_platform.lib.phones import mobile_number
from nps_platform.messaging.models import Message
from nps_platform.messaging.texting import can_text
from nps_platform.tenancy.scope import current_organization
from surveys.models import Stage, Survey, SurveyKind, Touchpoint


class LanguagesField(forms.MultipleChoiceField):
    """Needed, but the one that is needed may be chosen elsewhere on the form."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


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
    languages = LanguagesField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)
    more_languages = forms.ChoiceField(
        label=_("A further language"),
        required=False,
        help_text=_("In languages other than English, Spanish, Italian and Portuguese you write every text yourself."),
    )

    def __init__(self, *args: Any, kind: str = "", spoken: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = dict.fromkeys([*spoken, *PUBLIC_WORDS])
        self.fields["languages"].choices = [(code, own_name(code)) for code in listed]  # type: ignore[attr-defined]
        others = [(code, name) for code, name in choices() if code not in listed]
        self.fields["more_languages"].choices = [("", _("No other")), *others]  # type: ignore[attr-defined]
        if kind == SurveyKind.RELATIONAL:
            del self.fields["stage"], self.fields["touchpoint"]
        elif kind == SurveyKind.PHASE:
            del self.fields["touchpoint"]
        elif kind == SurveyKind.TRANSACTIONAL:
            del self.fields["stage"]
        elif kind == SurveyKind.EMPLOYEE:
            del self.fields["stage"], self.fields["touchpoint"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        further = data.pop("more_languages", "")
        data["languages"] = [*data.get("languages", []), *([further] if further else [])]
        if not data["languages"]:
            self.add_error("languages", _("Choose at least one language."))
        return data


# What tells the kinds apart for somebody who makes their first survey.
KINDS = [
    (SurveyKind.RELATIONAL, _("Relational: how customers stand with the company as a whole")),
    (SurveyKind.PHASE, _("Phase: how they live one stage of the journey")),
    (SurveyKind.TRANSACTIONAL, _("Transactional: right after one interaction, to learn why")),
    (SurveyKind.EMPLOYEE, _("Employees (eNPS): what your own people say, without their names")),
]


class NewSurveyForm(SurveyFactsForm):
    kind = forms.ChoiceField(label=_("What it asks about"), choices=KINDS, widget=forms.RadioSelect)
    field_order = ["kind", "name", "subject_name", "stage", "touchpoint", "languages", "more_languages"]

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

    def __init__(self, data: Any = None, *, survey: Survey) -> None:
        content = survey.draft_content
        facts = {
            "name": survey.name,
            "stage": survey.stage,
            "touchpoint": survey.touchpoint,
            "subject_name": content.subject,
            "languages": list(content.languages),
            "ask_contact": content.contact is not None,
        }
        super().__init__(data, kind=survey.kind, spoken=content.languages, initial=facts)
        self._spoken = content.languages
        if survey.kind == SurveyKind.EMPLOYEE:
            del self.fields["ask_contact"]

    def clean_languages(self) -> list[str]:
        """In the order they had: the first stays the original."""
        chosen: list[str] = self.cleaned_data["languages"]
        return [*(one for one in self._spoken if one in chosen), *(one for one in chosen if one not in self._spoken)]


class DuplicateForm(forms.ModelForm):
    class Meta:
        model = Survey
        fields = ["name"]


class SendTestForm(forms.Form):
    """Where a test goes: oneself, unless another address is typed; to a mobile number it goes by SMS."""

    to = forms.CharField(
        label=_("To"), max_length=254, help_text=_("An e-mail address, or a mobile number to get it by SMS.")
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, own_name(code)) for code in languages
        ]

    def clean_to(self) -> str:
        text = self.cleaned_data["to"].strip()
        if "@" in text:
            validate_email(text)
            return str(text)
        number = mobile_number(text, current_organization().country)
        if not number:
            raise forms.ValidationError(_("Give an e-mail address, or a mobile number with its country: +34600123456."))
        if not can_text(Message.Channel.SMS):
            raise forms.ValidationError(_("No SMS can be sent yet: set up the gateway in the settings first."))
        return number
