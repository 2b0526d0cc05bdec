"""What ⌘K leads to: pages one may open, the inbox's views, cases by number and by name; and the one list of keys."""

from __future__ import annotations

import re

import pytest

from closeloop.shortcuts import INBOX
from nps_platform.customers.models import Customer
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.shortcuts import EVERYWHERE, shortcuts_of
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

PALETTE = "/o/andina/palette/"


def found(cast: Cast, words: str = "", role: Role = Role.AGENT) -> dict[str, str]:
    client = cast.sign_in(cast.member(role))
    return {goal["label"]: goal["url"] for goal in client.get(PALETTE, {"q": words}).json()["goals"]}


def test_everybody_is_led_where_they_may_go(opens: Opens, cast: Cast) -> None:
    agent, finance, owner = (found(cast, role=role) for role in (Role.AGENT, Role.FINANCE, Role.OWNER))
    assert agent["Inbox"] == "/o/andina/inbox/" and agent["Overdue"] == "/o/andina/inbox/?view=overdue"
    assert "Value" not in agent and "Canned replies" not in agent
    assert finance["Value"] == "/o/andina/dashboards/money/" and "Overdue" not in finance
    assert owner["Canned replies"] == "/o/andina/settings/replies/"
    client = cast.sign_in(cast.member(Role.OWNER))
    assert {client.get(url).status_code for url in owner.values()} == {200}


@pytest.mark.parametrize("words", ["2", "#2", "jimenez", "Panadería", " SOL "])
def test_a_case_is_found_by_its_number_and_by_names(opens: Opens, cast: Cast, words: str) -> None:
    opens()
    other = Customer.objects.create(external_id="C2", name="Panaderia Sol Jiménez", email="sol@correo.example")
    opens(customer=other)
    assert found(cast, words) == {"Panaderia Sol Jiménez": "/o/andina/inbox/2/"}


def test_what_was_written_in_a_case_is_the_search_s_not_the_palette_s(opens: Opens, cast: Cast) -> None:
    opens(2, "Sigo sin internet")
    assert found(cast, "internet") == {} and found(cast, "%") == {} and found(cast, "x" * 5000) == {}


def test_cases_are_found_by_those_who_work_on_them(opens: Opens, cast: Cast) -> None:
    opens()
    assert found(cast, "Mercedes", Role.AGENT) and not found(cast, "Mercedes", Role.FINANCE)


def test_the_sheet_shows_every_key_once(opens: Opens, cast: Cast) -> None:
    opens()
    page = cast.sign_in(cast.bruno).get("/o/andina/inbox/1/").text
    sheet = dict(re.findall(r'data-shortcut="([\w.]+)" data-keys="([^"]+)"', page))
    listed = {one.command: " ".join(one.keys) for one in (*INBOX, *shortcuts_of(EVERYWHERE))}
    assert sheet == listed
    keys = " ".join(listed.values()).split()
    assert len(keys) == len(set(keys))
    assert 'data-command="case.assign" aria-keyshortcuts="a"' in page
