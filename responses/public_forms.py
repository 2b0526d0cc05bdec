"""What a customer may send from the survey page."""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.nps import class_of
from responses.survey_page import MARKS

COMMENT_LENGTH = 4000
SCORES = [(str(score), str(score)) for score in range(11)]


class Answer(TypedDict):
    """A valid answer; `wants_contact` is None where they were not asked."""

    score: int
    comment: str
    wants_contact: bool | None
    language: str


class CommentField(forms.CharField):
    """Free words of a customer. A line break counts once, as the browser's own limit counts it."""

    widget = forms.Textarea

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": _("That is too long: please keep it under %(limit_value)d characters.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=COMMENT_LENGTH, **kwargs)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        whole = text.encode(errors="replace").decode()  # half a surrogate pair can be sent, but not kept
        return whole.replace("\r\n", "\n").replace("\r", "\n")


class AnswerForm(forms.Form):
    """Score, words, and whether somebody may call or write. `contact_asked` names the classes that were shown the question."""

    score = forms.TypedChoiceField(
        choices=SCORES,
        coerce=int,
        error_messages={
            "required": _("Your score is missing: choose a number from 0 to 10."),
            "invalid_choice": _("Choose a number from 0 to 10."),
        },
    )
    comment = CommentField(required=False)
    contact = forms.BooleanField(required=False)
    contact_asked = forms.CharField(required=False, max_length=3)
    language = forms.CharField(required=False, max_length=8)

    def answer(self) -> Answer:
        """What was said, as `record_response` takes it."""
        said = self.cleaned_data
        return {
            "score": said["score"],
            "comment": said["comment"],
            "wants_contact": self.wants_contact(),
            "language": said["language"],
        }

    def wants_contact(self) -> bool | None:
        """None where they were not asked."""
        asked = MARKS[class_of(self.cleaned_data["score"])] in self.cleaned_data["contact_asked"]
        return self.cleaned_data["contact"] if asked else None
