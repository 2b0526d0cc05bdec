"""One organisation can't see another: the scope read at compile time, and PostgreSQL's wall behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.forms import modelform_factory

from nps_platform.customers.models import Account, Customer
from nps_platform.tenancy.models import AuditEntry, Unit
from nps_platform.tenancy.scope import ForeignOrganization, NoOrganization, entered
from tests.conftest import Cast

REFUSED: dict[str, Callable[[], object]] = {
    "list": lambda: list(Customer.objects.all()),
    "count": lambda: Customer.objects.count(),
    "exists": lambda: Customer.objects.exists(),
    "explain": lambda: Customer.objects.all().explain(),
    "update": lambda: Customer.objects.update(name="x"),
    "delete": lambda: Customer.objects.all().delete(),
    "union": lambda: list(Customer.objects.all().union(Customer.objects.all())),
    "values": lambda: list(Customer.objects.values_list("pk")),
    "create": lambda: Customer.objects.create(name="x"),
    "bulk_create": lambda: Customer.objects.bulk_create([Customer(name="x")]),
    "subquery": lambda: list(AuditEntry.objects.filter(pk__in=Customer.objects.values("pk"))),
    "form choices": lambda: list(modelform_factory(Customer, fields=["account"])().fields["account"].queryset),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("operation", REFUSED)
def test_no_tenant_query_compiles_outside_an_organisation(db: None, operation: str) -> None:
    with pytest.raises(NoOrganization):
        REFUSED[operation]()


def test_each_organisation_sees_only_its_own_rows_even_through_a_queryset_made_for_another(cast: Cast) -> None:
    with entered(cast.organization):
        unit = Unit.objects.create(name="Lima", code="lima")
        Customer.objects.create(name="Mercedes", unit=unit)
        made_inside = Customer.objects.filter(name__startswith="M")
        assert [c.name for c in unit.customers.all()] == ["Mercedes"]
    with entered(cast.other):
        assert list(made_inside) == []
        assert Customer.objects.filter(pk__gt=0).update(name="taken") == 0
        assert list(unit.customers.all()) == []


def test_a_row_of_another_organisation_is_not_written(cast: Cast) -> None:
    with entered(cast.organization):
        account = Account.objects.create(external_id="A1", name="Panadería Sol")
    with entered(cast.other), pytest.raises(ForeignOrganization):
        account.save()


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row-level security is PostgreSQL's: run with DATABASE_URL"
)
def test_forgetting_the_filter_returns_nothing_on_postgresql(cast: Cast) -> None:
    with entered(cast.organization):
        Customer.objects.create(name="Mercedes")
    assert Customer.all_tenants.count() == 0
    with entered(cast.other):
        assert Customer.all_tenants.count() == 0
    with entered(cast.organization):
        assert Customer.all_tenants.count() == 1
