"""An agent's day in a real browser: the keyboard alone, cases that come by themselves, words that aren't lost."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from closeloop.models import Case, CaseEvent
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import entered
from tests.browser.conftest import Arrives, SignIn
from tests.browser.looking import flaws
from tests.conftest import Cast


def test_an_agent_works_a_case_without_touching_the_mouse(inbox: Page, cast: Cast) -> None:
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", name="Tomas", level=2)).to_be_visible()
    inbox.keyboard.press("k")
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()

    inbox.keyboard.press("r")
    expect(inbox.get_by_label("Write to the customer…")).to_be_focused()
    inbox.keyboard.type("Vamos hoy.")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.locator(".timeline").get_by_text("Vamos hoy.")).to_be_visible()
    expect(inbox.get_by_label("Write to the customer…")).to_have_value("")

    inbox.keyboard.press("e")
    expect(inbox.get_by_label("Root cause")).to_be_focused()
    inbox.keyboard.type("Billing")
    inbox.keyboard.press("Tab")
    inbox.keyboard.type("Solved")
    inbox.keyboard.press("Tab")
    expect(inbox.get_by_label("What the customer reads")).to_be_focused()
    inbox.keyboard.press("Control+a")
    inbox.keyboard.type("Corregimos el cobro.")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.get_by_role("dialog")).to_be_hidden()
    expect(inbox.get_by_text("Case resolved.")).to_be_visible()
    expect(inbox.locator("#row-1")).to_contain_text("Resolved")
    with entered(cast.organization):
        case = Case.objects.get(number=1)
        assert (case.state, case.outcome, case.root_cause and case.root_cause.key) == ("resolved", "solved", "billing")
        assert Message.objects.filter(kind="reply", to_address="mercedes@correo.example").count() == 1


def test_a_draft_outlives_a_glance_at_another_case_and_a_reload(inbox: Page) -> None:
    inbox.get_by_role("link", name="Mercedes").click()
    inbox.keyboard.press("n")
    expect(inbox.get_by_label("Write a note for colleagues…")).to_be_focused()
    inbox.keyboard.type("El nodo tuvo una avería")
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", name="Tomas", level=2)).to_be_visible()
    inbox.keyboard.press("n")
    expect(inbox.get_by_label("Write a note for colleagues…")).to_have_value("")
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("k")
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()
    inbox.reload()
    inbox.keyboard.press("n")
    expect(inbox.get_by_label("Write a note for colleagues…")).to_have_value("El nodo tuvo una avería")


@pytest.mark.parametrize(("key", "label"), [("r", "Write to the customer…"), ("n", "Write a note for colleagues…")])
def test_a_session_that_ended_while_writing_takes_nothing(
    inbox: Page, sign_in: SignIn, cast: Cast, key: str, label: str
) -> None:
    inbox.get_by_role("link", name="Mercedes").click()
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()
    there = inbox.url
    inbox.keyboard.press(key)
    expect(inbox.get_by_label(label)).to_be_focused()
    inbox.keyboard.type("Mañana va un técnico")
    inbox.context.clear_cookies(name="sessionid")
    inbox.keyboard.press("Control+Enter")
    expect(inbox).to_have_url(re.compile("/accounts/login/"))
    back = parse_qs(urlsplit(inbox.url).query)["next"][0]
    sign_in(cast.bruno)
    inbox.goto(urljoin(inbox.url, back))
    expect(inbox).to_have_url(there)
    inbox.keyboard.press(key)
    expect(inbox.get_by_label(label)).to_have_value("Mañana va un técnico")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.locator("#conversation").get_by_text("Mañana va un técnico")).to_be_visible()
    inbox.reload()
    inbox.keyboard.press(key)
    expect(inbox.get_by_label(label)).to_have_value("")


def test_a_template_goes_in_at_the_cursor_and_its_open_blank_is_refused_with_the_text_kept(
    inbox: Page, cast: Cast
) -> None:
    inbox.get_by_role("link", name="Mercedes").click()
    inbox.get_by_text("Templates").click()
    inbox.get_by_role("link", name="Una pregunta antes").click()
    text = inbox.get_by_label("Write to the customer…")
    expect(text).to_be_focused()
    assert "Hola, Mercedes:" in text.input_value()
    inbox.keyboard.press("Control+Enter")
    expect(inbox.get_by_text("Fill this blank before sending: [pregunta].")).to_be_visible()
    assert "[pregunta]" in text.input_value()
    with entered(cast.organization):
        assert not CaseEvent.objects.filter(kind="reply").exists()


def test_a_new_case_appears_without_reload_and_moves_nothing(inbox: Page, arrives: Arrives) -> None:
    inbox.get_by_role("link", name="Mercedes").click()
    inbox.keyboard.press("r")
    expect(inbox.get_by_label("Write to the customer…")).to_be_focused()
    inbox.keyboard.type("Estoy escri")
    arrives("Ivo", 0, "Ho chiesto la disdetta due volte")
    expect(inbox.locator("#case-list").get_by_text("Ho chiesto la disdetta")).to_be_visible(timeout=9000)
    expect(inbox.locator("#open-count")).to_have_text("3 open")
    inbox.keyboard.type("biendo")
    expect(inbox.get_by_label("Write to the customer…")).to_have_value("Estoy escribiendo")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_inbox_has_no_flaws(inbox: Page, scheme: Any, width: int) -> None:
    inbox.emulate_media(color_scheme=scheme)
    inbox.set_viewport_size({"width": width, "height": 900})
    assert flaws(inbox) == []
    inbox.get_by_role("link", name="Mercedes").click()
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()
    assert flaws(inbox) == []
    inbox.get_by_role("link", name="Resolve…").click()
    expect(inbox.get_by_role("dialog")).to_be_visible()
    assert flaws(inbox) == []
