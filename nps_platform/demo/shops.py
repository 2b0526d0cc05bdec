"""Posters at the counters of two shops of the demo, and what people said there in the last weeks."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db.models import F
from django.utils import timezone

from nps_platform.demo.surveys import LANGUAGES, SUBJECT
from nps_platform.demo.voices import VOICES, dealt
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Membership, Unit
from responses.collecting import Visitor, record_visit
from responses.models import Response
from surveys.actions import create_collector, create_survey, publish_survey
from surveys.models import Collector, SurveyKind, SurveyVersion, Touchpoint

DAYS = 42
# (name, unit's code, answers, mood)
SHOPS = (("Tienda Gran Vía, caja", "es-centro", 74, 8.6), ("Tienda Triana, mostrador", "es-sur", 46, 7.3))
# Who asked to be called back and waits for it: days ago, score, words, name and address.
WAITING = (
    (0.08, 2, "Cuarenta minutos de cola y al final faltaba el papel que nadie me pidió.", "Rosario Vela", "rosario.vela@correo.example"),
    (1.3, 4, "Me vendieron un router que no sirve para mi línea.", "", "+34 600 000 117"),
)  # fmt: skip


def open_counters(random: Random, touchpoints: dict[str, Touchpoint], by: Membership) -> int:
    """Two open links with their posters; how many answers came in."""
    survey = create_survey(
        kind=SurveyKind.TRANSACTIONAL,
        name="Tienda",
        touchpoint=touchpoints["store"],
        languages=LANGUAGES,
        subject_name=SUBJECT,
        by=by,
    )
    publish_survey(survey, by=by)
    began = timezone.now() - timedelta(days=DAYS)
    SurveyVersion.objects.filter(survey=survey).update(published_at=began)
    places = []
    for name, code, answers, mood in SHOPS:
        place = create_collector(
            kind=Collector.Kind.LINK,
            name=name,
            survey=survey,
            unit=Unit.objects.get(code=code),
            receipt=Collector.Receipt.OPTIONAL,
            by=by,
        )
        _passers_by(random, place, answers, mood)
        places.append(place)
    Collector.objects.filter(pk__in=[place.pk for place in places]).update(created_at=began)
    # What is older than today's needs nobody's decision any more.
    Response.objects.filter(collector__in=places).update(recorded_at=F("answered_at"), followed_up_at=F("answered_at"))
    for place, waiting in zip(places, WAITING, strict=True):
        _waits(place, *waiting)
    return sum(answers for _name, _code, answers, _mood in SHOPS) + len(WAITING)


def _passers_by(random: Random, place: Collector, answers: int, mood: float) -> None:
    now = timezone.now()
    said = {group: dealt(random, pool) for group, pool in VOICES["es"]["store"].items()}
    for number in range(answers):
        score = max(0, min(10, round(random.gauss(mood, 2))))
        record_visit(
            place,
            score=score,
            comment=next(said[class_of(score).value]) if random.random() < 0.35 else "",
            wants_contact=False,
            language="es",
            visitor=Visitor(receipt=f"{place.pk}-{4100 + 7 * number}") if random.random() < 0.4 else None,
            answered_at=now - timedelta(days=random.uniform(0.4, DAYS)),
        )


def _waits(place: Collector, days: float, score: int, words: str, name: str, address: str) -> None:
    record_visit(
        place,
        score=score,
        comment=words,
        wants_contact=True,
        language="es",
        visitor=Visitor(name, address),
        answered_at=timezone.now() - timedelta(days=days),
    )
