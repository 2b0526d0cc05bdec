"""How a survey's further questions were answered: choices counted, scales with their mean, words (METHOD §1)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from dashboards.queries.filters import Filters, answers_in
from dashboards.queries.privacy import hidden_cells
from nps_platform.lib.csat import Mean, mean_of, wilson
from nps_platform.lib.nps import FEW_ANSWERS
from responses.models import Answer, Response
from surveys.authoring.content import NUMBERS, Content, Question, QuestionKind, content_for
from surveys.models import Survey, SurveyVersion

# From which number on an answer is a good one (METHOD §1).
GOOD_FROM = {QuestionKind.CSAT: 4, QuestionKind.CES: 5}


class Told(NamedTuple):
    """The same answer by people of the same class, and how many they are."""

    nps_class: str
    kind: str
    number: int | None
    choices: list[str]
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that could be said: how many of those who answered the question did, as a share with its 95 % interval."""

    key: str
    text: str
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `bottom` to `top`: their mean, and for satisfaction and ease the share from `good_from` on."""

    mean: Mean
    bottom: int
    top: int
    good_from: int | None = None
    good: Part | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One question. `n` people answered it; `hidden`: too few for this reader, `words`: it asks for words alone."""

    key: str
    kind: str
    text: str
    n: int
    parts: list[Part] = field(default_factory=list)
    scale: Scale | None = None
    hidden: bool = False

    @property
    def few(self) -> bool:
        return self.n < FEW_ANSWERS

    @property
    def words(self) -> bool:
        return self.kind == QuestionKind.TEXT

    @property
    def several(self) -> bool:
        """Whether one person's answer counts under several parts, so that the shares add up to more than the whole."""
        return self.kind == QuestionKind.MULTIPLE

    @property
    def most(self) -> float:
        """The largest share: bars are drawn against it."""
        return max((part.share for part in self.parts), default=0)


@dataclass(frozen=True, slots=True)
class SurveyQuestions:
    """What one survey asked beyond score, comment and consent. `n`: its answers, whether they say anything to these or not."""

    survey: Survey
    n: int
    questions: list[Summary]


def questions(filters: Filters, *, nps_class: str = "", threshold: int = 1) -> list[SurveyQuestions]:
    """By survey, those with the most answers first; every version of a survey counts, in its newest words.

    `nps_class` keeps to one class, and hides it too where the other classes' figures would give it away.
    """
    answers = answers_in(filters).order_by()
    asked = answers.filter(nps_class=nps_class) if nps_class else answers
    totals = dict(asked.values_list("survey").annotate(n=Count("id")))
    said = _said(answers)
    surveys = Survey.objects.select_related("published").in_bulk(sorted(said))
    found = [
        SurveyQuestions(surveys[pk], totals.get(pk, 0), _summaries(surveys[pk], by_key, nps_class, threshold))
        for pk, by_key in said.items()
    ]
    return sorted((one for one in found if one.questions), key=lambda one: (-one.n, one.survey.pk))


def _said(answers: QuerySet[Response]) -> dict[int, dict[str, list[Told]]]:
    """What was said how often, by survey and question."""
    rows = (
        Answer.objects.filter(response__in=answers.values("pk"))
        .order_by()
        .values_list("response__survey", "key", "response__nps_class", "kind", "number", "choices")
        .annotate(n=Count("id"))
    )
    said: dict[int, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for survey, key, *told in rows:
        said[survey][key].append(Told(*told))
    return said


def _summaries(survey: Survey, by_key: Mapping[str, list[Told]], nps_class: str, threshold: int) -> list[Summary]:
    """In the survey's order; what it no longer asks comes last."""
    known = _known(survey, by_key)
    order = [key for key in known if key in by_key] + [key for key in by_key if key not in known]
    found = [_summary(key, known.get(key), by_key[key], nps_class, threshold) for key in order]
    return [one for one in found if one.n]


def _known(survey: Survey, keys: Iterable[str]) -> dict[str, tuple[Question, str]]:
    """Each question in the newest version that has it, with the language to read it in."""
    known = _questions_of(content_for(survey))
    if set(keys) - set(known):
        for version in SurveyVersion.objects.filter(survey=survey).order_by("-number"):
            known |= {key: found for key, found in _questions_of(version.parsed).items() if key not in known}
    return known


def _questions_of(content: Content) -> dict[str, tuple[Question, str]]:
    reads = get_language() or ""
    spoken = reads if reads in content.languages else next(iter(content.languages), "")
    return {question.key: (question, spoken) for question in content.questions}


def _summary(key: str, known: tuple[Question, str] | None, told: list[Told], nps_class: str, threshold: int) -> Summary:
    question, spoken = known or (None, "")
    rows = [row for row in told if nps_class in ("", row.nps_class)]
    n, kind = sum(row.n for row in rows), told[-1].kind
    text = (question.text(spoken) if question else "") or key
    if n < threshold or (nps_class and nps_class in _small_classes(told, threshold)):
        return Summary(key, kind, text, n, hidden=True)
    if kind == QuestionKind.TEXT:
        return Summary(key, kind, text, n)
    counts: Counter[str] = Counter()
    for row in rows:
        for value in row.choices if row.number is None else [str(row.number)]:
            counts[value] += row.n
    values = _values(question, counts, numbers=kind in NUMBERS)
    labels = {value: _label(question, value, spoken) for value in values}
    parts = [_part(value, labels[value], counts[value], n) for value in values]
    return Summary(key, kind, text, n, parts, _scale(kind, counts, n, values) if kind in NUMBERS else None)


def _values(question: Question | None, counts: Mapping[str, int], *, numbers: bool) -> list[str]:
    """All that could be said, and what an older version let people say."""
    offered = list(question.values) if question else []
    gone = [value for value in counts if value not in offered]
    return sorted([*offered, *gone], key=int) if numbers else [*offered, *sorted(gone)]


def _label(question: Question | None, value: str, spoken: str) -> str:
    option = question.option(value) if question else None
    return (option.text(spoken) if option else "") or value


def _part(key: str, text: str, count: int, n: int) -> Part:
    share = count / n
    return Part(key, text, count, share, *wilson(share, n))


def _scale(kind: str, counts: Mapping[str, int], n: int, values: list[str]) -> Scale:
    bottom, top = int(values[0]), int(values[-1])
    given = {int(value): count for value, count in counts.items()}
    good_from = GOOD_FROM.get(QuestionKind(kind))
    good = sum(count for number, count in given.items() if good_from and number >= good_from)
    return Scale(mean_of(given, bottom, top), bottom, top, good_from, _part("", "", good, n) if good_from else None)


def _small_classes(told: Iterable[Told], threshold: int) -> frozenset[str]:
    """The classes that so few of answered, and enough of the others, that no total gives them away."""
    sizes: Counter[str] = Counter()
    for row in told:
        sizes[row.nps_class] += row.n
    return hidden_cells(sizes, threshold)
