"""Customers come in row by row, are known by number, else by address, and repeating it changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nps_platform.customers.actions import erase_customer, load_revenue, suppress, upsert_customers
from nps_platform.customers.models import (
    Account,
    AttributeDefinition,
    Customer,
    CustomerPermission,
    RevenueEntry,
    Suppression,
)
from nps_platform.customers.rows import CustomerRow, PermissionRow, RevenueRow, RowStatus
from nps_platform.tenancy.models import AuditEntry, Organization, Unit
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast


def upsert(*rows: CustomerRow) -> list[str]:
    return [result.status.value for result in upsert_customers(rows, by=None)]


def revenue(customer: str, amount: str = "10", month: int = 3, currency: str = "EUR") -> RevenueRow:
    return RevenueRow(customer, date(2026, month, 1), Decimal(amount), currency)


MERCEDES = CustomerRow(
    external_id="100482",
    name="Mercedes Aliaga",
    email="Mercedes@correo.example",
    language="es-PE",
    account="A-7",
    joined_on=date(2019, 3, 14),
    attributes={"plan": "fibra", "tenure": 34, "score_ok": True},
    permissions=(PermissionRow("feedback", "email", basis="contract", at=datetime(2026, 1, 2, tzinfo=UTC)),),
)


def test_a_repeated_row_is_unchanged_and_a_changed_one_updates_only_what_it_says(inside: Organization) -> None:
    assert upsert(MERCEDES) == ["created"]
    assert upsert(MERCEDES) == ["unchanged"]
    assert upsert(CustomerRow(external_id="100482", phone="987 650 114", attributes={"tenure": 35})) == ["updated"]
    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.language) == ("Mercedes Aliaga", "987 650 114", "es")
    assert customer.attributes == {"plan": "fibra", "tenure": 35, "score_ok": True}
    assert customer.account is not None and customer.account.external_id == "A-7"
    assert CustomerPermission.objects.count() == 1
    kinds = dict(AttributeDefinition.objects.values_list("key", "kind"))
    assert kinds == {"plan": "text", "tenure": "number", "score_ok": "boolean"}


def test_an_empty_text_clears_and_nothing_said_leaves(inside: Organization) -> None:
    upsert(MERCEDES)
    cleared = CustomerRow(
        external_id="100482", name="", account="", attributes={"plan": None}, clears=frozenset({"joined_on"})
    )
    assert upsert(cleared) == ["updated"]
    customer = Customer.objects.get()
    assert (customer.name, customer.account, customer.joined_on, customer.language) == ("", None, None, "es")
    assert "plan" not in customer.attributes and customer.email == "Mercedes@correo.example"


def test_without_a_number_the_address_identifies_and_a_number_that_comes_later_is_kept(inside: Organization) -> None:
    assert upsert(CustomerRow(email="ana@correo.example", name="Ana")) == ["created"]
    assert upsert(CustomerRow(email="ANA@correo.example", name="Ana Ruiz")) == ["updated"]
    assert upsert(CustomerRow(external_id="7", email="ana@correo.example")) == ["updated"]
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name) == ("7", "Ana Ruiz")


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (CustomerRow(name="Nobody"), "external_id", "no_identity"),
        (CustomerRow(external_id="1", email="lucas@@correo"), "email", "invalid_email"),
        (CustomerRow(external_id="x" * 101), "external_id", "too_long"),
        (CustomerRow(external_id="sha256:abc"), "external_id", "malformed"),
        (CustomerRow(external_id="1", unit="Atlantis"), "unit", "unknown_unit"),
        (CustomerRow(external_id="1", language="klingon!"), "language", "unknown_language"),
        (CustomerRow(external_id="1", language="zz"), "language", "unknown_language"),
        (CustomerRow(external_id="1", joined_on=date(1066, 10, 14)), "joined_on", "out_of_range"),
        (CustomerRow(external_id="1", attributes={"age": "old"}), "attributes.age", "number_malformed"),
        (CustomerRow(external_id="1", attributes={"a b": "x"}), "attributes.a b", "attribute_name"),
        (CustomerRow(external_id="1", permissions=(PermissionRow("spam", "email"),)), "permissions", "unknown_purpose"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_good_one_beside_it_stays(
    inside: Organization, row: CustomerRow, field: str, code: str
) -> None:
    AttributeDefinition.objects.create(key="age", label="Age", kind="number")
    bad, good = upsert_customers([row, CustomerRow(external_id="fine")], by=None)
    assert bad.status == RowStatus.REFUSED
    assert [(problem.field, problem.code) for problem in bad.errors] == [(field, code)]
    assert good.status == RowStatus.CREATED
    assert [c.external_id for c in Customer.objects.all()] == ["fine"]


def test_characters_that_no_database_keeps_are_dropped(inside: Organization) -> None:
    assert upsert(CustomerRow(external_id="1\x00", name="A\x00na\ud800", attributes={"note": "x\x00y"})) == ["created"]
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name, customer.attributes) == ("1", "Ana", {"note": "xy"})


def test_units_are_found_by_code_or_name_and_only_ones_own(cast: Cast) -> None:
    with entered(cast.other):
        Unit.objects.create(name="Milano", code="mi")
    with entered(cast.organization):
        lima = Unit.objects.create(name="Lima Centro", code="LIM")
        rows = [CustomerRow(external_id=str(n), unit=u) for n, u in enumerate(("lim", "LIMA CENTRO", "mi"))]
        assert upsert(*rows) == ["created", "created", "refused"]
        assert set(Customer.objects.values_list("unit", flat=True)) == {lima.pk}


def test_a_thousand_rows_cost_as_many_queries_as_one_to_find(inside: Organization) -> None:
    def queries(rows: list[CustomerRow]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            upsert(*rows)
        return sum(
            not q["sql"].lstrip("(").startswith("INSERT") and "INSERT INTO" not in q["sql"]
            for q in seen.captured_queries
        )

    few = queries([CustomerRow(external_id="0", email="0@x.example")])
    many = queries([CustomerRow(external_id=str(n), email=f"{n}@x.example") for n in range(1, 600)])
    assert many <= few


def test_revenue_of_an_unknown_customer_waits_and_finds_them_when_they_come(inside: Organization) -> None:
    result = load_revenue([revenue("100482", "70.35"), revenue("100482", "9", 4)], by=None)
    assert (result.created, result.unmatched, result.unmatched_amounts) == (2, 2, {"EUR": Decimal("79.35")})
    upsert(MERCEDES)
    entries = RevenueEntry.objects.all()
    assert {e.customer.external_id for e in entries if e.customer} == {"100482"} and len(entries) == 2
    assert {e.account.external_id for e in entries if e.account} == {"A-7"}


def test_the_same_month_again_replaces_and_says_so(inside: Organization) -> None:
    upsert(MERCEDES)
    rows = [revenue("100482", "70.35"), revenue("100482", "5", currency="USD")]
    assert load_revenue(rows, by=None).created == 2
    again = load_revenue([*rows[:1], revenue("100482", "6", currency="USD")], by=None)
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
    assert again.amounts == {"EUR": Decimal("70.35"), "USD": Decimal(6)}
    twice = load_revenue([revenue("100482", "1"), revenue("100482", "2")], by=None)
    assert twice.amounts == {"EUR": Decimal(2)}
    assert RevenueEntry.objects.get(currency="EUR").amount == Decimal(2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (revenue(""), "no_identity"),
        (revenue("1", "1e13"), "out_of_range"),
        (revenue("1", "NaN"), "out_of_range"),
        (revenue("1", "0.00001"), "too_precise"),
        (revenue("1", currency="XXQ"), "unknown_currency"),
        (revenue("1", currency="XXX"), "unknown_currency"),
        (RevenueRow("1", date(1800, 1, 1), Decimal(1), "EUR"), "out_of_range"),
    ],
)
def test_malformed_revenue_is_refused_and_the_rest_comes_in(inside: Organization, row: RevenueRow, code: str) -> None:
    result = load_revenue([row, revenue("2")], by=None)
    assert (result.refused, result.created) == (1, 1)
    assert [(index, problem.code) for index, problem in result.errors] == [(0, code)]


def test_an_erased_person_leaves_the_arithmetic_and_cannot_come_back(inside: Organization) -> None:
    upsert(MERCEDES)
    load_revenue([revenue("100482", "70.35"), revenue("mercedes@correo.example", "5", 4)], by=None)
    suppress("mercedes@correo.example", reason="unsubscribed")
    customer = Customer.objects.get()
    erase_customer(customer, by=None)

    kept = Customer.objects.get()
    assert (kept.name, kept.email, kept.phone, kept.attributes) == ("", "", "", {})
    assert "100482" not in (kept.external_id or "") and kept.erased_at
    assert set(RevenueEntry.objects.values_list("is_erased", "customer")) == {(True, None)}
    assert not RevenueEntry.objects.filter(customer_ref__in=["100482", "mercedes@correo.example"]).exists()
    assert [s.reason for s in Suppression.objects.all()] == ["erased"]
    assert all("ercedes" not in s.address for s in Suppression.objects.all())

    assert upsert(MERCEDES, CustomerRow(email="mercedes@correo.example")) == ["refused", "refused"]
    again = load_revenue([revenue("100482", "80"), revenue("Mercedes@correo.example", "5", 4)], by=None)
    assert (again.updated, again.unchanged, again.created, again.unmatched) == (1, 1, 0, 0)
    assert sum(RevenueEntry.objects.values_list("amount", flat=True)) == 85
    text = str(list(AuditEntry.objects.values_list("data", "actor_label")))
    assert "ercedes" not in text and "100482" not in text


def test_a_stronger_reason_replaces_a_weaker_one_and_never_the_other_way(inside: Organization) -> None:
    upsert(MERCEDES)
    suppress("Mercedes@correo.example", reason="bounced", note="550")
    suppress("mercedes@correo.example", reason="unsubscribed")
    suppress("mercedes@correo.example", reason="bounced")
    row = Suppression.objects.get()
    assert (row.reason, row.customer) == ("unsubscribed", Customer.objects.get())


def test_an_address_that_another_customer_shares_stays_suppressed(inside: Organization) -> None:
    upsert(CustomerRow(external_id="1", email="casa@x.example"), CustomerRow(external_id="2", email="casa@x.example"))
    suppress("casa@x.example", reason="unsubscribed")
    erase_customer(Customer.objects.get(external_id="1"), by=None)
    assert Suppression.objects.filter(address="casa@x.example", reason="unsubscribed").exists()


def test_accounts_are_made_once(inside: Organization) -> None:
    upsert(*(CustomerRow(external_id=str(n), account="Panadería Sol") for n in range(3)))
    upsert(CustomerRow(external_id="9", account="Panadería Sol"))
    account = Account.objects.get()
    assert account.contacts.count() == 4
