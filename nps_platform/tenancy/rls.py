"""PostgreSQL's own wall: row-level security on every tenant table, and the setting that its policies read.

The application's role owns nothing and can't bypass; policies are FORCEd, so they bind the owner (migrations) too. The
current organisation travels in the same round trip as each statement, as `SET LOCAL`: nothing to forget on a pooled
connection. On SQLite all of this is absent and the compile-time scope alone stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

from nps_platform.tenancy.current import current_organization_id

POLICY = "organization_wall"
# Outside the wall: they say who may enter which organisation, or are asked before one is known.
OUTSIDE = frozenset({"tenancy.Organization", "tenancy.User", "tenancy.Membership", "tenancy.ApiKey", "tenancy.Due"})
# Only statements that touch rows carry the setting: CREATE DATABASE allows no company, an aborted transaction no SET.
_TOUCHES_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "EXPLAIN", "(")


class RowSecurity(Operation):
    """Migration step: put one tenant model's table behind the wall (PostgreSQL only)."""

    reduces_to_sql = True
    reversible = True
    elidable = False

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        mine = "organization_id = NULLIF(current_setting('app.organization', true), '')::bigint"
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY {POLICY} ON {table} USING ({mine}) WITH CHECK ({mine})")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"DROP POLICY IF EXISTS {POLICY} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Put {self.model_name} behind the organisation wall"


def carry_organization(execute: Callable, sql: Any, params: Any, many: bool, context: dict) -> Any:
    """Execute wrapper: prefix each statement with the current organisation, valid for its transaction only."""
    organization_id = current_organization_id()
    if not isinstance(sql, str) or not sql.lstrip()[:9].upper().startswith(_TOUCHES_ROWS):
        return execute(sql, params, many, context)
    value = int(organization_id) if organization_id is not None else ""
    if many:
        # executemany runs the statement once per row: the setting goes ahead on its own, inside the open transaction.
        execute(f"SET LOCAL app.organization = '{value}'", None, False, context)
        return execute(sql, params, many, context)
    return execute(f"SET LOCAL app.organization = '{value}'; {sql}", params, many, context)


def build_wall(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """On every new PostgreSQL connection: carry the organisation from now on."""
    if connection.vendor == "postgresql" and carry_organization not in connection.execute_wrappers:
        connection.execute_wrappers.append(carry_organization)


def unprotected_tables(tables: list[str]) -> list[str]:
    """Those of `tables` that exist in PostgreSQL without a forced policy; [] on SQLite."""
    if default_connection.vendor != "postgresql":
        return []
    with default_connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND NOT (c.relrowsecurity"
            " AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))",
            [tables],
        )
        return [row[0] for row in cursor.fetchall()]
