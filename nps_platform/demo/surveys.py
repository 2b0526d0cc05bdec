"""The demo's surveys: a first version of each, and for two of them a second that asks more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from nps_platform.demo.world import ASKED_ABOUT
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Membership
from responses.answers import Said
from responses.models import Answer, Response
from surveys.actions import create_survey, publish_survey, update_survey
from surveys.authoring.content import NUMBERS, WITH_OPTIONS, Condition, Question, QuestionKind
from surveys.models import Survey, SurveyKind, SurveyVersion, Touchpoint

LANGUAGES = ["es", "it", "en"]
SUBJECT = "Andina Telecom"
BEGUN = timedelta(days=740)  # before the first wave
SECOND = timedelta(days=235)
ANSWERED = 0.72

Texts = dict[str, dict[str, str]]


def _texts(es: str, it: str, en: str, **more: tuple[str, str, str]) -> Texts:
    texts: Texts = {"es": {"text": es}, "it": {"text": it}, "en": {"text": en}}
    for name, words in more.items():
        for language, text in zip(texts, words, strict=True):
            texts[language][name] = text
    return texts


def _option(key: str, es: str, it: str, en: str) -> dict[str, Any]:
    return {"key": key, "texts": {"es": es, "it": it, "en": en}}


RELATIONAL_SECOND: list[dict[str, Any]] = [
    {
        "key": "weighed",
        "kind": QuestionKind.CHOICE,
        "position": 1,
        "texts": _texts(
            "¿Qué pesó más en su nota?", "Che cosa ha pesato di più sul Suo voto?", "What weighed most in your score?"
        ),
        "options": [
            _option("network", "La red", "La rete", "The network"),
            _option("price", "El precio", "Il prezzo", "The price"),
            _option("billing", "La factura", "La bolletta", "The bill"),
            _option("service", "La atención", "L’assistenza", "The service"),
        ],
    },
    {
        "key": "bill",
        "kind": QuestionKind.TEXT,
        "position": 2,
        "shown": {"question": "weighed", "answers": ["billing"]},
        "texts": _texts(
            "¿Qué no se entiende en la factura?",
            "Che cosa non è chiaro nella bolletta?",
            "What is hard to understand on the bill?",
        ),
    },
]
TOUCHPOINT_SECOND: list[dict[str, Any]] = [
    {
        "key": "ease",
        "kind": QuestionKind.CES,
        "position": 1,
        "texts": _texts(
            "¿Qué tan fácil le resultó?",
            "Quanto è stato facile per Lei?",
            "How easy was it for you?",
            low=("Muy difícil", "Molto difficile", "Very hard"),
            high=("Muy fácil", "Molto facile", "Very easy"),
        ),
    },
    {
        "key": "ways",
        "kind": QuestionKind.MULTIPLE,
        "position": 5,
        "shown": {"classes": ["detractor", "passive"]},
        "texts": _texts("¿Por dónde lo intentó?", "Da dove ha provato?", "Which ways did you try?"),
        "options": [
            _option("phone", "Teléfono", "Telefono", "Telephone"),
            _option("web", "Página web", "Sito web", "Website"),
            _option("shop", "Tienda", "Negozio", "Shop"),
        ],
    },
]
BILLS = {
    "es": ["Aparece un cargo que nadie me explicó.", "No sé qué parte es la cuota y qué parte el equipo."],
    "it": ["C’è una voce che nessuno mi ha spiegato.", "Non capisco quanto pago per il modem."],
    "en": ["There is a charge nobody has explained.", "I can't tell the fee from the device."],
}


@dataclass(frozen=True)
class Asking:
    """A survey and its versions, oldest first."""

    survey: Survey
    versions: tuple[SurveyVersion, ...]

    def version_at(self, moment: datetime) -> SurveyVersion:
        """What was live then."""
        return next((v for v in reversed(self.versions) if v.published_at <= moment), self.versions[0])


def make_surveys(by: Membership, touchpoints: dict[str, Touchpoint]) -> dict[str | None, Asking]:
    """One relational survey and one for each touchpoint that is asked about, in three languages, live."""
    told: dict[str, Any] = {"languages": LANGUAGES, "by": by, "subject_name": SUBJECT}
    surveys: dict[str | None, Survey] = {None: create_survey(kind=SurveyKind.RELATIONAL, name="Relacional", **told)}
    for key in ASKED_ABOUT:
        touchpoint = touchpoints[key]
        surveys[key] = create_survey(kind=SurveyKind.TRANSACTIONAL, name=touchpoint.name, touchpoint=touchpoint, **told)
    second: dict[str | None, list[dict[str, Any]]] = {None: RELATIONAL_SECOND, ASKED_ABOUT[0]: TOUCHPOINT_SECOND}
    for about, survey in surveys.items():
        publish_survey(survey, by=by)
        if about in second:
            update_survey(survey, by=by, questions=second[about])
            publish_survey(survey, by=by)
    _date(surveys)
    _draft(surveys[None], by)
    return {one: Asking(survey, tuple(survey.versions.order_by("number"))) for one, survey in surveys.items()}


def _date(surveys: dict[str | None, Survey]) -> None:
    now = timezone.now()
    Survey.objects.filter(pk__in=[s.pk for s in surveys.values()]).update(
        created_at=now - BEGUN, updated_at=now - BEGUN
    )
    SurveyVersion.objects.filter(number=1).update(published_at=now - BEGUN)
    SurveyVersion.objects.filter(number=2).update(published_at=now - SECOND)
    for survey in surveys.values():
        survey.refresh_from_db()


def _draft(survey: Survey, by: Membership) -> None:
    """The relational survey is being worked on: a third version with a hole in Italian."""
    texts = {"es": {"text": "¿Qué falló? Cuéntenoslo con sus palabras.", "help": ""}, "it": {"text": "", "help": ""}}
    update_survey(survey, by=by, questions=[{"key": "why-detractor", "texts": texts}])


def answers_to(random: Random, response: Response, version: SurveyVersion) -> list[Answer]:
    """What this person said to the version's further questions; a part of them says nothing."""
    chosen: dict[str, tuple[str, ...]] = {}
    rows = []
    for question in version.parsed.extras:
        if not _is_shown(question.shown, response, chosen) or random.random() > ANSWERED:
            continue
        said = Said.of(question, _value(random, question, response))
        if said:
            chosen[question.key] = said.chosen
            row = Answer(response=response, key=said.key, kind=said.kind, number=said.number, text=said.text)
            row.choices = list(said.choices)
            rows.append(row)
    return rows


def _is_shown(shown: Condition, response: Response, chosen: dict[str, tuple[str, ...]]) -> bool:
    if not shown.for_class(response.nps_class):
        return False
    return not shown.waits or bool(set(shown.answers) & set(chosen.get(shown.question, ())))


def _value(random: Random, question: Question, response: Response) -> int | str | list[str]:
    if question.kind in NUMBERS:
        low, high = question.range
        middle = low + (high - low) * response.score / 10
        return min(max(round(random.gauss(middle, 1)), low), high)
    if question.kind in WITH_OPTIONS:
        unhappy = class_of(response.score) == "detractor"
        weights = [3 if unhappy and value == "billing" else 2 for value in question.values]
        picked = random.choices(question.values, weights, k=1 + (question.kind == QuestionKind.MULTIPLE))
        return list(dict.fromkeys(picked)) if question.kind == QuestionKind.MULTIPLE else picked[0]
    return random.choice(BILLS.get(response.language, BILLS["en"]))
