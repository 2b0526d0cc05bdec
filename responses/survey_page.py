"""What the survey page says, in one language: texts of the survey, and the product's own words where it has none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nps_platform.lib.nps import NpsClass, class_of
from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import NUMBERS, WITH_OPTIONS, Content, Question, QuestionKind

# Short names of the classes on the page: they pick the follow-up by `:has()`.
MARKS = {NpsClass.DETRACTOR: "d", NpsClass.PASSIVE: "p", NpsClass.PROMOTER: "r"}
# The name of a further question's field begins with this.
FIELD = "q-"


@dataclass(frozen=True)
class Cell:
    """One number of the scale."""

    score: int
    mark: str
    checked: bool


@dataclass(frozen=True)
class FollowUp:
    """What is asked beside the comment box; shown for the classes in `marks`, `n` before a score is chosen.

    `ours`: the survey says nothing there, and our own words stand in.
    """

    marks: tuple[str, ...]
    text: str
    help: str
    on: bool
    ours: bool

    @property
    def css(self) -> str:
        return " ".join(f"q{mark}" for mark in self.marks)


@dataclass(frozen=True)
class Choice:
    """One thing to choose."""

    value: str
    text: str
    checked: bool


@dataclass(frozen=True)
class Block:
    """One question below the scale. `css` hides it from classes that aren't asked; `form` is "comment", "contact" or how
    it is answered: "numbers", "one", "several", "words"."""

    form: str
    css: str
    marks: str = ""
    name: str = ""
    text: str = ""
    help: str = ""
    required: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    value: str = ""
    error: str = ""

    @property
    def has_help(self) -> bool:
        """Whether any follow-up says more beside its question."""
        return any(asked.help for asked in self.follow_ups)

    @property
    def ends(self) -> tuple[Choice, Choice]:
        return self.choices[0], self.choices[-1]

    @property
    def described_by(self) -> str:
        ids = [f"h-{self.name}"] if self.help else []
        return " ".join([*ids, f"e-{self.name}"] if self.error else ids)


@dataclass(frozen=True)
class SurveyPage:
    """Everything that templates/public/_answer_form.html draws."""

    language: str
    question: str
    low: str
    high: str
    cells: tuple[Cell, ...]
    blocks: tuple[Block, ...]
    # Whether there is more than score, comment and consent: such an answer takes the long way.
    asks_more: bool
    # What an earlier answer brought up and is asked again.
    again: tuple[str, ...] = ()


def survey_page(
    content: Content,
    language: str,
    score: int | None,
    *,
    extras: bool = True,
    holes: bool = False,
    values: Mapping[str, list[str]] | None = None,
    errors: Mapping[str, str] | None = None,
    again: tuple[str, ...] = (),
) -> SurveyPage:
    """The page with `score` chosen, or none. `extras`: with the further questions, and of those that an answer brought up the
    ones in `again`; `holes`: say where texts are missing; `values`, `errors` by field's name."""
    usual = _("A text is missing here: customers would see a gap.") if holes else ""
    blocks = [_block(content, question, language, score, usual) for question in _in_order(content, extras, again)]
    return SurveyPage(
        language=language,
        question=content.nps.text(language) or usual or _recommend(content),
        low=content.nps.text(language, "low") or _("Not at all likely"),
        high=content.nps.text(language, "high") or _("Extremely likely"),
        cells=tuple(Cell(n, MARKS[class_of(n)], n == score) for n in range(11)),
        blocks=tuple(_filled(block, values or {}, errors or {}) for block in blocks),
        asks_more=extras and bool(content.extras),
        again=again,
    )


def more_blocks(
    questions: Iterable[Question],
    language: str,
    values: Mapping[str, list[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Block]:
    """Questions that an earlier answer brought up, as blocks that everybody sees."""
    return [_filled(_extra(question, language, css=""), values or {}, errors or {}) for question in questions]


def page_language(content: Content, *wanted: str | None) -> str:
    """The first of `wanted` that the survey speaks, else its own first."""
    spoken = content.languages or ("en",)
    return next((language for language in wanted if language and language in spoken), spoken[0])


def _recommend(content: Content) -> str:
    subject = content.subject or current_organization().name
    return _("How likely are you to recommend %(subject)s to a friend or family member?") % {"subject": subject}


def _in_order(content: Content, extras: bool, again: Collection[str]) -> list[Question]:
    """What the first page asks below the scale; the questions that share the comment's box stand where their first does."""
    comments = content.comments
    shared = {question.key for question in comments[1:]}
    further = {question.key for question in content.extras}
    return [
        question
        for question in content.questions
        if question.kind != QuestionKind.NPS
        and (not question.shown.waits or question.key in again)
        and question.key not in shared
        and (extras or question.key not in further)
    ]


def _block(content: Content, question: Question, language: str, score: int | None, usual: str) -> Block:
    if question.key in {one.key for one in content.comments}:
        return _comment(content, language, score, usual)
    css = _css(_marks(question), score)
    if question.kind == QuestionKind.CONTACT:
        return _consent(question, language, css, usual)
    return _extra(question, language, css, usual)


def _marks(question: Question) -> str:
    return "".join(mark for nps_class, mark in MARKS.items() if question.shown.for_class(nps_class))


def _css(marks: str, score: int | None) -> str:
    """Hidden until a class is chosen that is asked; shown from the start where all are."""
    if len(marks) == len(MARKS):
        return ""
    on = score is not None and MARKS[class_of(score)] in marks
    return " ".join(["only", *(f"q{mark}" for mark in marks), *(["on"] if on else [])])


def _comment(content: Content, language: str, score: int | None, usual: str) -> Block:
    """One text a class and one for no class yet; classes that read the same share one."""
    chosen = MARKS[class_of(score)] if score is not None else "n"
    found: dict[tuple[str, str, bool], list[str]] = {}
    marks = ""
    for nps_class, mark in [(None, "n"), *MARKS.items()]:
        question = content.comment_for(nps_class)
        if nps_class and question:
            marks += mark
        if question or not nps_class:
            texts = (question.text(language), question.text(language, "help")) if question else ("", "")
            hole = usual if question else ""
            said = texts[0] or hole
            key = (said or _("What is the main reason for your score?"), texts[1], not said)
            found.setdefault(key, []).append(mark)
    required = all(question.required for question in content.comments)
    asked = tuple(FollowUp(tuple(m), text, hint, chosen in m, ours) for (text, hint, ours), m in found.items())
    return Block("comment", _css(marks, score), marks=marks, name="comment", required=required, follow_ups=asked)


def _consent(question: Question, language: str, css: str, usual: str) -> Block:
    """Never ticked beforehand."""
    text = question.text(language) or usual or _("I would like to be contacted")
    return Block(
        "contact", css, marks=_marks(question), name="contact", text=text, help=question.text(language, "help")
    )


def _extra(question: Question, language: str, css: str, usual: str = "") -> Block:
    return Block(
        form_of(question),
        css,
        marks=_marks(question),
        name=f"{FIELD}{question.key}",
        text=question.text(language) or usual,
        help=question.text(language, "help"),
        required=question.required,
        choices=tuple(Choice(value, _choice_text(question, value, language), False) for value in question.values),
        low=question.text(language, "low"),
        high=question.text(language, "high"),
    )


def form_of(question: Question) -> str:
    if question.kind in NUMBERS:
        return "numbers"
    if question.kind in WITH_OPTIONS:
        return "several" if question.kind == QuestionKind.MULTIPLE else "one"
    return "words"


def _choice_text(question: Question, value: str, language: str) -> str:
    option = question.option(value)
    return option.text(language) if option else value


def _filled(block: Block, values: Mapping[str, list[str]], errors: Mapping[str, str]) -> Block:
    """With what was typed or chosen before, and what is wrong about it."""
    given = values.get(block.name, [])
    choices = tuple(Choice(one.value, one.text, one.value in given) for one in block.choices)
    value = given[0] if given else ""
    return Block(**{**vars(block), "choices": choices, "value": value, "error": errors.get(block.name, "")})
