"""The editor's text fields: one part of a survey in one language. Drafts may have holes; publishing may not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.nps import NpsClass
from surveys.models import Question, Survey, ThankYou
from surveys.wording import CLASSES, MAIL_FIELDS

Texts = dict[str, dict[str, str]]


class QuestionTextForm(forms.Form):
    """A question's words. `own` and `original` are its texts in the edited language and in the survey's first."""

    text = forms.CharField(
        label=_("Question"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    help = forms.CharField(
        label=_("Help"), max_length=160, required=False, help_text=_("A short line below the question.")
    )
    low = forms.CharField(label=_("Words at 0"), max_length=40, required=False)
    high = forms.CharField(label=_("Words at 10"), max_length=40, required=False)
    essential = ("text",)

    def __init__(self, data: Any = None, *, question: Question, language: str) -> None:
        super().__init__(data, initial=question.texts.get(language, {}))
        if question.kind == Question.Kind.NPS:
            del self.fields["help"]
        else:
            del self.fields["low"], self.fields["high"]
        if question.kind == Question.Kind.CONTACT:
            self.fields["text"].label = _("Consent")
        self._question, self._language = question, language

    def changes(self) -> dict[str, Any]:
        """For update_survey."""
        kept = self._question.texts.get(self._language, {}) | self.cleaned_data
        return {"questions": {self._question.key: {self._language: kept}}}


class ThanksForm(forms.Form):
    """The three pages after the answer, one per class."""

    essential = tuple(f"{c}_title" for c in CLASSES)

    def __init__(self, data: Any = None, *, pages: list[ThankYou], language: str) -> None:
        super().__init__(data)
        self._language = language
        texts = {page.nps_class: page.texts.get(language, {}) for page in pages}
        for c in CLASSES:
            self.fields[f"{c}_title"] = forms.CharField(
                label=_("Title"), max_length=90, required=False, initial=texts.get(c, {}).get("title", "")
            )
            self.fields[f"{c}_body"] = forms.CharField(
                label=_("Text"),
                max_length=600,
                required=False,
                initial=texts.get(c, {}).get("body", ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def groups(self) -> list[tuple[NpsClass, forms.BoundField, forms.BoundField]]:
        """Class, title, text."""
        return [(c, self[f"{c}_title"], self[f"{c}_body"]) for c in CLASSES]

    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "thanks": {
                c.value: {self._language: {"title": data[f"{c}_title"], "body": data[f"{c}_body"]}} for c in CLASSES
            }
        }


class MailForm(forms.Form):
    """The invitation's own words; the frame around them is the product's."""

    subject = forms.CharField(label=_("Subject"), max_length=120, required=False)
    greeting = forms.CharField(
        label=_("Greeting"),
        max_length=120,
        required=False,
        help_text=_("{{first_name}} becomes the customer's first name; who has none gets the plain greeting."),
    )
    intro = forms.CharField(
        label=_("Opening"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    signature = forms.CharField(
        label=_("Signature"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reminder = forms.CharField(
        label=_("Opening of the reminder"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in place of the opening when we write again."),
    )
    essential = ("subject", "intro", "signature")

    def __init__(self, data: Any = None, *, survey: Survey, language: str) -> None:
        super().__init__(data, initial=survey.mail_texts.get(language, {}))
        self._survey, self._language = survey, language

    def changes(self) -> dict[str, Any]:
        words = {field: self.cleaned_data[field] for field in MAIL_FIELDS}
        return {"mail_texts": self._survey.mail_texts | {self._language: words}}
