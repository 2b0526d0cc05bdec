"""Six employees answer through their unit's link; then somebody reads every table, every message, the cache and the log."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from nps_platform.lib.logs import WithoutTokens
from nps_platform.tenancy.models import Organization
from responses.employees import this_quarter
from responses.models import EmployeeGroup
from surveys.models import Collector
from tests.employees import employee_survey, unit_link

ADDRESS, BROWSER = "203.0.113.77", "Kiosk-of-Ana/7.1"
SCORES = (10, 9, 8, 6, 3, 0)


@pytest.fixture
def link(inside: Organization) -> Collector:
    cache.clear()
    return unit_link(employee_survey(), "Lima")


def _send(link: Collector, score: int, **fields: Any):
    page = Client().get(f"/l/{link.token}")
    once = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert once
    told = {"score": score, "once": once[1], "language": "en", **fields}
    headers = {"accept-language": "gn, en", "user-agent": BROWSER}
    return Client(REMOTE_ADDR=ADDRESS, headers=headers).post(f"/l/{link.token}", told)


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Every table of the database, as an export holds them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def test_whoever_has_the_database_finds_nobody_and_no_hour(link: Collector) -> None:
    before = _rows()
    begun = timezone.now()
    for number, score in enumerate(SCORES):
        answer = _send(link, score, comment=f"Words {number}", **{"q-shifts": "2"})
        assert answer.status_code == 200 and not answer.cookies
        assert "Set-Cookie" not in answer
    after = _rows()

    changed = {table for table in after if after[table] != before.get(table)}
    assert changed == {"responses_employeegroup"} | (changed & {"sqlite_sequence"})
    (row,) = after["responses_employeegroup"]
    assert row["n"] == len(SCORES) and str(row["quarter"])[:10] == this_quarter().isoformat()
    assert set(row) == {
        "id",
        "organization_id",
        "survey_id",
        "unit_id",
        "quarter",
        "state",
        "n",
        "scores",
        "tallies",
        "words",
    }
    whole = json.dumps(after["responses_employeegroup"], default=str)
    for trace in (ADDRESS, BROWSER, "gn", f"{begun:%H:%M}", f"{begun + timedelta(minutes=1):%H:%M}"):
        assert trace not in whole
    # One sum for all: no row, no list that holds a person's score beside their words, or one after the other.
    group = EmployeeGroup.objects.get()
    assert sum(group.scores) == len(SCORES) and group.tallies == {"shifts": {"2": 6, "": 6}}
    assert all(set(word) == {"key", "nps_class", "text"} for word in group.words)


def test_their_words_do_not_stand_in_the_order_they_came(link: Collector) -> None:
    told = [f"Words {number:02}" for number in range(20)]
    for text in told:
        _send(link, 9, comment=text)
    kept = [word["text"] for word in EmployeeGroup.objects.get().words]
    assert sorted(kept) == told and kept != told and kept[-1:] + kept[:1] != told[-1:] + told[:1]


def test_what_the_cache_holds_names_no_address_and_no_answer(link: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    plain = cache.add

    def add(*told: Any, **named: Any) -> bool:
        asked.append(told)
        return plain(*told, **named)

    monkeypatch.setattr(cache, "add", add)
    _send(link, 3, comment="Words")
    assert sorted(str(key).partition(":")[0] for key, _value in asked) == ["employees", "once"]
    assert {value for _key, value in asked} == {1} and f"employees:{link.pk}" in {key for key, _value in asked}
    assert not [key for key, _value in asked if ADDRESS in key or str(link.pk) == key.partition("once:")[2]]


def test_the_log_says_nothing(link: Collector) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__.get('request', '')}")

    handler = Kept()
    handler.addFilter(WithoutTokens())
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("django.request").addHandler(handler)
    try:
        _send(link, 3)
        _send(link, 12)
    finally:
        root.removeHandler(handler)
        logging.getLogger("django.request").removeHandler(handler)
    assert not [line for line in lines if link.token in line.partition(" <")[0] or ADDRESS in line or BROWSER in line]


def test_a_second_tap_counts_once_and_nothing_can_be_changed(link: Collector) -> None:
    once = "0b0f4c1e-64a8-4a6e-9f0d-0a2f5d5f7a11"
    first = Client().post(f"/l/{link.token}", {"score": "9", "once": once})
    again = Client().post(f"/l/{link.token}", {"score": "1", "once": once})
    assert "it was counted once" not in first.content.decode()
    assert "it was counted once" in again.content.decode()
    assert EmployeeGroup.objects.get().n == 1
    assert Client().post(f"/l/{link.token}", {"score": "4"}).status_code == 200  # a program sends the score alone
    assert EmployeeGroup.objects.get().n == 2


def test_nobody_is_asked_for_a_name_and_nothing_follows(link: Collector) -> None:
    page = Client().get(f"/l/{link.token}").content.decode().partition("</style>")[2]
    for field in ("contact", 'name="name"', "address", "receipt", "nickname", "<script"):
        assert field not in page
    said = _send(link, 0, comment="Call me", contact="1", contact_asked="dpr", name="Ana", address="ana@correo.example")
    assert "ana@correo.example" not in json.dumps(EmployeeGroup.objects.get().words)
    for leads in ("/c/", "/thanks", "correct"):
        assert leads not in said.content.decode()
    assert Client().get(f"/l/{link.token}/privacy").status_code == 200


def test_a_bad_answer_is_asked_for_again_with_what_was_written(link: Collector) -> None:
    page = Client().post(f"/l/{link.token}", {"score": "", "comment": "Kept words"})
    assert page.status_code == 422 and "Kept words" in page.content.decode()
    assert not EmployeeGroup.objects.exists()


def test_a_flood_is_slowed_for_all_alike(link: Collector) -> None:
    codes = [Client().post(f"/l/{link.token}", {"score": "9"}).status_code for _n in range(122)]
    assert codes[:120] == [200] * 120 and codes[-1] == 429


def test_a_closed_link_takes_nothing(link: Collector) -> None:
    Collector.objects.filter(pk=link.pk).update(is_open=False)
    assert Client().get(f"/l/{link.token}").status_code == 410
    assert Client().post(f"/l/{link.token}", {"score": "9"}).status_code == 410
