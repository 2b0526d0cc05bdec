"""METHOD §7's table, to the cent, and amounts as people write them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_platform.lib import money
from nps_platform.lib.values import Unreadable

D = Decimal
P = money.ClassFigures(arpu=money.arpu(D(560_000), 46), churn=money.churn(4, 50))
PA = money.ClassFigures(arpu=money.arpu(D(200_000), 24), churn=money.churn(6, 30))
DE = money.ClassFigures(arpu=money.arpu(D(96_000), 12), churn=money.churn(8, 20))


def cents(amount: Decimal | None) -> str:
    assert amount is not None
    return str(money.to_cents(amount, "EUR"))


def test_the_observed_rows_of_the_table():
    assert [cents(c.arpu) for c in (P, PA, DE)] == ["12173.91", "8333.33", "8000.00"]
    assert [money.retention(*pair) for pair in ((4, 50), (6, 30), (8, 20))] == [D("0.92"), D("0.8"), D("0.6")]
    assert money.earned_growth(D("0.94"), D(12), D(100)) == D("0.06")


def test_the_estimated_rows_of_the_table():
    assert cents(money.lost_to_detractors(D(160_000), DE.churn, P.churn)) == "51200.00"
    gap = money.revenue_gap(D(160_000), money.nrr(D(560_000), D(600_000)), money.nrr(D(96_000), D(160_000)))
    assert cents(gap) == "53333.33"
    assert cents(money.at_risk(D(96_000), DE.churn)) == "38400.00"
    assert cents(money.clv(D("0.4") * 12_000, D("0.92"), D("0.10"))) == "24533.33"
    assert cents(money.saved(5, DE.arpu, DE.churn, PA.churn)) == "8000.00"
    programme = money.roi(D(8_000), D("0.4"), D(9_000))
    assert programme is not None
    assert round(programme, 4) == D("-0.6444")


def test_the_potential_of_passives_keeps_its_two_terms_apart():
    potential = money.potential_of_passives(D("0.20"), 24, passives=PA, promoters=P)
    assert potential is not None
    assert (cents(potential.price), cents(potential.retention)) == ("18434.78", "4800.00")
    assert cents(potential.total) == "23234.78"


def test_an_empty_base_gives_no_figure():
    empty = money.ClassFigures(money.arpu(D(0), 0), money.churn(0, 0))
    assert (empty.arpu, empty.churn, money.nrr(D(5), D(0)), money.roi(D(1), D(1), D(0))) == (None,) * 4
    assert money.retention(0, 0) is None
    assert money.potential_of_passives(D(1), 5, passives=empty, promoters=P) is None
    assert money.lost_to_detractors(D(5), empty.churn, P.churn) is None
    assert money.saved(5, empty.arpu, D(1), D(1)) is None
    assert money.clv(D(100), D("1.2"), D("0.1")) is None, "a series that never converges has no sum"


@pytest.mark.parametrize(
    ("text", "comma", "amount"),
    [
        ("1.234,56", None, "1234.56"),
        ("1,234.56", None, "1234.56"),
        ("1.234.567", None, "1234567"),
        ("(12,00)", None, "-12.00"),
        ("(1.234,50) €", True, "-1234.50"),
        ("$ (12.00)", None, "-12.00"),
        ("-12", None, "-12"),
        ("−12,5", None, "-12.5"),
        ("12,00-", None, "-12.00"),
        ("€ 5", None, "5"),
        ("-€5", None, "-5"),
        ("5 €", None, "5"),
        ("(US$ 1,200.00)", None, "-1200.00"),
        ("R$ 1.200,00", None, "1200.00"),
        ("1200 CLP", None, "1200"),
        ("S/. 30,10", None, "30.10"),
        ("S/.30", None, "30"),
        ("$.50", None, "0.50"),
        ("1 234,5", None, "1234.5"),
        ("1\u202f234\u00a0567", None, "1234567"),
        ("1'234.50", None, "1234.50"),
        ("0,123", None, "0.123"),
        (",5", None, "0.5"),
        ("1.234", True, "1234"),
        ("1.234", False, "1.234"),
        ("1,234", False, "1234"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, comma, amount):
    assert money.parse_amount(text, comma) == D(amount)


@pytest.mark.parametrize(
    ("text", "comma", "code"),
    [
        ("", None, "empty"),
        ("  ", None, "empty"),
        ("1.234", None, "ambiguous"),
        ("12,345", None, "ambiguous"),
        ("1.23.4", None, "malformed"),
        ("1,23,456.0", None, "malformed"),
        ("1234.56", True, "malformed"),
        ("12.34,56", None, "malformed"),
        ("1234 567", None, "malformed"),
        ("--5", None, "malformed"),
        ("(-5)", None, "malformed"),
        ("1e5", None, "malformed"),
        ("NaN", None, "malformed"),
        ("٣", None, "malformed"),
        ("5 apples", None, "malformed"),
        ("=1+1", None, "malformed"),
        ("€", None, "malformed"),
        ("€5€", None, "malformed"),
        ("9" * 19, None, "out_of_range"),
        ("9" * 60, None, "malformed"),
    ],
)
def test_what_is_ambiguous_or_garbage_is_refused_with_its_reason(text, comma, code):
    with pytest.raises(Unreadable) as refusal:
        money.parse_amount(text, comma)
    assert refusal.value.code == code


@given(st.text(max_size=50))
def test_no_text_breaks_the_reader(text):
    with suppress(Unreadable):
        assert money.parse_amount(text).is_finite()


@given(st.decimals("-999999999", "999999999", places=2), st.sampled_from(["es_ES", "es_CL", "en_US", "it_IT", "es_MX"]))
def test_what_is_shown_can_be_read_back(amount, locale):
    shown = money.format_money(amount, "EUR", locale)
    assert money.parse_amount(shown, decimal_comma=locale in {"es_ES", "es_CL", "it_IT"}) == amount


def test_money_is_shown_as_the_country_writes_it():
    assert money.format_money(D("-1412.005"), "EUR", "es_ES") == "−1.412,01\u00a0€"
    assert money.format_money(D(1412), "CLP", "es_CL") == "$1.412"
    assert money.format_money(D("1412.5"), "EUR", "es_MX") == "EUR\u00a01,412.50"
    assert money.format_money(D("-12"), "EUR", "es_CL") == "EUR\u00a0−12,00"


@pytest.mark.parametrize(
    ("locale", "currency", "thousands", "millions"),
    [
        ("es_MX", "MXN", "$456.2 k", "−$1.4 M"),
        ("es_MX", "EUR", "EUR 456.2 k", "−EUR 1.4 M"),
        ("es_ES", "EUR", "456,2 mil €", "−1,4 M €"),
        ("es_ES", "MXN", "456,2 mil MXN", "−1,4 M MXN"),
        ("es_CO", "COP", "$456,2 k", "−$1,4 M"),
        ("it_IT", "EUR", "456.200 €", "−1,4 Mln €"),
        ("en", "USD", "$456.2K", "−$1.4M"),
    ],
)
def test_large_sums_are_shortened_where_the_country_puts_its_currency(locale, currency, thousands, millions):
    shown = [money.format_money(D(n), currency, locale, compact=True) for n in (456_200, -1_412_000)]
    assert [text.replace("\u00a0", " ") for text in shown] == [thousands, millions]
