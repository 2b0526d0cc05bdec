"""A survey by telephone in the demo: a list of forty people, half of it worked by the agents."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from nps_platform.demo.asking import ZONE
from nps_platform.demo.world import SEED
from nps_platform.tenancy.models import Membership
from responses.calling import record_call
from responses.models import Response
from surveys.actions import create_programme, launch
from surveys.actions.calling import note_call, take_next
from surveys.actions.waves import plan_next_batch
from surveys.models import CallAttempt, Survey

# What came of each call, in order: a score with what was said, or an outcome.
CALLED: tuple[tuple[int, str] | CallAttempt.Outcome, ...] = (
    (9, "Llegó a la hora y me enseñó a usar el mando."),
    CallAttempt.Outcome.NO_ANSWER,
    (8, "La cita me la cambiaron, lo demás bien."),
    CallAttempt.Outcome.NO_ANSWER,
    (10, "Encantada con el técnico, un señor muy educado."),
    CallAttempt.Outcome.CALL_BACK,
    (4, "Tuvieron que venir dos veces y perdí dos mañanas."),
    CallAttempt.Outcome.REFUSED,
    (9, ""),
    CallAttempt.Outcome.NO_ANSWER,
    (7, "Bien, lo que se espera."),
    CallAttempt.Outcome.WRONG_NUMBER,
    (10, "Ni media hora y ya estaba viendo el partido."),
    CallAttempt.Outcome.NO_ANSWER,
    (6, "La señal no llega al segundo piso."),
    (9, "Me explicaron cómo mover el router."),
    CallAttempt.Outcome.REFUSED,
    (8, ""),
    CallAttempt.Outcome.CALL_BACK,
    (10, "Rápido y sin ensuciar."),
)
PEOPLE = 40


def call_some(survey: Survey, *, by: Membership, caller: Membership) -> None:
    """By the actions that the screens call; the calls lie in the hours before now. It may ring at any hour: it is a demo."""
    programme = create_programme(
        survey=survey,
        name="Instalaciones, por teléfono",
        channel="phone",
        sample={"number": PEOPLE},
        seed=40,
        window={"from": "00:00", "to": "24:00"},
        quarantine_days=14,
        open_days=30,
        by=by,
    )
    launch(programme, by=by)
    while plan_next_batch(programme.pk):
        pass
    random, now = Random(SEED), timezone.now()
    for number, what in enumerate(CALLED):
        task = take_next(caller)
        if task is None:
            return
        at = now - timedelta(minutes=9 * (len(CALLED) - number))
        if isinstance(what, tuple):
            score, comment = what
            answer = record_call(
                task,
                {"score": score, "comment": comment, "wants_contact": score < 7 or None, "language": "es"},
                by=caller,
            )
            Response.objects.filter(pk=answer.pk).update(answered_at=at, recorded_at=at)
        else:
            promised = _tomorrow_at(10 + number % 8) if what == CallAttempt.Outcome.CALL_BACK else None
            note_call(task, outcome=what, by=caller, call_back_at=promised)
        seconds = random.randint(110, 320) if isinstance(what, tuple) else random.randint(25, 70)
        CallAttempt.objects.filter(task=task).update(at=at, seconds=seconds)


def _tomorrow_at(hour: int) -> datetime:
    """At an hour at which people like to be called."""
    return timezone.localtime(timezone=ZONE).replace(hour=hour, minute=30, second=0, microsecond=0) + timedelta(days=1)
