"""GET /metrics/nps and /metrics/money: the shapes that outsiders rely on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from dashboards.periods import last_months
from nps_platform.tenancy.api_keys import make_api_key
from surveys.models import Stage, Touchpoint


@pytest.fixture
def ask(cast):
    """GET below /api/v1/metrics/ with a key of Alicia's organisation."""
    headers = {"Authorization": f"Bearer {make_api_key(cast.organization, name='BI', by=cast.alicia)}"}
    client = Client(headers=headers)
    return lambda path, **query: client.get(f"/api/v1/metrics/{path}", query)


def test_the_score_is_relational_unless_asked_otherwise(ask, world):
    assert ask("nps").json() == {
        "n": 0,
        "promoters": 0,
        "passives": 0,
        "detractors": 0,
        "nps": None,
        "interval": None,
        "groups": [],
    }
    touchpoint = Touchpoint.objects.create(name="Factura", stage=Stage.objects.create(name="Pago"))
    world.answers(50, 30, 20, date(2026, 3, 31))
    world.answers(6, 3, 1, date(2026, 4, 1))
    world.answers(0, 0, 5, date(2026, 3, 31), kind="transactional", touchpoint=touchpoint)

    march = ask("nps", **{"from": "2026-03-01", "to": "2026-03-31"}).json()
    assert (march["n"], march["nps"]) == (100, 30.0)
    assert march["interval"] == pytest.approx([14.051, 44.201], abs=0.001)
    assert ask("nps", **{"from": "2026-03", "to": "2026-03"}).json() == march
    assert ask("nps").json()["n"] == 110

    months = ask("nps", interval="month").json()["groups"]
    assert [(group["month"], group["n"]) for group in months] == [("2026-03", 100), ("2026-04", 10)]
    parts = ask("nps", kind="transactional", by="touchpoint").json()["groups"]
    assert [(p["key"], p["name"], p["nps"]) for p in parts] == [(str(touchpoint.pk), "Factura", -100.0)]
    assert ask("nps", survey=world.survey("transactional", touchpoint).pk).json()["detractors"] == 5


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": "2026-02-30"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"kind": "staff"},
        {"survey": "999999"},
        {"survey": "x"},
        {"by": "name"},
        {"interval": "week"},
        {"from": "0000-00"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(ask, query):
    answer = ask("nps", **query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["field"] in query


def test_kinds_are_never_mixed(ask, world):
    assert ask("nps", survey=world.survey().pk, kind="phase").status_code == 400


def test_a_key_of_another_organisation_finds_nothing(cast, world):
    world.answers(5, 0, 0, date(2026, 3, 1))
    carla = Client(headers={"Authorization": f"Bearer {make_api_key(cast.other, name='x', by=cast.carla)}"})
    assert carla.get("/api/v1/metrics/nps").json()["n"] == 0
    assert carla.get("/api/v1/metrics/nps", {"survey": world.survey().pk}).status_code == 400
    assert carla.get("/api/v1/metrics/money").json()["reconciliation"]["imported"] == "0.00"
    assert Client().get("/api/v1/metrics/money").status_code == 401


def test_money_answers_in_decimal_strings_and_says_why_there_is_none(ask, world):
    customers = world.customers(4)
    for customer, score in zip(customers, (10, 8, 2, 3), strict=True):
        world.answer(customer, score, date(2024, 11, 2))
        world.pay(customer, date(2024, 6, 1), "100.10", "PEN")
    for customer in customers[:3]:
        world.pay(customer, date(2025, 6, 1), "70.35", "PEN")
    world.pay(world.customer(), date(2025, 6, 1), "12.34", "PEN")
    world.pay(None, date(2025, 6, 1), "0.01", "PEN")
    world.pay(None, date(2025, 6, 1), "5.00", "PEN", is_erased=True)

    found = ask("money", **{"from": "2025-01-01", "to": "2025-12-31"}).json()

    assert found["currency"] == "PEN"
    assert found["reconciliation"] == {"imported": "228.40", "matched": "223.39", "unmatched": "0.01", "erased": "5.00"}
    detractor = found["classes"]["detractor"]
    assert (detractor["customers"], detractor["revenue"], detractor["average"], detractor["retention"]) == (
        1,
        "70.35",
        "70.35",
        0.5,
    )
    assert (detractor["clv"], detractor["clv_reason"]) == (None, "margin_not_set")
    assert found["classes"]["silent"]["never_asked"] == 1
    assert found["realised_loss"] == {"value": "100.10", "interval": None, "basis": "observed", "reason": None}
    assert found["lost_to_detractors"] == {"value": "100.10", "interval": None, "basis": "estimated", "reason": None}
    assert (found["roi"]["value"], found["roi"]["reason"]) == (None, "programme_cost_not_set")
    assert (found["recovered"]["value"], found["recovered"]["reason"]) == (None, "nobody_answered_again")
    parts = [c["revenue"] for c in found["classes"].values()] + [
        found["reconciliation"][p] for p in ("unmatched", "erased")
    ]
    assert sum(map(Decimal, parts)) == Decimal(found["reconciliation"]["imported"])

    month = ask("money", **{"from": "2025-06", "to": "2025-06"}).json()
    assert {month[f]["reason"] for f in ("realised_loss", "at_risk", "potential")} == {
        "window_shorter_than_churn_window"
    }
    assert month["classes"]["promoter"]["reason"] == "window_shorter_than_churn_window"


def test_several_currencies_are_refused_until_one_is_named(ask, world):
    customer = world.customer()
    month = last_months(12, timezone.localdate()).first
    world.pay(customer, month, 10, "EUR")
    world.pay(customer, month, 10, "USD")

    both = ask("money").json()
    assert (both["reason"], both["currencies"], both["reconciliation"]) == ("several_currencies", ["EUR", "USD"], None)
    assert both["classes"]["silent"]["revenue"] is None and both["saved"]["reason"] == "several_currencies"
    assert ask("money", currency="USD").json()["reconciliation"]["imported"] == "10.00"
    assert ask("money", currency="dollars").status_code == 400
