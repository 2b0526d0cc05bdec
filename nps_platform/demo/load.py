"""Loads the demo: *demo*, a telecom and energy company with two years behind it, and a small *otra*. Seeded, and relative to
today, so that it never looks old."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.demo import asking, calling, journey, money, people, places, programmes, shops
from nps_platform.demo.cast import OTHER_SLUG, SLUG
from nps_platform.demo.deadlines import escalate_what_pressed, set_deadlines
from nps_platform.demo.delivery import tell_what_became
from nps_platform.demo.employees import ask_employees
from nps_platform.demo.listening import set_rules
from nps_platform.demo.surveys import make_surveys
from nps_platform.demo.texting import ask_by_text
from nps_platform.demo.working import Desk
from nps_platform.demo.world import ASKED_ABOUT, SEED, make_people
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.scope import entered
from responses.actions import record_elsewhere
from surveys.actions import create_survey, publish_survey
from surveys.models import SurveyKind

PEOPLE = 3_000


def demo_is_loaded() -> bool:
    """Both organisations are there (they are written in one transaction)."""
    return Organization.objects.filter(slug__in=[SLUG, OTHER_SLUG]).count() == 2


def load_demo(say: Callable[[str], object], *, how_many: int = PEOPLE) -> None:
    """Write everything in one transaction; `say` is told what was written."""
    begun = time.monotonic()
    with transaction.atomic():
        demo, other = people.make_organizations()
        with entered(demo):
            _load_demo(demo, how_many, say)
        with entered(other):
            _load_other(other)
    people.keep_api_key(demo)
    say(f"  loaded in {time.monotonic() - begun:.0f} s")


def _load_demo(demo: Organization, how_many: int, say: Callable[[str], object]) -> None:
    random, today = Random(SEED), timezone.localdate()
    members = {
        m.user.email.split("@")[0]: m for m in Membership.objects.filter(organization=demo).select_related("user")
    }
    units, teams = people.make_units(), people.make_teams(demo)
    people.make_attributes()
    people.make_segments()
    accounts = people.make_accounts(random, units, [members["agent"], members["bruno"], members["manager"]])
    crowd = make_people(random, today, how_many)
    people.make_customers(random, crowd, units, accounts)
    people.make_permissions(random, crowd)
    people.make_suppressions(random, crowd)
    touchpoints = journey.draw(members)
    surveys = make_surveys(members["manager"], touchpoints)
    rounds = asking.play(random, today, crowd, surveys)
    customers = {c.pk: c for c in Customer.objects.all()}
    responses = asking.write(random, rounds, members["manager"], touchpoints, customers)
    imported = journey.fill(today, crowd, touchpoints, members["manager"])
    tell_what_became(Random(SEED))
    money.write_revenue(random, today, crowd)
    topics = {r.pk: topic for r, topic in zip(responses, _topics(rounds), strict=True)}
    set_deadlines(members)
    Desk(random, demo, members, teams).work(responses, topics)
    escalate_what_pressed()
    set_rules(teams, by=members["manager"])
    places.put_up(surveys, units, touchpoints, members["manager"])
    programmes.keep_asking(random, today, surveys, members["manager"])
    ask_by_text(Random(SEED), surveys, ASKED_ABOUT[0], members["manager"])
    ask_employees(members["manager"], units)
    visits = shops.open_counters(Random(SEED), touchpoints, members["manager"])
    calling.call_some(surveys["installation"].survey, by=members["manager"], caller=members["agent"])
    say(f"  {len(customers)} customers, {len(accounts)} accounts, {len(responses) + imported + visits} answers")


def _topics(rounds: list[asking.Round]) -> list[str]:
    return [asked.topic for item in rounds for asked in item.asked if asked.score is not None]


def _load_other(other: Organization) -> None:
    """A handful of customers and answers that the first organisation must never see."""
    owner = Membership.objects.get(organization=other)
    survey = create_survey(kind=SurveyKind.RELATIONAL, name="Relacional Otra", languages=["es"], by=owner)
    publish_survey(survey, by=owner)
    for number, score in enumerate([10, 9, 9, 8, 7, 6, 3, 10]):
        customer = Customer.objects.create(
            external_id=f"O{number}",
            name=f"Persona Otra {number}",
            email=f"persona{number}@otra.example",
            language="es",
        )
        record_elsewhere(
            survey=survey,
            customer=customer,
            score=score,
            comment="Solo para Otra.",
            channel="phone",
            answered_at=timezone.now() - timedelta(days=20 + number),
            by=owner,
        )
