"""What the demo's own people answered, unit by unit, in the last two quarters and the running one; two units are too small to
be shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from nps_platform.demo.voices import dealt
from nps_platform.demo.world import SEED
from nps_platform.tenancy.models import Membership, Unit
from responses.employees import record_employee, this_quarter
from surveys.actions import create_survey, publish_survey
from surveys.actions.employee_links import employee_links, link_units
from surveys.models import Collector, SurveyKind

# unit code → (people, mood of two quarters ago, of the last one); the mood is the middle of their scores.
STAFF = {
    "es-norte": (46, 8.2, 8.3),
    "es-centro": (71, 7.4, 7.2),
    "es-levante": (29, 7.8, 7.9),
    "es-sur": (54, 5.9, 8.1),
    "it-lombardia": (6, 7.0, 7.0),
    "it-lazio": (5, 7.5, 7.0),
    "ie-dublin": (24, 8.0, 8.0),
}
SAID = {
    "detractor": [
        "Los turnos se publican con dos días y no se puede organizar nada en casa.",
        "Prometemos devolver llamadas y no damos abasto.",
        "Vamos siempre con dos personas menos en el turno de tarde.",
        "Cada campaña cambia las reglas y nos enteramos por el cliente.",
        "Los objetivos los pone alguien que nunca ha cogido el teléfono.",
        "Pedí un cambio de centro en marzo y nadie me ha contestado.",
        "Para devolver veinte euros hacen falta tres correos.",
        "La herramienta de tickets se cae cada semana y la culpa es siempre nuestra.",
        "Hace un año que pedimos formación sobre la nueva factura.",
        "Se mide el tiempo de llamada, no si el problema quedó resuelto.",
    ],
    "passive": [
        "Buen ambiente; falta saber hacia dónde vamos.",
        "Me quedo por los compañeros.",
        "Está bien, pero aquí se asciende poco.",
        "Horario bueno; la silla y la pantalla, de otra época.",
        "Cómodo. Me gustaría que nos preguntaran antes de decidir.",
        "Correcto; la comunicación entre turnos se puede mejorar.",
        "El equipo es lo mejor. El sueldo, regular.",
        "Bien, pero las decisiones llegan tarde.",
        "Me gusta el trabajo; los sábados, menos.",
    ],
    "promoter": [
        "Desde que llamamos en el día, los clientes cuelgan contentos y yo también.",
        "Mi jefa escucha y arregla cosas.",
        "Entré hace un año y ya formo a los nuevos.",
        "Cuando hay un problema, se habla y se busca solución.",
        "Puedo cuadrar los turnos con el colegio de mis hijos.",
        "Se nota que ahora importa lo que dice el cliente.",
        "El teletrabajo dos días por semana me ha cambiado la vida.",
        "Aprendo cada semana y puedo proponer cambios.",
        "Por fin podemos resolver sin pedir tres permisos.",
        "Horario que se respeta. No es poco.",
    ],
}
ANSWERED, SPOKE = 0.62, 0.45


def ask_employees(by: Membership, units: dict[str, Unit]) -> int:
    """The survey, a link for each unit, and two quarters of answers; says how many."""
    random, now = Random(SEED + 8), this_quarter()
    survey = create_survey(kind=SurveyKind.EMPLOYEE, name="Equipo (eNPS)", languages=["es", "en", "it"], by=by)
    publish_survey(survey, by=by)
    link_units(survey, {units[code]: people for code, (people, *_moods) in STAFF.items()}, by=by)
    links = {link.unit_id: link for link in employee_links(survey)}
    said = {about: dealt(random, pool) for about, pool in SAID.items()}
    answers = 0
    for code, (people, *moods) in STAFF.items():
        for mood, ago in zip((*moods, moods[-1]), (2, 1, 0), strict=True):
            share = ANSWERED if ago else ANSWERED / 4
            for _n in range(round(people * share)):
                _answer(random, said, links[units[code].pk], mood, _quarters_before(now, ago))
                answers += 1
    return answers


def _answer(random: Random, said: dict[str, Iterator[str]], link: Collector, mood: float, quarter: date) -> None:
    score = min(max(round(random.gauss(mood, 2.1)), 0), 10)
    about = "promoter" if score > 8 else "passive" if score > 6 else "detractor"
    comment = next(said[about]) if random.random() < SPOKE else ""
    record_employee(link, score=score, comment=comment, quarter=quarter)


def _quarters_before(quarter: date, count: int) -> date:
    months = quarter.year * 12 + quarter.month - 1 - 3 * count
    return date(months // 12, months % 12 + 1, 1)
