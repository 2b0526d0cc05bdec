"""What a customer may send from the survey page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.nps import NpsClass, class_of
from responses.answers import Said, fitting
from responses.models import Response
from responses.survey_page import FIELD, MARKS
from surveys.authoring.content import NUMBERS, Content, Question, QuestionKind

COMMENT_LENGTH = 4000
SCORES = [(str(score), str(score)) for score in range(11)]
# The page's own mark that it asks more than score, words and consent; a correction names what an answer had brought up.
ASKED = "asked"


class AnswerTold(TypedDict):
    """A valid answer; `wants_contact` is None where they were not asked."""

    score: int
    comment: str
    wants_contact: bool | None
    language: str


class CommentField(forms.CharField):
    """Free words of a customer. A line break counts once, as the browser's own limit counts it."""

    widget = forms.Textarea

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": _("That is too long: please keep it under %(limit_value)d characters."),
        "required": _("Your words are missing here."),
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

    def answer(self) -> AnswerTold:
        """What was said, as `record_response` takes it."""
        return _answer(self.cleaned_data)

    def wants_contact(self) -> bool | None:
        """None where they were not asked."""
        return _wants_contact(self.cleaned_data)


def read_answer(sent: QueryDict) -> AnswerTold | None:
    """What was said, None where a field refuses it: `answer` of a valid AnswerForm, without the form, which costs ten times as much."""
    fields = AnswerForm.base_fields.items()
    try:
        said = {name: field.clean(field.widget.value_from_datadict(sent, {}, name)) for name, field in fields}
    except ValidationError:
        return None
    return _answer(said)


def _answer(said: dict[str, Any]) -> AnswerTold:
    return {
        "score": said["score"],
        "comment": said["comment"],
        "wants_contact": _wants_contact(said),
        "language": said["language"],
    }


def _wants_contact(said: dict[str, Any]) -> bool | None:
    asked = MARKS[class_of(said["score"])] in said["contact_asked"]
    return said["contact"] if asked else None


class MoreForm(forms.Form):
    """Answers to further questions, one field each."""

    def __init__(self, data: Any, questions: Iterable[Question]) -> None:
        super().__init__(data)
        self._questions = list(questions)
        for question in self._questions:
            self.fields[f"{FIELD}{question.key}"] = _field(question)

    def said(self) -> list[Said]:
        """The answers that say something."""
        told = [Said.of(question, self.cleaned_data[f"{FIELD}{question.key}"]) for question in self._questions]
        return [one for one in told if one is not None]


class WholeForm(MoreForm, AnswerForm):
    """The first page of a survey that asks more than the template: what must be answered is asked for by class.

    Only who had the page before them (it says so itself) is held to it: a program may send the score alone.
    """

    def __init__(self, data: Any, content: Content) -> None:
        self._class, self._content = _class_in(data), content
        again = data.getlist(ASKED) if ASKED in data else []
        super().__init__(data, _shown(content, self._class, again))
        asked = content.comment_for(self._class)
        self.fields["comment"].required = bool(asked and asked.required and self._class)
        self._hides_words = ASKED in data and asked is None
        if ASKED not in data:
            for name in self.fields:
                self.fields[name].required = name == "score"
        for key in again:
            if f"{FIELD}{key}" in self.fields:
                self.fields[f"{FIELD}{key}"].required = False

    def said_beside(self, response: Response) -> list[Said]:
        """All that holds now of the further answers of `response`: a page that asked them again says so of each, anything else
        says only what is new."""
        said = self.said()
        told = {question.key for question in self._questions} if ASKED in self.data else {one.key for one in said}
        kept = [Said.in_row(answer) for answer in response.answers.all() if answer.key not in told]
        return fitting(self._content, class_of(self.cleaned_data["score"]), [*kept, *said])

    def answer(self) -> AnswerTold:
        """Without words that were begun for another score, whose box is hidden now."""
        told = super().answer()
        return {**told, "comment": ""} if self._hides_words else told


def is_whole(data: Any) -> bool:
    """Whether more was sent than score, words and consent."""
    return ASKED in data or any(name.startswith(FIELD) for name in data)


def _class_in(data: Any) -> NpsClass | None:
    score = data.get("score", "")
    return class_of(int(score)) if score in {value for value, _label in SCORES} else None


def _shown(content: Content, nps_class: NpsClass | None, again: Collection[str]) -> list[Question]:
    """The further questions of the page that this class sees; without a score, those that all see. `again`: asked before."""
    return [q for q in content.extras if (not q.shown.waits or q.key in again) and q.shown.for_class(nps_class)]


def typed(form: forms.Form | None) -> dict[str, list[str]]:
    """What was sent, by field, to be shown again."""
    if form is None:
        return {}
    return {name: form.data.getlist(name) for name in form.fields if hasattr(form.data, "getlist")}


def wrong(form: forms.Form | None) -> dict[str, str]:
    """The first thing that is wrong about each field."""
    return {name: str(errors[0]) for name, errors in form.errors.items()} if form else {}


def _field(question: Question) -> forms.Field:
    choices = [(value, value) for value in question.values]
    told: dict[str, Any] = {
        "required": question.required,
        "error_messages": {"required": _("An answer is missing here."), "invalid_choice": _("Choose one of these.")},
    }
    if question.kind in NUMBERS:
        return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, **told)
    if question.kind == QuestionKind.CHOICE:
        return forms.ChoiceField(choices=choices, **told)
    if question.kind == QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, **told)
    return CommentField(required=question.required)
