"""Customers on the screen: found, made, changed, erased, by those who may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nps_platform.customers import panels
from nps_platform.customers.actions import load_revenue, suppress, upsert_customers
from nps_platform.customers.models import Account, AttributeDefinition, Customer, RevenueEntry, Segment, Suppression
from nps_platform.customers.rows import CustomerRow, RevenueRow
from nps_platform.tenancy.models import AuditEntry, Unit
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

BASE = "/o/andina/customers/"


@pytest.fixture
def alicia(cast: Cast) -> Client:
    """Alicia's browser, with two customers in the house."""
    with entered(cast.organization):
        unit = Unit.objects.create(name="Lima", code="lim")
        Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
        upsert_customers(
            [
                CustomerRow(
                    external_id="100482",
                    name="Mercedes Aliaga",
                    email="mercedes@correo.example",
                    unit="lim",
                    account="SOL",
                    attributes={"plan": "fibra", "tenure": 34},
                ),
                CustomerRow(external_id="7", name="<script>alert(1)</script>"),
            ],
            by=None,
        )
        load_revenue(
            [RevenueRow("100482", date(2026, month, 1), Decimal("1412.5"), "EUR") for month in (1, 2)], by=None
        )
    return cast.sign_in(cast.alicia)


def mercedes(cast: Cast) -> Customer:
    with entered(cast.organization):
        return Customer.objects.select_related("account", "unit").get(external_id="100482")


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_finds_by_name_number_address_unit_and_segment(alicia: Client, cast: Cast) -> None:
    with entered(cast.organization):
        unit = Unit.objects.get()
        rules = {"match": "all", "conditions": [{"field": "external_id", "operator": "is", "value": "7"}]}
        segment = Segment.objects.create(name="Seven", rules=rules)
    everyone = text(alicia, BASE)
    assert "Mercedes Aliaga" in everyone and "2.825,00" in everyone and "2 customers" in everyone
    assert "<script>alert" not in everyone
    for query in ("q=aliaga", "q=%C3%81LIAGA", "q=1004", "q=mercedes%40corr", f"unit={unit.pk}"):
        found = text(alicia, f"{BASE}?{query}")
        assert "Mercedes" in found and "alert(1)" not in found
    assert "Mercedes" not in text(alicia, f"{BASE}?segment={segment.pk}")
    assert "Nobody found" in text(alicia, f"{BASE}?q=zzz")
    for nonsense in ("unit=x&segment=999999&after=-1", "after=99999999999999999999999", "before=%C3%A9"):
        assert alicia.get(f"{BASE}?{nonsense}").status_code == 200


def test_the_list_pages_by_keyset_there_and_back(alicia: Client, cast: Cast) -> None:
    with entered(cast.organization):
        upsert_customers([CustomerRow(external_id=f"n{n}", name=f"Number {n:03}") for n in range(118)], by=None)
    first = alicia.get(BASE)
    second = alicia.get(BASE + first.context["page"].next_url)
    third = alicia.get(BASE + second.context["page"].next_url)
    back = alicia.get(BASE + third.context["page"].previous_url)
    names = [[line.customer.pk for line in r.context["lines"]] for r in (first, second, third, back)]
    assert [len(n) for n in names] == [50, 50, 20, 50]
    assert len({pk for part in names[:3] for pk in part}) == 120 and names[3] == names[1]
    assert not third.context["page"].next_url and not first.context["page"].previous_url
    assert alicia.get(BASE + back.context["page"].previous_url).context["lines"][0].customer.pk == names[0][0]


def test_a_full_page_costs_as_many_queries_as_one_with_two(
    alicia: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as two:
        alicia.get(BASE)
    with entered(cast.organization):
        rows = [
            CustomerRow(external_id=f"n{n}", unit="lim", account=f"A{n}", email=f"{n}@x.example") for n in range(49)
        ]
        upsert_customers(rows, by=None)
        for n in range(20):
            suppress(f"{n}@x.example", reason="bounced")
    with django_assert_max_num_queries(len(two)):
        assert len(alicia.get(BASE).context["lines"]) == 50


def test_a_customer_is_made_by_form_and_what_is_wrong_stands_at_its_field(alicia: Client, cast: Cast) -> None:
    with entered(cast.organization):
        plan, tenure = AttributeDefinition.objects.get(key="plan"), AttributeDefinition.objects.get(key="tenure")
    typed = {"name": "Ana Ruiz", "external_id": "100482", "email": "", "unit": "lim", f"attribute_{tenure.pk}": "2.5"}
    again = alicia.post(BASE + "new/", typed)
    assert again.status_code == 200
    assert again.context["form"].errors == {"external_id": ["Another customer has this already."]}
    assert 'value="Ana Ruiz"' in again.content.decode()
    nobody = alicia.post(BASE + "new/", {"name": "Ana"})
    assert "Neither a customer number nor an e-mail" in nobody.content.decode()
    made = alicia.post(BASE + "new/", typed | {"external_id": "8", f"attribute_{plan.pk}": "móvil"})
    assert made.status_code == 302
    with entered(cast.organization):
        ana = Customer.objects.get(external_id="8")
        assert ana.attributes == {"plan": "móvil", "tenure": 2.5} and ana.unit is not None
        assert AuditEntry.objects.filter(action="customer.created", target_id=ana.pk, actor=cast.alicia).exists()


def test_editing_changes_clears_and_keeps_the_person_the_same(alicia: Client, cast: Cast) -> None:
    customer = mercedes(cast)
    path = f"{BASE}{customer.pk}/edit/"
    assert "fibra" in text(alicia, path)
    assert alicia.post(path, {"name": "Mercedes A.", "external_id": "100483", "email": ""}).status_code == 302
    with entered(cast.organization):
        customer.refresh_from_db()
        assert (customer.name, customer.external_id, customer.email) == ("Mercedes A.", "100483", "")
        assert (customer.unit, customer.account, customer.attributes) == (None, None, {})
    taken = alicia.post(path, {"name": "x", "external_id": "7"})
    assert taken.context["form"].errors == {"external_id": ["Another customer has this already."]}
    assert alicia.post(path, {"email": "solo@correo.example"}).status_code == 302
    with entered(cast.organization):
        customer.refresh_from_db()
        assert (customer.external_id, customer.email) == (None, "solo@correo.example")


def test_the_page_of_a_customer_shows_value_permissions_and_what_other_rooms_add(
    alicia: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = mercedes(cast)
    path = f"{BASE}{customer.pk}/"
    cast.alicia.user.language = "it"
    cast.alicia.user.save()
    assert "inglese" in text(alicia, path), "the language has a name in the reader's own"
    cast.alicia.user.language = "en"
    cast.alicia.user.save()
    monkeypatch.setattr(panels, "_MAKERS", [])
    panels.register_panel(
        lambda who, reader: panels.Panel("Cases", "customers/_state.html", {"of": who.pk}, note="two")
    )
    shown = text(alicia, path)
    assert "Cases" in shown and "2.825,00" in shown and "fibra" in shown and "Lima" in shown
    said = {"purpose": "feedback", "channel": "email", "granted": "no", "basis": "", "source": "call"}
    assert alicia.post(path + "permissions/", said).status_code == 302
    assert "refused" in text(alicia, path)
    silent = alicia.post(path + "permissions/", {"purpose": "feedback", "channel": "email"})
    assert "granted" in silent.context["permission_form"].errors
    assert alicia.post(path + "suppressions/", {"reason": "suppressed", "note": "asked by phone"}).status_code == 302
    with entered(cast.organization):
        row = Suppression.objects.get(address="mercedes@correo.example")
    assert "asked by phone" in text(alicia, path)
    assert alicia.post(f"{path}suppressions/{row.pk}/lift/").status_code == 302
    with entered(cast.organization):
        assert not Suppression.objects.exists()


def test_erasing_says_what_is_lost_and_leaves_no_name_anywhere(alicia: Client, cast: Cast) -> None:
    customer = mercedes(cast)
    with entered(cast.organization):
        suppress("mercedes@correo.example", reason="bounced")
    path = f"{BASE}{customer.pk}/"
    asked = text(alicia, path + "erase/")
    assert "can't be undone" in asked and "2 months of revenue" in asked
    assert mercedes(cast).erased_at is None
    assert alicia.post(path + "erase/").status_code == 302
    erased = text(alicia, path)
    assert "Erased customer" in erased and "100482" not in erased and "correo.example" not in erased
    assert alicia.get(path + "edit/").status_code == 302
    assert "sha256" not in text(alicia, BASE) and "sha256" not in erased
    with entered(cast.organization):
        assert RevenueEntry.objects.filter(is_erased=True).count() == 2


def test_attributes_are_named_renamed_and_dropped_with_their_values(alicia: Client, cast: Cast) -> None:
    made = alicia.post(BASE + "attributes/", {"label": "Contrato", "kind": "choice", "choices": "a\n\nb\na"})
    assert made.status_code == 302
    empty = alicia.post(BASE + "attributes/", {"label": "X", "kind": "choice", "choices": ""})
    assert "choices" in empty.context["form"].errors
    same = alicia.post(BASE + "attributes/", {"label": "contrato", "kind": "text"})
    assert "label" in same.context["form"].errors
    with entered(cast.organization):
        assert AttributeDefinition.objects.get(key="contrato").choices == ["a", "b"]
        plan = AttributeDefinition.objects.get(key="plan")
        rules = {"conditions": [{"field": "attribute:plan", "operator": "is", "value": "fibra"}]}
        segment = Segment.objects.create(name="Fibra", rules=rules)
    path = f"{BASE}attributes/{plan.pk}/"
    assert alicia.post(path, {"label": "Tarifa", "kind": "number"}).status_code == 302
    assert "Fibra" in alicia.post(path + "delete/", follow=True).content.decode()
    with entered(cast.organization):
        plan.refresh_from_db()
        assert (plan.label, plan.kind) == ("Tarifa", "text")
        segment.delete()
    assert alicia.post(path + "delete/").status_code == 302
    assert mercedes(cast).attributes == {"tenure": 34}


def test_attributes_stand_in_the_order_a_reader_expects(alicia: Client, cast: Cast) -> None:
    with entered(cast.organization):
        AttributeDefinition.objects.all().delete()
        for key, label in enumerate(("Zona", "edad", "Última visita", "Ámbito", "color")):
            AttributeDefinition.objects.create(key=f"a{key}", label=label)
    expected = ["Ámbito", "color", "edad", "Última visita", "Zona"]
    listed = alicia.get(BASE + "attributes/").context["definitions"]
    assert [definition.label for definition in listed] == expected
    asked = [f.label for f in alicia.get(f"{BASE}new/").context["form"] if f.name.startswith("attribute")]
    assert asked == expected


def test_a_segment_is_built_row_by_row_counted_live_and_saved(alicia: Client, cast: Cast) -> None:
    new = BASE + "segments/new/"
    assert "Fill in every condition" in text(alicia, new)
    row = {"name": "Fibre", "match": "all", "field": "attribute:plan", "operator": "is", "value": "fibra"}
    live = alicia.post(BASE + "segments/builder/", row, HTTP_HX_REQUEST="true").content.decode()
    assert "Mercedes Aliaga" in live and 'id="found"' in live
    grown = alicia.post(new, row | {"add": "1"})
    assert len(grown.context["form"].rows) == 2 and not grown.context["form"].errors
    shrunk = alicia.post(new, row | {"remove": "0"})
    assert shrunk.context["form"].rows == []
    bad = alicia.post(new, row | {"operator": "at_least", "save": "1"})
    assert bad.status_code == 200 and "Choose how to compare." in bad.content.decode()
    nameless = alicia.post(new, row | {"name": "", "save": "1"})
    assert "name" in nameless.context["form"].errors
    assert alicia.post(new, row | {"save": "1"}).status_code == 302
    with entered(cast.organization):
        segment = Segment.objects.get()
        assert segment.rules == {
            "match": "all",
            "conditions": [{"field": "attribute:plan", "operator": "is", "value": "fibra"}],
        }
    assert "Fibre" in text(alicia, BASE + "segments/")
    assert alicia.post(new, row | {"save": "1"}).context["form"].errors["name"]
    assert alicia.post(f"{BASE}segments/{segment.pk}/delete/").status_code == 302


def test_an_account_is_listed_with_its_people_and_renamed(alicia: Client, cast: Cast) -> None:
    with entered(cast.organization):
        account = Account.objects.get()
    assert "SOL" in text(alicia, BASE + "accounts/")
    assert "Mercedes Aliaga" in text(alicia, f"{BASE}accounts/{account.pk}/")
    renamed = alicia.post(f"{BASE}accounts/{account.pk}/", {"name": "Panadería Sol", "external_id": "SOL"})
    assert renamed.status_code == 302
    assert "Panadería Sol" in text(alicia, BASE + "accounts/?q=PANADERIA+SOL")


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE, Role.EXECUTIVE, Role.COLLABORATOR])
def test_only_those_who_may_see_customers_get_in(alicia: Client, cast: Cast, role: Role) -> None:
    client = cast.sign_in(cast.member(role))
    customer = mercedes(cast)
    for path in ("", "new/", f"{customer.pk}/", "segments/", "accounts/", "attributes/"):
        assert client.get(BASE + path).status_code == 403
    assert client.post(f"{BASE}{customer.pk}/erase/").status_code == 403


def test_carla_finds_nothing_of_it(alicia: Client, cast: Cast) -> None:
    carla, customer = cast.sign_in(cast.carla), mercedes(cast)
    assert carla.get(BASE).status_code == 404
    assert carla.get(f"/o/otra/customers/{customer.pk}/").status_code == 404
    assert carla.post(f"/o/otra/customers/{customer.pk}/erase/").status_code == 404
    assert "Mercedes" not in text(carla, "/o/otra/customers/")
    assert mercedes(cast).erased_at is None
