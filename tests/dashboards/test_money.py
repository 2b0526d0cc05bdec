"""METHOD §7 from rows: its worked example, reconciliation to the cent, classes that never look ahead."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import timezone

from dashboards.figures import Reason, no_churn
from dashboards.periods import Period, last_months, quarter_of, shifted, year_of
from dashboards.queries.classes import standpoints
from dashboards.queries.money import ledger
from dashboards.queries.valuation import terms_of, valuation
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.roles import Role
from responses.models import ScoreChange
from surveys.models import Invitation, Programme

TODAY = date(2026, 6, 15)
WINDOW = year_of(date(2025, 1, 1))
BEFORE = date(2024, 10, 5)
CENT = Decimal("0.01")


def rounded(value: Decimal | int | None) -> str:
    return "" if value is None else f"{Decimal(value).quantize(CENT)}"


@pytest.fixture
def worked_example(world):
    """METHOD §7's table: base customers, base revenue, lost, window revenue of each class."""

    def people(score, base, base_revenue, lost, lost_revenue, window_revenue):
        everyone = world.customers(base)
        for n, customer in enumerate(everyone):
            world.answer(customer, score, BEFORE)
            gone = n < lost
            share = lost_revenue / lost if gone else (base_revenue - lost_revenue) / (base - lost)
            world.pay(customer, date(2024, 3, 1), Decimal(share).quantize(Decimal("0.0001")))
            if not gone:
                kept = Decimal(window_revenue) / (base - lost)
                world.pay(customer, date(2025, 3, 1), kept.quantize(Decimal("0.0001")))
        return everyone

    return {
        NpsClass.PROMOTER: people(10, 50, 600_000, 4, 48_000, 560_000),
        NpsClass.PASSIVE: people(8, 30, 240_000, 6, 48_000, 200_000),
        NpsClass.DETRACTOR: people(3, 20, 160_000, 8, 70_000, 96_000),
    }


def test_the_worked_example_comes_out_of_rows(world, worked_example):
    world.organization.margin_percent, world.organization.discount_percent = Decimal(40), Decimal(10)
    detractors = worked_example[NpsClass.DETRACTOR]
    # Five of the twelve who were reached and answered again now give 7 or more.
    for n, customer in enumerate(detractors[:13]):
        answer = customer.responses.get()
        world.case(answer, reached_at=world.at(date(2024, 11, 1)))
        if n < 12:
            world.answer(customer, 8 if n < 5 else 4, date(2025, 5, 1))
    found = valuation(WINDOW, "EUR", world.organization, TODAY)

    shown = {c: (rounded(found.of(c).average), found.retention(found.of(c))) for c in worked_example}
    assert shown == {
        NpsClass.PROMOTER: ("12173.91", Decimal("0.92")),
        NpsClass.PASSIVE: ("8333.33", Decimal("0.8")),
        NpsClass.DETRACTOR: ("8000.00", Decimal("0.6")),
    }
    figures = {figure.key: rounded(figure.value) for figure in found.figures()}
    assert figures == {
        "exposure": "96000.00",
        "realised_loss": "70000.00",
        "lost_to_detractors": "51200.00",
        "revenue_gap": "53333.33",
        "at_risk": "38400.00",
        "potential": "23234.78",
        "recovered": "5.00",
        "saved": "8000.00",
        "roi": "",
    }
    base, lost, kept = (found.lost_to_detractors().operands[i] for i in range(3))
    # The difference stands in brackets: whoever redoes the sum comes to the same figure.
    assert (base.operator, lost.operator, kept.operator, kept.closes) == ("", "× (", "−", True)
    assert rounded(base.value * (lost.value - kept.value)) == "51200.00"
    price, staying = found.potential().operands[2:]
    assert (rounded(price.value), rounded(staying.value)) == ("18434.78", "4800.00")
    assert (found.recovery.detractors, found.recovery.answered_again) == (20, 12)
    # CLV of METHOD's example has an average of 12,000: here it is 12,173.91, the formula is the same.
    assert rounded(found.clv(found.annual.of(NpsClass.PROMOTER))) == "24888.89"
    assert found.ledger.reconciliation.holds


def test_it_adds_up_to_the_cent_whatever_the_rows(world):
    chance = random.Random(20260615)
    months = [shifted(WINDOW.first, n) for n in range(-14, 14)]
    people = world.customers(40)
    for customer in people:
        for _n in range(chance.randint(0, 3)):
            world.answer(customer, chance.randint(0, 10), date(2024, chance.randint(1, 12), chance.randint(1, 28)))
    rows: list[tuple[int | None, date, Decimal, bool]] = []
    for owner in [*people, *[None] * 12]:
        for month in chance.sample(months, 9):
            amount = Decimal(chance.randint(-2_000, 500_000)) / 100
            erased = owner is None and chance.random() < 0.4
            world.pay(owner, month, amount, is_erased=erased)
            rows.append((owner.pk if owner else None, month, amount, erased))

    found = ledger(WINDOW, "EUR")

    in_window = [row for row in rows if WINDOW.first <= row[1] <= WINDOW.last]
    by_customer: dict[int, Decimal] = defaultdict(Decimal)
    for owner, _month, amount, _erased in in_window:
        if owner is not None:
            by_customer[owner] += amount
    sums = found.reconciliation
    assert sums.imported == sum(row[2] for row in in_window)
    assert sums.unmatched == sum(row[2] for row in in_window if row[0] is None and not row[3])
    assert sums.erased == sum(row[2] for row in in_window if row[3])
    assert sum((of.revenue for of in found.classes.values()), sums.unmatched + sums.erased) == sums.imported
    assert found.everyone.customers == sum(amount > 0 for amount in by_customer.values())
    for nps_class, of in found.classes.items():
        mine = {pk: amount for pk, amount in by_customer.items() if _class_by_hand(pk) == nps_class}
        assert of.revenue == sum(mine.values(), Decimal(0)), nps_class
        assert sum((p.revenue for p in found.behind(nps_class)), Decimal(0)) == of.revenue


def _class_by_hand(customer_id: int) -> NpsClass:
    at = standpoints(WINDOW.first).get(customer_id)
    return at.nps_class if at else NpsClass.SILENT


def test_the_class_is_that_of_the_last_answer_in_force_before_the_first_day(world):
    madrid_midnight = world.at(date(2025, 1, 1), time(0))
    said_before, said_at_midnight, corrected_later, long_ago, other_kind, corrected_before = world.customers(6)
    world.answer(said_before, 2, date(2024, 3, 1))
    world.answer(said_before, 9, date(2024, 12, 31))
    world.answer(said_at_midnight, 9, madrid_midnight)
    late = world.answer(corrected_later, 10, date(2024, 12, 30))
    # Corrected twice after the first day: 3 was in force before it, then 6, then 10.
    ScoreChange.objects.create(response=late, kind="correction", score=3, at=world.at(date(2025, 1, 1), time(9)))
    ScoreChange.objects.create(response=late, kind="correction", score=6, at=world.at(date(2025, 1, 2)))
    ScoreChange.objects.create(response=late, kind="after_contact", score=0, at=world.at(date(2025, 1, 1), time(8)))
    world.answer(long_ago, 9, date(2023, 12, 31))
    world.answer(other_kind, 9, date(2024, 12, 1), kind="transactional")
    early = world.answer(corrected_before, 9, date(2024, 12, 20))
    ScoreChange.objects.create(response=early, kind="correction", score=1, at=world.at(date(2024, 12, 21)))

    found = {pk: at.score for pk, at in standpoints(date(2025, 1, 1)).items()}

    assert found == {said_before.pk: 9, corrected_later.pk: 3, corrected_before.pk: 9}


def test_the_silent_are_split_by_why(world):
    asked, unreachable, never = world.customer(), world.customer(email=""), world.customer()
    wave = Programme.objects.create(name="Ola", survey=world.survey())
    Invitation.objects.create(
        programme=wave,
        survey=wave.survey,
        customer=asked,
        language="es",
        state="sent",
        sent_at=world.at(date(2024, 9, 1)),
    )
    Invitation.objects.create(
        programme=wave, survey=wave.survey, customer=never, language="es", state="skipped", skip_reason="quarantined"
    )
    for customer in (asked, unreachable, never):
        world.pay(customer, date(2025, 2, 1), 10)

    found = ledger(WINDOW, "EUR")

    assert {p.customer_id: p.silence for p in found.payers} == {
        asked.pk: "asked_without_answer",
        unreachable.pk: "not_reachable",
        never.pk: "never_asked",
    }
    assert sum(found.silent.values()) == found.of(NpsClass.SILENT).customers == 3


def test_who_declared_leaving_is_lost_even_while_paying(world):
    leaves, stays, new = world.customers(3)
    world.pay(leaves, date(2024, 2, 1), 100)
    world.pay(leaves, date(2025, 1, 1), 8)
    world.pay(stays, date(2024, 2, 1), 100)
    world.pay(stays, date(2025, 2, 1), 100)
    world.pay(new, date(2025, 3, 1), 50)
    leaves.lost_on = date(2025, 1, 31)
    leaves.save()

    everyone = ledger(WINDOW, "EUR").everyone

    assert (everyone.customers, everyone.base_customers, everyone.lost, everyone.lost_revenue) == (3, 2, 1, 100)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (year_of(date(2025, 1, 1)), None),
        (quarter_of(date(2026, 1, 1)), None),
        (quarter_of(date(2026, 4, 1)), Reason.NOT_FINISHED),
        (Period(date(2026, 5, 1), date(2026, 5, 31)), Reason.TOO_SHORT),
        (Period(date(2026, 1, 5), date(2026, 5, 4)), Reason.NOT_WHOLE_MONTHS),
    ],
)
def test_churn_needs_a_finished_window_that_is_long_enough(cast, window, reason):
    assert no_churn(window, terms_of(cast.organization, TODAY)) == reason


def test_every_figure_without_ground_says_why(world):
    customer = world.customer()
    world.answer(customer, 3, BEFORE)
    world.pay(customer, date(2025, 2, 1), 10)
    found = valuation(WINDOW, "EUR", world.organization, TODAY)

    assert {f.key: f.reason for f in found.figures() if f.value is None} == {
        "realised_loss": Reason.EMPTY_BASE,
        "lost_to_detractors": Reason.EMPTY_BASE,
        "at_risk": Reason.EMPTY_BASE,
        "revenue_gap": Reason.EMPTY_BASE,
        "potential": Reason.EMPTY_BASE,
        "recovered": Reason.NOBODY_AGAIN,
        "saved": Reason.NOBODY_AGAIN,
        "roi": Reason.NO_COST,
    }
    assert found.no_clv(found.annual.of(NpsClass.DETRACTOR)) == Reason.NO_MARGIN


def test_the_gap_is_not_drawn_from_a_base_whose_months_are_missing(cast, world):
    """Two months of the base against twelve of the window: NRR would be six times what it is."""
    stays, leaves = world.customer(), world.customer()
    world.answer(stays, 9, BEFORE)
    world.answer(leaves, 2, BEFORE)
    for month in (date(2024, 11, 1), date(2024, 12, 1), *WINDOW.months()):
        world.pay(stays, month, 100)
        if month < date(2025, 3, 1):
            world.pay(leaves, month, 100)

    found = valuation(WINDOW, "EUR", world.organization, TODAY)
    gap = found.revenue_gap()
    assert (gap.value, gap.operands, gap.reason) == (None, (), Reason.MONTHS_MISSING)
    # What was loaded still counts: who left in the window paid before.
    assert (found.lost_to_detractors().reason, found.realised_loss().reason) == (None, None)

    page = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/dashboards/money/?period=2025").content.decode()
    assert "1 Jan – 31 Oct 2024." in page
    assert "can&#x27;t be compared" in page

    # The same months loaded of both: the gap is back.
    for month in [month for month in found.ledger.base.months() if month < date(2024, 11, 1)]:
        world.pay(stays, month, 100)
    assert valuation(WINDOW, "EUR", world.organization, TODAY).revenue_gap().reason is None


def test_nobody_is_said_to_have_left_where_the_window_was_not_loaded(world):
    customer = world.customer()
    world.answer(customer, 3, BEFORE)
    world.pay(customer, date(2024, 6, 1), 50)

    found = valuation(WINDOW, "EUR", world.organization, TODAY)

    assert found.retention(found.of(NpsClass.DETRACTOR)) is None
    assert found.lost_to_detractors().reason == Reason.NOT_LOADED


def test_the_page_shows_the_sums_and_opens_to_the_people_behind_them(cast, world, worked_example):
    path = f"/o/{cast.organization.slug}/dashboards/money/?period=2025"
    page = cast.sign_in(cast.alicia).get(path)
    assert page.status_code == 200
    for text in ("96.000,00", "70.000,00", "51.200,00", "adds up to the cent"):
        assert text in page.content.decode(), text

    lost = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/dashboards/money/lost.csv?period=2025")
    lines = lost.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 8
    assert sum(Decimal(line.split(",")[4]) for line in lines[1:]) == 70_000

    finance = cast.sign_in(cast.member(Role.FINANCE))
    assert finance.get(path).status_code == 200
    assert finance.get(f"/o/{cast.organization.slug}/dashboards/money/lost/?period=2025").status_code == 403
    assert cast.sign_in(cast.bruno).get(path).status_code == 403
    assert cast.sign_in(cast.carla).get(path).status_code == 404


def test_small_classes_are_hidden_from_readers_without_personal_data(cast, world, worked_example):
    few = world.customers(3)
    for customer in few:
        world.answer(customer, 2, BEFORE)
        world.pay(customer, date(2025, 2, 1), 1000)
    for customer in worked_example[NpsClass.DETRACTOR]:
        customer.responses.all().delete()
    path = f"/o/{cast.organization.slug}/dashboards/money/value.csv?period=2025"

    def classes(member):
        text = cast.sign_in(member).get(path).content.decode("utf-8-sig")
        return {line.split(",")[0]: line.split(",")[1] for line in text.splitlines()}

    assert classes(cast.alicia)["detractor"] == "3"
    seen = classes(cast.member(Role.EXECUTIVE))
    # A second class is hidden too: the total would give the first away.
    assert (seen["detractor"], [c for c in ("promoter", "passive", "silent") if not seen[c]]) == ("", ["silent"])


def test_currencies_are_never_added_up(cast, world):
    customer = world.customer()
    month = last_months(12, timezone.localdate()).first
    world.pay(customer, month, 100, "EUR")
    world.pay(customer, month, 900, "USD")
    client = cast.sign_in(cast.alicia)

    euros = client.get(f"/o/{cast.organization.slug}/dashboards/money/?currency=EUR").content.decode()
    wrong = client.get(f"/o/{cast.organization.slug}/dashboards/money/?currency=XXX&period=nonsense")

    assert ledger(last_months(12, timezone.localdate()), "USD").everyone.revenue == 900
    assert "Revenue was also loaded in USD" in euros and "900,00" not in euros and "100,00" in euros
    assert wrong.status_code == 200 and "No revenue was loaded in this currency" in wrong.content.decode()
