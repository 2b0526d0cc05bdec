"""Looking for words as people type them: "llamo" finds "Llamó", "ELÍAS" finds "elias", on both engines.

A table that is searched carries a `folded_column(…)`. The database fills it, so no way of writing can forget it, and an
erased text leaves it at once. On PostgreSQL the function comes by migration, SQLite learns it with each connection.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, GeneratedField, Q, TextField, Value
from django.db.models.functions import Concat

from nps_platform.lib.words import fold

FUNCTION = "circulo_folded"


class Folded(Func):
    """SQL's twin of `words.fold`."""

    function = FUNCTION
    arity = 1
    output_field = TextField()


def folded_column(*columns: str) -> GeneratedField:
    """A column that the database keeps, of `columns` of its table."""
    return GeneratedField(expression=folded_lines(*columns), output_field=TextField(), db_persist=True)


def folded_lines(*columns: str) -> Folded:
    """`columns` folded, a line each, so that nobody finds the end of one with the beginning of the next."""
    lines = [part for name in columns for part in (Value("\n"), F(name))][1:]
    return Folded(Concat(*lines, output_field=TextField()) if len(lines) > 1 else F(*columns))


def found_in(column: str, asked: str) -> Q:
    """Rows whose folded `column` holds what was asked for; every row where nothing was."""
    words = " ".join(fold(asked).split())
    return Q(**{f"{column}__contains": words}) if words else Q()


def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """On every new SQLite connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _fold_sqlite, deterministic=True)


def _fold_sqlite(text: str | None) -> str | None:
    return None if text is None else fold(text)
