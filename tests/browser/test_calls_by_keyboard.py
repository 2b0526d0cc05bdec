"""An interviewer's hour in a real browser: the keyboard alone, on a wide screen and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from nps_platform.customers.models import Suppression
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.authoring.content import Option
from surveys.models import CallAttempt
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.surveys.contents import content, live, question
from tests.surveys.waves import customer, launched

SignIn = Callable[[Membership], None]


@pytest.fixture
def calls(page: Page, live_server: Any, cast: Cast, sign_in: SignIn) -> Page:
    """Bruno before a list of five people."""
    with entered(cast.organization):
        for number in range(1, 6):
            customer(number, phone=f"+34 600 000 00{number}")
        launched(channel="phone", window={"from": "00:00", "to": "24:00"}, quarantine_days=0)
    sign_in(cast.bruno)
    page.goto(f"{live_server.url}/o/andina/calls/")
    return page


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_a_list_is_worked_without_touching_the_mouse(calls: Page, cast: Cast) -> None:
    assert flaws(calls) == []
    calls.keyboard.press("c")
    heading(calls, "Mercedes Aliaga 1")
    assert flaws(calls) == []

    calls.keyboard.press("3")
    expect(calls.locator("[name=score][value='3']")).to_be_checked()
    shown = calls.locator(".call-script [data-for~=d]").first
    expect(shown).to_be_visible()
    calls.keyboard.press("x")
    expect(calls.locator("[name=score][value='10']")).to_be_checked()
    expect(shown).to_be_hidden()
    calls.keyboard.press("m")
    calls.keyboard.type("Todo bien, nunca 3 cortes")
    calls.keyboard.press("Control+Enter")
    heading(calls, "Mercedes Aliaga 2")

    calls.keyboard.press("n")
    heading(calls, "Mercedes Aliaga 3")
    calls.keyboard.press("r")
    calls.keyboard.press("Enter")
    heading(calls, "Mercedes Aliaga 4")
    calls.keyboard.press("w")
    calls.keyboard.press("Enter")
    heading(calls, "Mercedes Aliaga 5")
    calls.keyboard.press("b")
    calls.keyboard.press("Tab")
    expect(calls.locator("[name=at]")).to_be_focused()
    calls.keyboard.press("Enter")
    expect(calls.get_by_text("Promised calls")).to_be_visible()

    with entered(cast.organization):
        answer = Response.objects.get()
        assert (answer.score, answer.comment, answer.channel) == (10, "Todo bien, nunca 3 cortes", "phone")
        outcomes = list(CallAttempt.objects.order_by("pk").values_list("outcome", flat=True))
        assert outcomes == ["answered", "no_answer", "refused", "wrong_number", "call_back"]
        assert set(Suppression.objects.values_list("reason", flat=True)) == {"unsubscribed", "bounced"}


def test_a_question_that_waits_shows_with_the_answer_that_brings_it_up(
    page: Page, live_server: Any, cast: Cast, sign_in: SignIn
) -> None:
    ways = (Option("shop", {"en": "Shop"}), Option("web", {"en": "Website"}))
    asked = content(
        question("way", "choice", "Where were you?", options=ways, classes=["detractor", "promoter"]),
        question("site", "csat", "How was the site?", after=("way", "web")),
        question("worst", "text", "What was worst?", after=("site", "1", "2")),
    )
    with entered(cast.organization):
        customer(1, phone="+34 600 000 001")
        launched(live(asked), channel="phone", window={"from": "00:00", "to": "24:00"}, quarantine_days=0)
    sign_in(cast.bruno)
    page.goto(f"{live_server.url}/o/andina/calls/")
    page.keyboard.press("c")
    heading(page, "Mercedes Aliaga 1")
    site, worst = page.get_by_role("group", name="How was the site?"), page.get_by_role("group", name="What was worst?")
    expect(site).to_be_hidden()

    page.keyboard.press("3")
    page.get_by_label("Website").check()
    expect(site).to_be_visible()
    expect(worst).to_be_hidden()
    site.get_by_label("2").check()
    worst.get_by_role("textbox").fill("The search")
    page.keyboard.press("Escape")
    page.get_by_label("Shop").check()
    expect(site).to_be_hidden()
    expect(worst).to_be_hidden()
    page.get_by_label("Website").check()
    expect(worst.get_by_role("textbox")).to_have_value("The search")
    page.locator("[name=score][value='8']").check(force=True)  # who is not asked the first is not asked the rest
    expect(worst).to_be_hidden()
    assert flaws(page) == []
    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_text("is recorded")).to_be_visible()
    with entered(cast.organization):
        assert not Response.objects.get().answers.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_schemes(calls: Page, scheme: Literal["light", "dark"]) -> None:
    calls.emulate_media(color_scheme=scheme)
    calls.set_viewport_size({"width": 360, "height": 740})
    assert flaws(calls) == []
    calls.keyboard.press("c")
    heading(calls, "Mercedes Aliaga 1")
    calls.keyboard.press("9")
    assert flaws(calls) == []
