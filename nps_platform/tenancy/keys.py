"""Foreign keys of tables that take rows by the hundred thousand, kept once a statement (PostgreSQL only; decision 25).

A FOREIGN KEY looks each row's parent up and locks it, one by one: half the time of planning a wave. Here a trigger looks a
statement's rows up together: once for all keys that most rows share, and by one range of ids where each row has a parent of its
own (`many`) and those stand close together. A parent that goes is looked for in the table as a FOREIGN KEY does it. Beyond one,
it holds rows to parents of their own organisation. SQLite keeps the FOREIGN KEYs of the models.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection as default_connection
from django.db import models
from django.db.migrations.operations.base import Operation

# From so many rows on parents are read by their range, where at least one of so many ids in it is meant.
A_RANGE, SPARSE = 100, 4


@dataclass(frozen=True)
class _Key:
    """One foreign key: a column of `table` and the table whose ids stand in it."""

    table: str
    column: str
    parent: str
    company: str  # the parent's column that says whose it is

    @classmethod
    def of(cls, field: Any) -> _Key:
        parent = field.remote_field.model
        of_company = any(other.name == "organization" for other in parent._meta.fields)
        return cls(
            field.model._meta.db_table, field.column, parent._meta.db_table, "organization_id" if of_company else "id"
        )

    @property
    def watch(self) -> str:
        """The name of the function and the trigger that look when a parent goes."""
        return f"{self.table}_{self.column}_kept"

    def refused(self, what: str) -> str:
        message = f"'{self.table}.{self.column}: {what}'"
        return (
            f"RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = {message},"
            f" TABLE = '{self.table}', COLUMN = '{self.column}';"
        )

    @property
    def missing(self) -> str:
        """SQL that is true for a row of `named` whose parent does not stand, or is another organisation's: looked up by its id,
        since joined a large table of parents would be read whole."""
        return (
            f"(named.{self.column} IS NOT NULL AND (SELECT p.id FROM {self.parent} p WHERE p.id = named.{self.column}"  # noqa: S608
            f" AND p.{self.company} = named.organization_id) IS NULL)"
        )

    def look_up(self, rows: str) -> str:
        """Refuse `rows` with a parent that does not stand; each is looked up once."""
        named = _named([self], rows)
        return f"IF EXISTS (SELECT 1 FROM {named} WHERE {self.missing}) THEN {self.refused('no such parent')} END IF;"  # noqa: S608

    def look_up_range(self, rows: str) -> str:
        """The same for many rows with parents of their own: those between the lowest and the highest are read in a row, if most
        of them are meant."""
        column = self.column
        return (
            f"SELECT min({column}), max({column}), count(*) INTO low, high, many FROM {rows};"  # noqa: S608
            f" IF many >= {A_RANGE} AND high - low < many * {SPARSE} THEN"
            f" IF EXISTS (SELECT 1 FROM {rows} named WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {self.parent} p"
            f" WHERE p.id BETWEEN low AND high AND p.id = named.{column} AND p.{self.company} = named.organization_id))"
            f" THEN {self.refused('no such parent')} END IF; ELSE {self.look_up(rows)} END IF;"
        )


def _named(keys: list[_Key], rows: str) -> str:
    columns = dict.fromkeys(("organization_id", *(key.column for key in keys)))
    return f"(SELECT DISTINCT {', '.join(columns)} FROM {rows}) named"  # noqa: S608


def _look_up_together(keys: list[_Key], rows: str) -> str:
    """Refuse `rows` by keys that take few values: read once for all of them, one by one only to say which it was."""
    named = _named(keys, rows)
    missing = " OR ".join(key.missing for key in keys)
    each = " ".join(key.look_up(rows) for key in keys)
    return f"IF EXISTS (SELECT 1 FROM {named} WHERE {missing}) THEN {each} END IF;"  # noqa: S608


def _lock(company: str, *, alone: bool) -> str:
    """Rows are added beside one another; a parent goes only when nobody is adding, and what was added is seen.

    One lock an organisation, whatever the table: a parent of two tables that goes would else wait for the one while somebody
    who holds it waits for the other.
    """
    name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    return f"PERFORM {name}(hashtextextended('keys', {company}))"


def _function(name: str, body: str, declare: str = "", settings: str = "") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {settings}"
        f" AS $body${declare} BEGIN {body} RETURN NULL; END $body$"
    )


def _statements(table: str, keys: list[_Key], many: Collection[str]) -> list[str]:
    added, changed = f"{table}_keys_added", f"{table}_keys_changed"
    companies = "(SELECT DISTINCT organization_id FROM added) companies"
    moved = " OR ".join(f"OLD.{key.column} IS DISTINCT FROM NEW.{key.column}" for key in keys)
    ranged = [key for key in keys if key.column in many]
    return [
        _function(
            added,
            f"{_lock('organization_id', alone=False)} FROM {companies}; "
            + _look_up_together([key for key in keys if key not in ranged], "added")
            + " ".join(key.look_up_range("added") for key in ranged),
            " DECLARE low bigint; high bigint; many bigint;",
            "SET jit = off",
        ),
        f"DROP TRIGGER IF EXISTS {added} ON {table}",
        f"CREATE TRIGGER {added} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {added}()",
        _function(
            changed,
            f"{_lock('NEW.organization_id', alone=False)}; "
            + " ".join(key.look_up("(SELECT NEW.*) changed") for key in keys),
        ),
        f"DROP TRIGGER IF EXISTS {changed} ON {table}",
        f"CREATE TRIGGER {changed} AFTER UPDATE OF {', '.join(key.column for key in keys)} ON {table}"
        f" FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION {changed}()",
        *(statement for key in keys for statement in _watch(key)),
    ]


def _watch(key: _Key) -> list[str]:
    """What a parent that goes meets: at commit, as with a deferred FOREIGN KEY, so that its rows may go in any order."""
    company = f"OLD.{key.company}"
    body = (
        f"{_lock(company, alone=True)};"  # noqa: S608
        # Its own organisation's rows are meant, whichever was entered last.
        f" PERFORM set_config('app.organization', {company}::text, true);"
        f" held := EXISTS (SELECT 1 FROM {key.table} r WHERE r.organization_id = {company} AND r.{key.column} = OLD.id)"
        f" AND NOT EXISTS (SELECT 1 FROM {key.parent} p WHERE p.id = OLD.id);"
        " PERFORM set_config('app.organization', coalesce(entered, ''), true);"
        f" IF held THEN {key.refused('still names what was deleted')} END IF;"
    )
    declare = " DECLARE held boolean; entered text := current_setting('app.organization', true);"
    return [
        _function(key.watch, body, declare),
        f"DROP TRIGGER IF EXISTS {key.watch} ON {key.parent}",
        f"CREATE CONSTRAINT TRIGGER {key.watch} AFTER DELETE OR UPDATE OF id ON {key.parent}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {key.watch}()",
    ]


class KeysByStatement(Operation):
    """Migration step: all foreign keys of one tenant model are kept by statement (PostgreSQL only); again where one was added.

    `many`: the keys by which each row of a large statement has a parent of its own.
    """

    reduces_to_sql = True
    reversible = True
    elidable = False

    def __init__(self, model_name: str, many: Collection[str] = ()) -> None:
        self.model_name = model_name
        self.many = many

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        for field in _foreign_keys(model):
            for name in schema_editor._constraint_names(model, [field.column], foreign_key=True):
                schema_editor.execute(schema_editor._delete_fk_sql(model, name))
        fields = _foreign_keys(model)
        many = {field.column for field in fields if field.name in self.many}
        for statement in _statements(model._meta.db_table, [_Key.of(field) for field in fields], many):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for name in (f"{table}_keys_added", f"{table}_keys_changed", *(_Key.of(f).watch for f in _foreign_keys(model))):
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
        for field in _foreign_keys(model):
            if not schema_editor._constraint_names(model, [field.column], foreign_key=True):
                schema_editor.execute(
                    schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"), params=None
                )

    def describe(self) -> str:
        return f"Keep the foreign keys of {self.model_name} by statement"


def _foreign_keys(model: type[models.Model]) -> list[Any]:
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey) and getattr(f, "db_constraint", False)
    ]


def keys_without_keeper() -> list[str]:
    """Foreign keys, as "table.column", that exist in PostgreSQL without a constraint or triggers; [] on SQLite."""
    if default_connection.vendor != "postgresql":
        return []
    with default_connection.cursor() as cursor:
        # What is not migrated yet is no defect: this runs before `migrate` too.
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns")
        existing = set(cursor.fetchall())
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(f.conkey) WHERE f.contype = 'f'"
        )
        constraints = set(cursor.fetchall())
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        triggers = {name for (name,) in cursor.fetchall()}
    keys = [_Key.of(f) for m in apps.get_models() if m._meta.managed for f in _foreign_keys(m)]
    return [
        f"{key.table}.{key.column}"
        for key in keys
        if (key.table, key.column) in existing - constraints
        and not {f"{key.table}_keys_added", f"{key.table}_keys_changed", key.watch} <= triggers
    ]
