"""The question on somebody else's page: another origin, a policy that allows one script and nothing else."""

from __future__ import annotations

import gzip
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from closeloop.models import Case
from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Customer
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.models import Collector, Invitation, Survey
from tests.browser.looking import flaws
from tests.browser.sites import Site, site
from tests.conftest import Cast
from tests.public.conftest import case, invitation, mercedes, response, survey

__all__ = ["case", "invitation", "mercedes", "response", "site", "survey"]

LIMIT = 6 * 1024


@pytest.fixture
def website(survey: Survey, site: Site, live_server: Any) -> Collector:
    place = Collector.objects.create(
        kind="embed", name="Shop", survey=survey, sites=[site.url], after_seconds=0, secret="s3cret"
    )
    site.tag = f'<script src="{live_server.url}/w/{place.token}.js" async></script>'
    return place


@pytest.fixture
def named(website: Collector, site: Site) -> Callable[[str], None]:
    """`named("C-1")`: the site's server says who is there."""

    def name(number: str) -> None:
        signature = hmac.new(b"s3cret", number.encode(), "sha256").hexdigest()
        site.tag = site.tag.replace("async", f'async data-customer="{number}" data-signature="{signature}"')

    return name


def _complaints(page: Page) -> list[str]:
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def test_a_visitor_answers_on_a_page_that_is_not_ours(page: Page, site: Site, website: Collector) -> None:
    told = _complaints(page)
    page.goto(site.url)
    box = page.get_by_role("dialog", name="How likely are you to recommend Andina Telecom?")
    expect(box).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")  # nothing was taken from whoever was typing
    assert flaws(page) == []
    box.get_by_role("button", name="9", exact=True).click()
    box.get_by_label("What do we do well?").fill("Fast")
    assert flaws(page) == []
    box.get_by_role("button", name="4", exact=True).click()
    expect(box.get_by_label("What went wrong?")).to_have_value("Fast")
    box.get_by_label("You may contact me").check()
    box.get_by_role("button", name="Send").click()
    expect(box.get_by_role("alert")).to_have_text("Write an e-mail address or a telephone number.")
    box.get_by_label("E-mail or telephone").fill("rosa@example.com")  # nobody knows who it is
    assert flaws(page) == []
    box.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thanks, detractor")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    with entered(website.organization):
        answer = Response.objects.get()
    assert (answer.score, answer.comment, answer.channel, answer.customer) == (4, "Fast", "embed", None)
    assert answer.collector_id == website.pk and answer.language == "en"
    assert (answer.wants_contact, answer.visitor_address) == (True, "rosa@example.com")
    assert told == [] and page.context.cookies() == []


def test_it_asks_one_browser_once_in_so_many_days(page: Page, site: Site, website: Collector) -> None:
    page.goto(site.url)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.reload()
    page.wait_for_timeout(700)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("Object.keys(localStorage).forEach(key => localStorage.setItem(key, Date.now() - 91 * 864e5))")
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_an_answer_whose_receipt_was_lost_is_recorded_once(page: Page, site: Site, website: Collector) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.abort()

    page.route("**/answers", lose)
    page.goto(site.url)
    page.get_by_role("button", name="10", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("It could not be sent. Please try again.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thanks, promoter")).to_be_visible()
    with entered(website.organization):
        assert "recorded" in lost[0] and Response.objects.count() == 1


def test_a_customer_whom_the_site_names_answers_as_themselves(
    page: Page, site: Site, website: Collector, named: Callable[[str], None], mercedes: Customer
) -> None:
    named("C-1")
    page.goto(site.url)
    page.get_by_role("button", name="2", exact=True).click()
    page.get_by_label("You may contact me").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thanks, detractor")).to_be_visible()
    expect(page.get_by_text("A person from Andina Telecom gets in touch about it, by ")).to_be_visible()
    with entered(website.organization):
        answer = Response.objects.get()
    assert (answer.customer, answer.wants_contact) == (mercedes, True)
    page.evaluate("localStorage.clear()")  # another browser of theirs: they rest from us all the same
    _stays_silent(page, site)


def _stays_silent(page: Page, site: Site) -> None:
    with page.expect_response("**/ask") as asked:
        page.goto(site.url)
    assert asked.value.json() == {"show": False}
    page.wait_for_timeout(200)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_was_invited_lately_is_not_asked(
    page: Page, site: Site, named: Callable[[str], None], invitation: Invitation
) -> None:
    named("C-1")
    _stays_silent(page, site)


def test_who_has_an_open_case_is_not_asked(page: Page, site: Site, named: Callable[[str], None], case: Case) -> None:
    named("C-1")
    with entered(case.organization):
        Response.objects.update(answered_at="2020-01-01T00:00Z")
        Invitation.objects.update(state="answered", created_at="2020-01-01T00:00Z", sent_at="2020-01-01T00:00Z")
    _stays_silent(page, site)


def test_who_wants_no_surveys_is_not_asked(
    page: Page, site: Site, named: Callable[[str], None], mercedes: Customer
) -> None:
    with entered(mercedes.organization):
        suppress(mercedes.email, reason="unsubscribed", customer=mercedes, by=None)
    named("C-1")
    _stays_silent(page, site)


def test_a_name_without_its_signature_is_refused(
    page: Page, site: Site, website: Collector, named: Callable[[str], None], mercedes: Customer
) -> None:
    named("C-1")
    site.tag = site.tag.replace('data-customer="C-1"', 'data-customer="C-2"')
    told = _complaints(page)
    page.goto(site.url)
    page.wait_for_timeout(700)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert any("Círculo: signature" in line for line in told)


def test_another_site_can_neither_ask_nor_answer(page: Page, site: Site, website: Collector, cast: Cast) -> None:
    with entered(website.organization):
        Collector.objects.update(sites=["https://shop.example"])
    page.goto(site.url)
    page.wait_for_timeout(700)
    expect(page.get_by_role("dialog")).to_have_count(0)
    client = Client()
    answer = {"client_key": "5c8f6c3a-52c6-4fc5-9c39-8f8a3d8f3c11", "score": 1}
    for headers, status in (({"Origin": "https://evil.example"}, 403), ({}, 400)):
        reply = client.post(f"/w/{website.token}/answers", answer, "application/json", headers=headers)
        assert reply.status_code == status and "Access-Control-Allow-Origin" not in reply
    with entered(website.organization):
        assert not Response.objects.exists()


def test_what_is_closed_or_garbled_is_told_as_such(client: Client, website: Collector) -> None:
    at, headers = f"/w/{website.token}/answers", {"Origin": website.sites[0]}
    assert client.post(at, "{", "text/plain", headers=headers).json() == {"error": "unreadable"}
    assert client.post(at, {"score": 11}, "application/json", headers=headers).json() == {"error": "score"}
    assert client.post(at, {"score": 1}, "application/json", headers=headers).status_code == 422
    with entered(website.organization):
        Collector.objects.update(is_open=False)
    assert client.post(at, {"score": 1}, "application/json", headers=headers).status_code == 410
    assert client.post(f"/w/{website.token}/ask", {}, "application/json", headers=headers).json() == {"show": False}


def test_the_script_is_small_and_for_every_site(client: Client, website: Collector) -> None:
    script = client.get(f"/w/{website.token}.js")
    assert len(gzip.compress(script.content)) < LIMIT
    assert script["Content-Type"].startswith("text/javascript") and not script.cookies
    assert script["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(f"/kiosk/{website.token}").status_code == 404  # a token opens its own kind of place


@pytest.mark.parametrize(("theme", "width"), [("dark", 360), ("light", 768)])
def test_the_dialog_can_be_used_by_everybody(
    browser: Browser, site: Site, website: Collector, theme: str, width: int
) -> None:
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 640}, locale="en-GB")
    site.tag = site.tag.replace("async", f'async data-theme="{theme}" data-language="es"')
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="0", exact=True).click()
    found = flaws(page)
    small = (
        page.get_by_role("dialog")
        .get_by_role("button")
        .evaluate_all("all => all.filter(e => e.offsetWidth < 24 || e.offsetHeight < 44).map(e => e.outerHTML)")
    )
    page.get_by_role("button", name="0", exact=True).press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.close()
    assert found == [] and small == []
