"""What an interviewer notes while somebody is on the telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.lib.nps import class_of
from responses.answers import Said, fitting
from responses.public_forms import AnswerForm, AnswerTold, MoreForm
from surveys.authoring.content import Content
from surveys.models import CallAttempt

NOTED = (CallAttempt.Outcome.NO_ANSWER, CallAttempt.Outcome.REFUSED, CallAttempt.Outcome.WRONG_NUMBER)


class CallForm(MoreForm, AnswerForm):
    """The score, and whatever else was said: nobody is held to it. Consent that was not asked for is no *no*."""

    consent = forms.ChoiceField(
        label=_("May we contact them about it?"),
        choices=[("yes", pgettext_lazy("consent", "Yes")), ("no", pgettext_lazy("consent", "No"))],
        required=False,
    )

    def __init__(self, data: Any, content: Content) -> None:
        super().__init__(data, content.extras)
        self._content = content
        for name in self.fields:
            self.fields[name].required = name == "score"
        self.fields["score"].label, self.fields["comment"].label = _("Score"), _("In their own words")
        # The page's own words are the customers'; here a colleague reads.
        self.fields["score"].error_messages["required"] = _("The score is missing: press its key.")

    def answer(self) -> AnswerTold:
        told = super().answer()
        told["wants_contact"] = {"yes": True, "no": False}.get(self.cleaned_data["consent"])
        return told

    def said(self) -> list[Said]:
        """Without what the score or an answer above no longer brings up: it was chosen before they changed."""
        return fitting(self._content, class_of(self.cleaned_data["score"]), super().said())


class OutcomeForm(forms.Form):
    """What came of a call without an answer."""

    outcome = forms.ChoiceField(choices=[(outcome.value, outcome.label) for outcome in NOTED])


class CallBackForm(forms.Form):
    """When they asked to be called, on their clock."""

    default_errors: ClassVar[dict[str, Any]] = {
        "required": _("Choose a day and an hour."),
        "invalid": _("Choose a day and an hour."),
    }
    at = forms.CharField(
        label=_("Call back at"),
        error_messages=default_errors,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, data: Any = None, *, zone: ZoneInfo, until: datetime | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._zone, self._until = zone, until

    def clean_at(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.cleaned_data["at"]).replace(tzinfo=self._zone)
        except ValueError as error:
            raise forms.ValidationError(self.default_errors["invalid"]) from error
        if at <= timezone.now():
            raise forms.ValidationError(_("This moment is over."))
        if self._until and at >= self._until:
            raise forms.ValidationError(_("The survey is closed by then."))
        return at
