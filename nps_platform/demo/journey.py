"""The demo's journey: drawn, weighed and owned; heard along the way, but for one interaction that nobody asks about.

The answers beside the monthly surveys came from a provider's tool and were imported: scores, comments and dates, no mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from nps_platform.demo.asking import ZONE
from nps_platform.demo.surveys import LANGUAGES, SUBJECT
from nps_platform.demo.voices import VOICES
from nps_platform.demo.world import TOUCHPOINTS, Person, score_of
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Membership
from responses.models import Response
from surveys.actions import add_note, create_survey, publish_survey
from surveys.models import QualitativeNote, Stage, Survey, SurveyKind, SurveyVersion, Touchpoint

SEED = 20_260_601
LOADED_AFTER = timedelta(days=8)
DAYS = 182  # two stretches of 90 days, so that one can be held against the other
OWNERS = {
    "Contratar": "owner",
    "Instalar": "bruno",
    "Usar": "collaborator",
    "Pagar": "finance",
    "Pedir ayuda": "agent",
    "Marcharse": "manager",
}
# touchpoint key → (its survey, answers in DAYS, what people speak of)
HEARD = {
    "coverage": ("Sondeo web", 420, "speed"),
    "signup": ("Alta", 610, "price"),
    "installation": ("Postinstalación", 460, "installation"),
    "first_use": ("Primer mes", 380, "installation"),
    "speed": ("Uso diario", 900, "speed"),
    "app": ("Aplicación", 340, "app"),
    "autopay": ("Domiciliación", 520, "billing"),
    "leaving": ("Baja", 270, "price"),
}
ANSWERS_A_STAGE = 300
NOTES: list[tuple[str, QualitativeNote.Kind, int, int, str, str, str]] = [
    (
        "installation",
        QualitativeNote.Kind.FOCUS_GROUP,
        24,
        8,
        "Ocho clientes nuevos, Madrid",
        "Nadie sabe a qué hora llega el técnico. Lo que molesta no es esperar, sino no poder planear la mañana: bastaría "
        "con que avisaran una hora antes.",
        "Pedí el día libre y vino a las siete.\nSi me avisan, yo mismo abro.",
    ),
    (
        "appointment",
        QualitativeNote.Kind.INTERVIEW,
        31,
        3,
        "Tres familias que cancelaron antes de instalar",
        "La cita se acuerda por teléfono y no queda nada por escrito. Dos de las tres creían que era otro día.",
        "Me dijeron el martes; o eso entendí.",
    ),
    (
        "billing",
        QualitativeNote.Kind.INTERVIEW,
        12,
        5,
        "Cinco clientes con factura nueva",
        "Buscan el total y lo encuentran en la segunda hoja. Nadie les avisa cuando termina un descuento.",
        "Tengo que sumar yo para saber qué pago.\nEl mes que acaba la promoción te enteras por el banco.",
    ),
    (
        "store",
        QualitativeNote.Kind.OBSERVATION,
        45,
        14,
        "Una mañana en la tienda de Sevilla",
        "De catorce visitas, nueve venían por la factura. El turno se toma en una máquina que casi nadie ve al entrar.",
        "",
    ),
]


def draw(members: dict[str, Membership]) -> dict[str, Touchpoint]:
    """The journey of the demo, by key of the touchpoint."""
    stages: dict[str, Stage] = {}
    touchpoints = {}
    for position, (key, (stage, name, importance, moment, _effect)) in enumerate(TOUCHPOINTS.items()):
        owner = members[OWNERS[stage]]
        if stage not in stages:
            stages[stage] = Stage.objects.create(name=stage, position=len(stages), owner=owner, target=20)
        touchpoints[key] = Touchpoint.objects.create(
            stage=stages[stage],
            name=name,
            position=position,
            importance=importance,
            moment_of_truth=moment,
            target=30 if importance > 2 else None,
            owner=owner if importance > 2 else None,
        )
    return touchpoints


def fill(today: date, people: list[Person], touchpoints: dict[str, Touchpoint], by: Membership) -> int:
    """Surveys of the other touchpoints and of the stages with imported answers, and notes. Answers how many answers."""
    random = Random(SEED)
    answers: list[Response] = []
    for key, (name, count, topic) in HEARD.items():
        survey = _survey(name, by, touchpoint=touchpoints[key])
        answers += _answers(random, today, people, survey, [key], count, topic)
    for stage in Stage.objects.all():
        survey = _survey(f"Etapa: {stage.name}", by, stage=stage)
        keys = [key for key, touchpoint in touchpoints.items() if touchpoint.stage_id == stage.pk]
        answers += _answers(random, today, people, survey, keys, ANSWERS_A_STAGE, "")
    Response.objects.bulk_create(answers, batch_size=400)
    for key, kind, days_ago, heard, who, text, quotes in NOTES:
        day = today - timedelta(days=days_ago)
        add_note(
            by=by, touchpoint=touchpoints[key], kind=kind, held_on=day, people=heard, who=who, text=text, quotes=quotes
        )
    return len(answers)


def _survey(name: str, by: Membership, *, stage: Stage | None = None, touchpoint: Touchpoint | None = None) -> Survey:
    survey = create_survey(
        kind=SurveyKind.PHASE if stage else SurveyKind.TRANSACTIONAL,
        name=name,
        languages=LANGUAGES,
        by=by,
        subject_name=SUBJECT,
        stage=stage,
        touchpoint=touchpoint,
    )
    publish_survey(survey, by=by)
    begun = timezone.now() - timedelta(days=DAYS + 30)
    Survey.objects.filter(pk=survey.pk).update(created_at=begun, updated_at=begun)
    SurveyVersion.objects.filter(survey=survey).update(published_at=begun)
    survey.refresh_from_db()
    return survey


def _answers(
    random: Random, today: date, people: list[Person], survey: Survey, keys: list[str], count: int, topic: str
) -> Iterator[Response]:
    """Spread evenly over DAYS, each loaded too late to call anybody about it."""
    there = [person for person in people if person.joined_month < -DAYS // 30 and person.lost_month is None]
    for person in random.sample(there, min(count, len(there))):
        ago = random.randint(9, DAYS)
        at = datetime.combine(today - timedelta(days=ago), time(random.randint(8, 21), random.randint(0, 59)), ZONE)
        score = score_of(random, person, random.choice(keys), -ago / 30)
        spoken = VOICES[person.language][topic][class_of(score).value] if topic and random.random() < 0.3 else [""]
        yield Response(
            survey=survey,
            version=survey.published,
            kind=survey.kind,
            customer_id=person.customer_id,
            account_id=person.account_id,
            unit_id=person.unit_id,
            touchpoint=survey.touchpoint,
            stage=survey.touchpoint.stage if survey.touchpoint else survey.stage,
            score=score,
            nps_class=class_of(score),
            comment=random.choice(spoken),
            language=person.language,
            channel=Response.Channel.IMPORT,
            answered_at=at,
            recorded_at=at + LOADED_AFTER,
            followed_up_at=at + LOADED_AFTER,
        )
