"""The editor's form of one question: its words in one language, and what is the same in every language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.content import (
    BRANCHING,
    CLASSES,
    LONGEST,
    LONGEST_OPTION,
    MOST_OPTIONS,
    NUMBERS,
    WITH_OPTIONS,
    Condition,
    Content,
    Question,
    QuestionKind,
)
from surveys.authoring.drafting import with_options
from surveys.models import SurveyKind

AFTER = "after-"
OPTION_FIELD = "option-"


class QuestionForm(forms.Form):
    """Drafts may have holes; publishing may not. `first` is the original's language, beside which others stand."""

    text = forms.CharField(
        label=_("Question"), max_length=LONGEST["text"], required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    help = forms.CharField(
        label=_("Help"), max_length=LONGEST["help"], required=False, help_text=_("A short line below the question.")
    )
    low = forms.CharField(label=_("Words at the low end"), max_length=LONGEST["low"], required=False)
    high = forms.CharField(label=_("Words at the high end"), max_length=LONGEST["high"], required=False)

    def __init__(self, data: Any = None, *, content: Content, question: Question, language: str, first: str) -> None:
        super().__init__(data, initial=question.texts.get(language, {}))
        self.content, self.question, self.language, self.first = content, question, language, first
        self.original = language == first
        self._fit_texts()
        self._add_options()
        if question.kind != QuestionKind.NPS:
            self._add_rules()

    def _fit_texts(self) -> None:
        kind = self.question.kind
        if kind == QuestionKind.NPS:
            del self.fields["help"]
        if kind not in NUMBERS:
            del self.fields["low"], self.fields["high"]
        if kind == QuestionKind.CONTACT:
            self.fields["text"].label = _("Consent")

    def _add_options(self) -> None:
        if self.question.kind not in WITH_OPTIONS:
            return
        if self.original:
            lines = "\n".join(option.text(self.language) for option in self.question.options)
            self.fields["options"] = forms.CharField(
                label=_("Answers to choose from"),
                required=False,
                initial=lines,
                widget=forms.Textarea(attrs={"rows": max(4, len(self.question.options) + 1)}),
                help_text=_("One a line, in the order customers see them."),
            )
            return
        for option in self.question.options:
            self.fields[f"{OPTION_FIELD}{option.key}"] = forms.CharField(
                label=_("Answer to choose"),
                max_length=LONGEST_OPTION,
                required=False,
                initial=option.text(self.language),
            )

    def _add_rules(self) -> None:
        question = self.question
        if question.kind == QuestionKind.SCALE:
            self.fields["lowest"] = forms.IntegerField(
                label=_("Lowest number"), min_value=0, max_value=100, initial=question.low
            )
            self.fields["highest"] = forms.IntegerField(
                label=_("Highest number"), min_value=1, max_value=100, initial=question.high
            )
        if question.kind != QuestionKind.CONTACT:
            self.fields["required"] = forms.BooleanField(
                label=_("Must be answered"),
                required=False,
                initial=question.required,
                help_text=_("Fewer people finish where they must write or choose."),
            )
        self.fields["classes"] = forms.MultipleChoiceField(
            label=_("Shown to"),
            choices=[(c.value, c.label) for c in CLASSES],
            required=False,
            initial=list(question.shown.classes) or [c.value for c in CLASSES],
            widget=forms.CheckboxSelectMultiple,
        )
        if question.kind != QuestionKind.CONTACT and self.branches:
            self._add_condition()

    @property
    def branches(self) -> list[Question]:
        """The questions before this one whose answer may bring it up."""
        before = self.content.questions[: self.content.questions.index(self.question)]
        return [one for one in before if one.kind in BRANCHING]

    def _add_condition(self) -> None:
        shown, language = self.question.shown, self.language
        self.fields["after"] = forms.ChoiceField(
            label=_("Only after an answer"),
            required=False,
            initial=shown.question,
            choices=[("", _("Always")), *((one.key, one.text(language) or one.key) for one in self.branches)],
            help_text=_("It then comes on a second page, once the first answers are known."),
        )
        for one in self.branches:
            names = [
                (value, option.text(language) or value if (option := one.option(value)) else value)
                for value in one.values
            ]
            self.fields[f"{AFTER}{one.key}"] = forms.MultipleChoiceField(
                label=_("After these answers"),
                choices=names,
                required=False,
                initial=list(shown.answers) if shown.question == one.key else [],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_options(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if len(set(lines)) != len(lines):
            raise forms.ValidationError(_("Two answers read the same."))
        if len(lines) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most %(n)d answers.") % {"n": MOST_OPTIONS})
        if any(len(line) > LONGEST_OPTION for line in lines):
            raise forms.ValidationError(_("An answer is longer than %(n)d letters.") % {"n": LONGEST_OPTION})
        return lines

    def text_rows(self) -> list[forms.BoundField]:
        """The fields that are written anew in each language."""
        return [field for field in self if field.name in ("text", "help", "low", "high") or _is_option(field.name)]

    @property
    def written(self) -> list[str]:
        """The fields that hold customers' words in the edited language."""
        return [*(field.name for field in self.text_rows()), *({"options"} & self.fields.keys())]

    def condition_rows(self) -> list[tuple[str, forms.BoundField]]:
        """The earlier questions' keys, each with the answers that may be meant."""
        return [(one.key, self[f"{AFTER}{one.key}"]) for one in self.branches if f"{AFTER}{one.key}" in self.fields]

    @property
    def essential(self) -> tuple[str, ...]:
        """Without these the survey can't be published."""
        ends = ("low", "high") if self.question.kind in NUMBERS - {QuestionKind.NPS} else ()
        return ("text", *ends, *(name for name in self.fields if _is_option(name)))

    def original_of(self, name: str) -> str:
        """What the survey's first language says in the field `name`."""
        if self.original:
            return ""
        if name.startswith(OPTION_FIELD):
            option = self.question.option(name.removeprefix(OPTION_FIELD))
            return option.text(self.first) if option else ""
        return self.question.text(self.first, name)

    def changed(self, content: Content) -> Content:
        """`content` with what was typed; the question may have changed otherwise meanwhile."""
        question = content.question(self.question.key)
        if question is None:
            return content
        said = self.cleaned_data
        words = {name: said[name] for name in ("text", "help", "low", "high") if name in self.fields}
        kept = question.texts.get(self.language, {}) | words
        question = replace(question, texts=question.texts | {self.language: kept})
        return content.with_question(self._with_rules(self._with_options(question)))

    def _with_options(self, question: Question) -> Question:
        if "options" in self.fields:
            return with_options(question, self.cleaned_data["options"], self.language)
        options = tuple(
            replace(option, texts=option.texts | {self.language: said})
            if (said := self.cleaned_data.get(f"{OPTION_FIELD}{option.key}")) is not None
            else option
            for option in question.options
        )
        return replace(question, options=options)

    def _with_rules(self, question: Question) -> Question:
        said = self.cleaned_data
        if "classes" not in self.fields:
            return question
        chosen = () if len(said["classes"]) in (0, len(CLASSES)) else tuple(said["classes"])
        after = said.get("after", "")
        answers = tuple(said.get(f"{AFTER}{after}", ())) if after else ()
        question = replace(question, shown=Condition(chosen, after, answers), required=said.get("required", False))
        if "lowest" in self.fields:
            question = replace(question, low=said["lowest"], high=said["highest"])
        return question


def _is_option(name: str) -> bool:
    return name.startswith(OPTION_FIELD)


def kinds_for(survey_kind: str, content: Content) -> list[tuple[str, str]]:
    """What can be added: the score is there, consent is asked once, and never of employees."""
    left_out = {QuestionKind.NPS.value}
    if content.contact or survey_kind == SurveyKind.EMPLOYEE:
        left_out.add(QuestionKind.CONTACT.value)
    return [(value, str(label)) for value, label in QuestionKind.choices if value not in left_out]
