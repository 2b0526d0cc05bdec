"""The inbox by value at risk: what is overdue first, then revenue × churn × urgency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from closeloop import inbox
from closeloop.actions import reopen, resolve
from closeloop.actions.valuing import Observed, _sources, refresh_values, values_are_stale
from closeloop.models import Case, ChurnRate, RootCause
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

INBOX = "/o/andina/inbox/"
Pays = Callable[..., Case]


@pytest.fixture
def pays(opens: Opens) -> Pays:
    """`pays(1840, hours=24)`: a case of a customer who brought so much in twelve months, owed a word in so many hours."""

    def open_case(amount: int, *, hours: float, score: int = 2) -> Case:
        customer = Customer.objects.create(external_id=f"V{Customer.objects.count()}", name=f"Paga {amount}")
        month = timezone.localdate().replace(day=1)
        if amount:
            RevenueEntry.objects.create(
                customer=customer, customer_ref=customer.external_id, period=month, amount=amount, currency="EUR"
            )
        case = opens(score, customer=customer)
        case.due_at = timezone.now() + timedelta(hours=hours)
        case.save()
        return case

    return open_case


def order(client: Client, **query: str) -> list[str]:
    response = client.get(INBOX, {"order": "value", **query})
    return [row.case.who.removeprefix("Paga ") for row in response.context["rows"]]


def test_overdue_stands_first_then_value_then_time(pays: Pays, cast: Cast) -> None:
    for amount, hours in ((9000, 24), (100, -1), (0, 2), (400, 0.5), (9001, 200), (8000, 24)):
        pays(amount, hours=hours)
    bruno = cast.sign_in(cast.bruno)
    assert order(bruno) == ["100", "9000", "8000", "400", "9001", "0"], "9001 is due in a week: 2^-8"


def test_who_is_nearer_and_worth_as_much_stands_first_and_churn_counts(pays: Pays, cast: Cast) -> None:
    for amount, hours, score in ((1000, 30, 2), (1000, 20, 2), (1001, 20, 9)):
        Case.objects.filter(pk=pays(amount, hours=hours, score=2).pk)
        if score == 9:
            case = Case.objects.latest("pk")
            case.nps_class, case.churn = "promoter", Decimal("0.05")
            case.save()
    assert order(cast.sign_in(cast.bruno)) == ["1000", "1000", "1001"]
    assert Case.objects.get(number=2).risk_rank > Case.objects.get(number=1).risk_rank


def test_pages_go_on_from_what_is_overdue_into_the_rest_without_gap_or_double(
    pays: Pays, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        pays(100 * n, hours=-1 - n)
        pays(100 * n, hours=30 + n)
    bruno = cast.sign_in(cast.bruno)
    whole = [row.case.number for row in bruno.get(INBOX, {"order": "value"}).context["rows"]]
    for size in (1, 2, 3, 5, 7):
        monkeypatch.setattr(inbox, "PAGE", size)
        seen, query = [], "order=value"
        while query:
            answer = bruno.get(f"{INBOX}?{query}")
            seen += [row.case.number for row in answer.context["rows"]]
            query = answer.context["more_query"]
        assert seen == whole and len(whole) == 10


def test_the_sum_is_shown_to_those_who_see_money(pays: Pays, cast: Cast) -> None:
    pays(2000, hours=24)
    page = cast.sign_in(cast.alicia).get(INBOX, {"order": "value"}).text.replace("\xa0", " ")
    assert "2.000 € × 30,0% × 0,50 = 300 €" in page and "assumed" in page
    agent = cast.sign_in(cast.member(Role.AGENT)).get(INBOX, {"order": "value"}).text
    assert "2.000" not in agent and "30,0%" not in agent and "Overdue first" in agent


def test_churn_is_measured_where_enough_customers_are_known_else_assumed(
    pays: Pays, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = pays(1000, hours=24)
    before = case.risk_rank
    _sources_now = [lambda: {"detractor": Observed(Decimal("0.6"), 300), "passive": Observed(Decimal("0.9"), 3)}]
    monkeypatch.setattr("closeloop.actions.valuing._sources", _sources_now)
    assert refresh_values() == 1
    case.refresh_from_db()
    assert case.churn == Decimal("0.6") and case.risk_rank == pytest.approx(before + 1)
    rates = {rate.nps_class: (rate.share, rate.is_observed) for rate in ChurnRate.objects.all()}
    assert rates["detractor"] == (Decimal("0.6"), True) and rates["passive"] == (Decimal("0.15"), False)
    assert not values_are_stale() and refresh_values() == 0


def test_the_room_above_measures_churn(pays: Pays) -> None:
    pays(1000, hours=24)
    assert _sources and all(source() == {} for source in _sources), "one month loaded tells nothing"
    assert values_are_stale()
    refresh_values()
    assert not ChurnRate.objects.filter(is_observed=True).exists()


def test_new_revenue_is_taken_up_when_valued_anew_and_when_reopened(pays: Pays, cast: Cast) -> None:
    case = pays(0, hours=24)
    assert case.customer
    resolve(case, root_cause=RootCause.objects.first(), outcome="solved", by=cast.alicia)
    month = timezone.localdate().replace(day=1)
    RevenueEntry.objects.create(
        customer=case.customer, customer_ref=case.customer.external_id, period=month, amount=500, currency="EUR"
    )
    reopen(case, by=cast.alicia)
    case.refresh_from_db()
    assert case.yearly_value == 500
    RevenueEntry.objects.update(amount=700)
    assert refresh_values() == 1
    case.refresh_from_db()
    assert case.yearly_value == 700
