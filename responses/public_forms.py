"""What a customer may send from the survey page."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

COMMENT_LENGTH = 4000
SCORES = [(str(score), str(score)) for score in range(11)]


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
        return text.replace("\r\n", "\n").replace("\r", "\n")


class AnswerForm(forms.Form):
    """Score, words, and whether somebody may call or write. `contact_asked` says that the page showed the question."""

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
    contact_asked = forms.BooleanField(required=False)
    language = forms.CharField(required=False, max_length=8)

    def wants_contact(self) -> bool | None:
        """None where they were not asked."""
        return self.cleaned_data["contact"] if self.cleaned_data["contact_asked"] else None
