"""The interviewer's page: whom to call, what to say in their language, what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.forms.boundfield import BoundField
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.formats import time_label
from nps_platform.lib.languages import direction, own_name
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.templatetags.circulo import reader_locale
from responses.call_forms import CallForm
from responses.public_script import consent, goodbye, greeting
from responses.survey_page import FIELD, MARKS
from surveys.authoring.content import Content, Question, QuestionKind
from surveys.calling import attempts_of, best_hour, place_of_customer
from surveys.models import CallAttempt, CallTask

# A letter for the score that has two digits: the Roman ten.
KEY_OF_TEN = "x"


@dataclass(frozen=True)
class ScoreKey:
    """A score, the mark of its class, and the key that chooses it."""

    score: int
    mark: str
    key: str
    chosen: bool


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """A further question with its field. `marks` are the classes that are asked it; all of them: everybody.

    `after` names the field that it waits for, `brings` the answers there that bring it up. `kind` is one, many or words.
    """

    name: str
    text: str
    help: str
    marks: str
    after: str
    brings: str
    kind: str
    options: list[Option]
    bound: BoundField
    low: str = ""
    high: str = ""

    @property
    def for_everybody(self) -> bool:
        return len(self.marks.split()) == len(MARKS)


@dataclass(frozen=True)
class FollowUp:
    """What is asked in words after the score, of whom."""

    text: str
    marks: str
    nps_class: str


@dataclass(frozen=True)
class Script:
    """What the interviewer says, in the customer's language."""

    language: str
    direction: str
    language_name: str
    greeting: str
    question: str
    low: str
    high: str
    scores: list[ScoreKey]
    follow_ups: list[FollowUp]
    questions: list[Asked]
    consent: str
    goodbye: str


@dataclass(frozen=True)
class Person:
    """Whom to call. `local` is the time on their clock, `hour` the hour at which they are likely to answer."""

    task: CallTask
    customer: Customer
    number: str
    zone: ZoneInfo
    local: datetime
    hour: int | None
    attempts: Sequence[CallAttempt]
    until: datetime | None

    @property
    def clock(self) -> str:
        """The time where they are, for the reader."""
        return time_label(self.local, self.zone, reader_locale())

    @property
    def tomorrow(self) -> str:
        """A first proposal for a call back, as the browser's field writes it."""
        hour = self.hour if self.hour is not None else 11
        later = (self.local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
        return later.strftime("%Y-%m-%dT%H:%M")


def person_of(task: CallTask) -> Person:
    """All that one should know before ringing."""
    programme, customer = task.invitation.programme, task.customer
    zone = place_of_customer(programme, customer).zone
    return Person(
        task=task,
        customer=customer,
        number=customer.dialled,
        zone=zone,
        local=timezone.now().astimezone(zone),
        hour=best_hour(customer, zone),
        attempts=attempts_of(task),
        until=task.invitation.expires_at,
    )


def script_of(task: CallTask, form: CallForm, caller: Membership) -> Script:
    """The survey as it is spoken."""
    content, language = task.invitation.content, task.invitation.language
    if language not in content.languages:
        language = content.languages[0] if content.languages else language
    score = form["score"].value()
    organization = task.organization
    name, own = task.customer.name or str(task.customer), caller.user.name or str(caller)
    return Script(
        language=language,
        direction=direction(language),
        language_name=own_name(language),
        greeting=greeting(organization, language, person=name, caller=own),
        question=content.nps.text(language),
        low=content.nps.text(language, "low"),
        high=content.nps.text(language, "high"),
        scores=[_score_key(number, str(score)) for number in range(11)],
        follow_ups=_follow_ups(content, language),
        questions=[_asked(question, form, language) for question in content.extras],
        consent=consent(organization, language) if content.contact else "",
        goodbye=goodbye(organization, language),
    )


def _score_key(score: int, chosen: str) -> ScoreKey:
    nps_class = NpsClass.PROMOTER if score >= 9 else NpsClass.PASSIVE if score >= 7 else NpsClass.DETRACTOR
    return ScoreKey(score, MARKS[nps_class], str(score) if score < 10 else KEY_OF_TEN, str(score) == chosen)


def _follow_ups(content: Content, language: str) -> list[FollowUp]:
    """One for each wording: classes that are asked the same share it."""
    found: dict[str, tuple[Question, list[NpsClass]]] = {}
    for nps_class in MARKS:
        if question := content.comment_for(nps_class):
            found.setdefault(question.key, (question, []))[1].append(nps_class)
    return [
        FollowUp(question.text(language), " ".join(MARKS[c] for c in classes), classes[0] if len(classes) == 1 else "")
        for question, classes in found.values()
    ]


def _asked(question: Question, form: CallForm, language: str) -> Asked:
    bound = form[f"{FIELD}{question.key}"]
    given = bound.value() or []
    chosen = {str(one) for one in (given if isinstance(given, list) else [given])}
    kind = "words" if not question.values else "many" if question.kind == QuestionKind.MULTIPLE else "one"
    return Asked(
        name=bound.name,
        text=question.text(language) or question.key,
        help=question.text(language, "help"),
        marks=" ".join(mark for nps_class, mark in MARKS.items() if question.shown.for_class(nps_class)),
        after=f"{FIELD}{question.shown.question}" if question.shown.waits else "",
        brings=" ".join(question.shown.answers),
        kind=kind,
        options=[Option(value, _label(question, value, language), value in chosen) for value in question.values],
        bound=bound,
        low=question.text(language, "low"),
        high=question.text(language, "high"),
    )


def _label(question: Question, value: str, language: str) -> str:
    option = question.option(value)
    return (option.text(language) or option.key) if option else value
