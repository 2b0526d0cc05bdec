"""A connection that is kept from request to request: not asked each time whether it lives, and not believed when it doesn't."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from django.db import close_old_connections, connection

from nps_platform.lib.postgresql import base

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own: run with DATABASE_URL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def beside() -> Iterator[psycopg2.extensions.cursor]:
    """Another client of the same server."""
    at = {name: connection.settings_dict[name.upper()] or None for name in ("host", "port", "user", "password")}
    other = psycopg2.connect(dbname=connection.settings_dict["NAME"], **at)
    other.autocommit = True
    with other.cursor() as cursor:
        yield cursor
    other.close()


def served(statement: str) -> int:
    """One request that sends `statement`; the process of the server that answered."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert connection.connection is not None
    return int(connection.connection.info.backend_pid)


def last_heard(beside: psycopg2.extensions.cursor, process: int) -> str:
    beside.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [process])
    return str(beside.fetchone()[0])  # type: ignore[index]


def begin_request() -> None:
    close_old_connections()
    connection.close_if_health_check_failed()


def test_a_connection_in_use_is_not_asked_before_each_request(beside: psycopg2.extensions.cursor) -> None:
    served("SELECT 1")
    process = served("SELECT 'an answer'")
    begin_request()
    assert "an answer" in last_heard(beside, process)


def test_one_that_was_not_heard_for_a_while_is_asked(
    beside: psycopg2.extensions.cursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = served("SELECT 'an answer'")
    monkeypatch.setattr(base, "ASKED_EVERY", 0.0)
    begin_request()
    assert last_heard(beside, process) == "SELECT 1"
    assert served("SELECT 1") == process


def test_one_that_the_server_ended_is_replaced_before_it_is_needed(beside: psycopg2.extensions.cursor) -> None:
    served("SELECT 1")
    process = served("SELECT 1")
    beside.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert served("SELECT 1") != process


def test_one_that_failed_is_asked(beside: psycopg2.extensions.cursor) -> None:
    process = served("SELECT 1")
    with pytest.raises(Exception, match="no_such_table"):
        served("SELECT * FROM no_such_table")
    close_old_connections()
    assert last_heard(beside, process) == "SELECT 1"
    assert served("SELECT 'again'") == process
