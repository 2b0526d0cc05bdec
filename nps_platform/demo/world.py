"""The demo's hidden truth: who the people are, what moves their mood, and the story that a reader can find.

Two stories are laid in on purpose: the *invoice* touchpoint sinks from nine months ago, when a new invoice came in; the region
*Sur* stood low until eight months ago, when call-backs within a day began there, and recovers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

MONTHS = 24
SEED = 20_260_514
INVOICE_SANK, SUR_RECOVERED = -9, -8

# unit code → (name, kind, parent code, language, share of people)
UNITS = {
    "es": ("España", "country", None, "es", 0.0),
    "es-norte": ("Norte", "region", "es", "es", 0.17),
    "es-centro": ("Centro", "region", "es", "es", 0.24),
    "es-levante": ("Levante", "region", "es", "es", 0.14),
    "es-sur": ("Sur", "region", "es", "es", 0.20),
    "it": ("Italia", "country", None, "it", 0.0),
    "it-lombardia": ("Lombardia", "region", "it", "it", 0.09),
    "it-lazio": ("Lazio", "region", "it", "it", 0.05),
    "ie": ("Ireland", "country", None, "en", 0.0),
    "ie-dublin": ("Dublin", "region", "ie", "en", 0.11),
}
PLANS = {"Fibra 300": 32, "Fibra 600": 41, "Fibra 1000": 52, "Fibra + Luz": 88, "Luz": 55}
# touchpoint key → (stage, name, importance, moment of truth, effect on the score)
TOUCHPOINTS = {
    "coverage": ("Contratar", "Verificar cobertura", 2, False, 0.5),
    "signup": ("Contratar", "Contratación", 3, False, 0.4),
    "appointment": ("Instalar", "Acordar la cita", 5, False, 0.0),
    "installation": ("Instalar", "Visita del técnico", 5, True, -0.6),
    "first_use": ("Instalar", "Primer encendido", 4, False, -0.3),
    "speed": ("Usar", "Velocidad diaria", 4, False, 0.5),
    "app": ("Usar", "Aplicación", 2, False, 0.3),
    "billing": ("Pagar", "Factura", 4, True, 0.2),
    "autopay": ("Pagar", "Pago automático", 2, False, 0.6),
    "support": ("Pedir ayuda", "Llamada a soporte", 5, True, 0.0),
    "store": ("Pedir ayuda", "Tienda", 2, False, 0.3),
    "leaving": ("Marcharse", "Baja", 3, False, -1.8),
}
ASKED_ABOUT = ("installation", "billing", "support")
CAUSE_OF = {
    "installation": "delivery",
    "billing": "billing",
    "support": "service",
    "store": "service",
    "price": "price",
}
TOPIC_WEIGHTS = {
    "installation": 16,
    "billing": 22,
    "support": 22,
    "store": 6,
    "speed": 16,
    "price": 10,
    "app": 5,
    "energy": 7,
}


@dataclass
class Person:
    """One customer's hidden state while the two years are played."""

    number: int
    unit: str
    language: str
    plan: str
    monthly: float
    mood: float
    joined_month: int  # 0 is the current month, −24 two years ago
    joined_on: date
    lost_month: int | None = None
    customer_id: int = 0
    unit_id: int = 0
    account_id: int | None = None
    reached: bool = False
    history: list[tuple[datetime, int]] = field(default_factory=list)

    def active_in(self, month: int) -> bool:
        return self.joined_month <= month and (self.lost_month is None or month < self.lost_month)


def first_of_month(today: date, offset: int) -> date:
    """The first day of the month `offset` months from today's."""
    index = today.year * 12 + today.month - 1 + offset
    return date(index // 12, index % 12 + 1, 1)


def make_people(random: Random, today: date, how_many: int) -> list[Person]:
    """`how_many` people, most of them customers for years, some joining along the way; nobody has left yet."""
    regions = [code for code, unit in UNITS.items() if unit[4]]
    shares = [UNITS[code][4] for code in regions]
    people = []
    for number in range(how_many):
        unit = random.choices(regions, shares)[0]
        plan = random.choices(list(PLANS), [20, 34, 14, 22, 10])[0]
        joined = random.randint(-72, -MONTHS - 1) if random.random() < 0.78 else random.randint(-MONTHS, -1)
        people.append(
            Person(
                number=number,
                unit=unit,
                language=UNITS[unit][3],
                plan=plan,
                monthly=round(PLANS[plan] * random.uniform(0.85, 1.35) * (1 + max(0.0, random.gauss(0, 0.25))), 2),
                mood=min(10.5, random.gauss(8.3, 1.75)),
                joined_month=joined,
                joined_on=first_of_month(today, joined) + timedelta(days=random.randint(0, 27)),
            )
        )
    return people


def unit_effect(unit: str, month: float) -> float:
    """What a region adds to a score in a month."""
    if unit == "es-sur":
        return -1.15 if month < SUR_RECOVERED else min(-0.1, -1.15 + 0.35 * (month - SUR_RECOVERED))
    return {"es-norte": 0.2, "it-lombardia": 0.15, "it-lazio": -0.3}.get(unit, 0.0)


def touchpoint_effect(touchpoint: str | None, month: float) -> float:
    """What a touchpoint adds to a score in a month; the invoice sinks."""
    if touchpoint is None:
        return -0.25 if month > INVOICE_SANK else 0.0
    sunk = min(2.6, 0.42 * (month - INVOICE_SANK)) if touchpoint == "billing" and month > INVOICE_SANK else 0.0
    return TOUCHPOINTS[touchpoint][4] - sunk


def score_of(random: Random, person: Person, touchpoint: str | None, month: float) -> int:
    """A 0–10 score, given this mood, place and moment."""
    raw = person.mood + unit_effect(person.unit, month) + touchpoint_effect(touchpoint, month) + random.gauss(0, 1.25)
    if raw < 6.2 and random.random() < 0.5:
        raw -= random.expovariate(1 / 2.2)  # anger runs deep: the low end is longer than a bell curve's
    return max(0, min(10, round(raw)))


def may_leave(random: Random, person: Person, month: int) -> bool:
    """Whether they leave in this month; likelier the lower the mood, so that churn depends on class."""
    felt = person.mood + unit_effect(person.unit, month)
    hazard = 0.003 if felt >= 8.5 else 0.0085 if felt >= 6.5 else 0.021
    return random.random() < hazard * (0.7 if person.reached else 1.0)
