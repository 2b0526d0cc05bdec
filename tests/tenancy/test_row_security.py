"""PostgreSQL's wall: a policy for every tenant table, from its migrations, and a check that misses none."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from nps_platform import checks
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.rls import OUTSIDE, RowSecurity
from nps_platform.tenancy.scope import entered, tenant_models
from tests.conftest import Cast

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="PostgreSQL's own: run with DATABASE_URL"
)


def test_every_tenant_table_gets_its_policy_from_a_migration() -> None:
    walled = {
        (label, operation.model_name.lower())
        for (label, _name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, RowSecurity)
    }
    models = {(model._meta.app_label, model._meta.model_name) for model in tenant_models()}
    assert models - walled == set()
    assert {model._meta.label for model in tenant_models()} & OUTSIDE == set()


def test_the_system_check_finds_no_table_without_a_wall(db: None) -> None:
    found = run_checks(databases=["default"])
    assert [one for one in found if one.id in {"circulo.E002", "circulo.E003"}] == []


@needs_postgresql
def test_the_system_check_finds_a_table_that_lost_its_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tenancy_unit NO FORCE ROW LEVEL SECURITY")
    found = checks.every_tenant_table_has_its_wall(databases=["default"])
    assert [one.id for one in found] == ["circulo.E003"] and "tenancy_unit" in found[0].msg


@needs_postgresql
def test_raw_sql_meets_the_wall_too(cast: Cast) -> None:
    with entered(cast.organization):
        Unit.objects.create(name="Lima", code="lima")
    with entered(cast.other), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_unit")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE tenancy_unit SET name = 'taken'")
        assert cursor.rowcount == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(
                "INSERT INTO tenancy_unit (organization_id, name, code, kind, path) VALUES (%s, 'x', 'x', 'region', '/')",
                [cast.organization.pk],
            )


@needs_postgresql
def test_the_tests_role_can_not_bypass_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
