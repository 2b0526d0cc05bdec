"""Two agents in two browsers on one case: nothing that either writes is lost, and nobody is answered twice by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from closeloop.models import CaseEvent, Draft
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from tests.browser.conftest import Arrives
from tests.conftest import Cast

Opened = Callable[[Membership], Page]


@pytest.fixture
def opened(browser: Browser, live_server: Any, arrives: Arrives) -> Iterator[Opened]:
    """`opened(cast.bruno)`: a browser of their own, before the first case."""
    arrives("Mercedes", 2, "Sigo sin internet")
    contexts = []

    def open_for(person: Membership) -> Page:
        client = Client()
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/o/andina/inbox/1/")
        return page

    yield open_for
    for context in contexts:
        context.close()


def test_two_agents_at_once_lose_nothing(opened: Opened, cast: Cast) -> None:
    alicia, bruno = opened(cast.alicia), opened(cast.bruno)
    expect(alicia.locator("#presence")).to_contain_text("Bruno Salas is looking too")
    for page, text in ((alicia, "Va un técnico hoy."), (bruno, "Le llamamos mañana.")):
        page.keyboard.press("r")
        expect(page.get_by_label("Write to the customer…")).to_be_focused()
        page.keyboard.type(text)
    expect(alicia.locator("#presence")).to_contain_text("Bruno Salas is replying")

    alicia.keyboard.press("Control+Enter")
    expect(alicia.locator(".timeline").get_by_text("Va un técnico hoy.")).to_be_visible()
    expect(bruno.locator(".timeline").get_by_text("Va un técnico hoy.")).to_be_visible()  # by itself
    expect(bruno.get_by_label("Write to the customer…")).to_have_value("Le llamamos mañana.")

    bruno.keyboard.press("Control+Enter")
    expect(bruno.get_by_text("Read it above, then send.")).to_be_visible()
    expect(bruno.get_by_label("Write to the customer…")).to_have_value("Le llamamos mañana.")
    expect(bruno.get_by_label("Write to the customer…")).to_be_focused()
    bruno.keyboard.press("Control+Enter")
    expect(alicia.locator(".timeline").get_by_text("Le llamamos mañana.")).to_be_visible()
    expect(bruno.locator(".timeline").get_by_text("Va un técnico hoy.")).to_have_count(1)
    with entered(cast.organization):
        said = list(CaseEvent.objects.filter(kind="reply").values_list("text", flat=True))
        assert said == ["Va un técnico hoy.", "Le llamamos mañana."]
        assert not Draft.objects.exists()


def test_a_draft_follows_its_author_to_another_device_and_only_them(opened: Opened, cast: Cast) -> None:
    here = opened(cast.bruno)
    here.keyboard.press("n")
    here.keyboard.type("El nodo tuvo una avería")
    expect(here.locator("[data-draft-state]")).to_have_text("Draft saved")
    expect(here.locator("#row-1")).to_contain_text("Draft")
    there, other = opened(cast.bruno), opened(cast.alicia)
    expect(there.get_by_label("Write a note for colleagues…")).to_have_value("El nodo tuvo una avería")
    expect(other.locator("#tab-reply")).to_be_checked()
    expect(other.locator("#row-1 [data-row-draft]")).to_be_hidden()


def test_words_typed_without_a_network_wait_for_it(opened: Opened, cast: Cast) -> None:
    page = opened(cast.bruno)

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/draft/", lost)
    page.keyboard.press("r")
    page.keyboard.type("Hoy mismo")
    expect(page.locator("[data-draft-state]")).to_have_text("Not saved yet: kept on this device")
    page.reload()
    expect(page.get_by_label("Write to the customer…")).to_have_value("Hoy mismo")
    page.unroute("**/draft/", lost)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    with entered(cast.organization):
        assert Draft.objects.get().text == "Hoy mismo"


def test_a_reload_leads_back_to_where_one_was(opened: Opened, cast: Cast) -> None:
    page = opened(cast.bruno)
    page.set_viewport_size({"width": 1440, "height": 560})
    page.get_by_text("About the customer").click()
    expect(page.get_by_text("Scores over time")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("What was said, or when to call again…")).to_be_focused()
    page.evaluate("document.getElementById('conversation').scrollTop = 90")
    page.reload()
    expect(page.locator("#tab-call")).to_be_checked()
    expect(page.get_by_text("Scores over time")).to_be_attached()
    page.wait_for_function("document.getElementById('conversation').scrollTop === 90")
