"""What a website asks after the score: the survey's further questions one after the other, and thanks with what is next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.authoring.content import Option, Question
from surveys.models import Collector, Survey
from tests.browser.looking import flaws
from tests.browser.sites import Site, site
from tests.surveys.contents import content, live, question, republished, thanks

__all__ = ["site"]

NEXT = "Next"


def _option(key: str) -> Option:
    return Option(key, {"en": key.title(), "ar": "خيار"})


def _question(key: str, kind: str, text: str, **fields: Any) -> Question:
    words = {"low": "Low", "high": "High"}
    return question(key, kind, texts={"en": {"text": text, **words}, "ar": {"text": "سؤال", **words}}, **fields)


def _asked(**fields: Any) -> Any:
    """A reason, one of two, what one of them brings up for detractors, any of three, a number, words."""
    return content(
        _question("nps", "nps", "Would you recommend Andina?"),
        _question("why", "text", "Why?"),
        _question("what", "choice", "What was it about?", required=True, options=(_option("bill"), _option("line"))),
        _question("bill", "text", "Which bill?", after=("what", "bill"), classes=["detractor"]),
        _question("how", "multiple", "How do you reach us?", options=tuple(map(_option, ("shop", "phone", "web")))),
        _question("ease", "ces", "How easy was it?"),
        thanks=(
            thanks("promoter", step="referral", code="AMIGO-7", texts={"en": {"title": "Thanks", "step": "Give it:"}}),
            thanks("detractor", "Sorry to hear it"),
        ),
        **fields,
    )


@pytest.fixture
def survey(inside: Organization) -> Survey:
    return live(_asked())


@pytest.fixture
def website(survey: Survey, site: Site, live_server: Any) -> Collector:
    place = Collector.objects.create(kind="embed", name="Shop", survey=survey, sites=[site.url], after_seconds=0)
    site.tag = f'<script src="{live_server.url}/w/{place.token}.js" async></script>'
    return place


@pytest.fixture
def told(website: Collector) -> Callable[[], tuple[int, str, dict[str, Any]]]:
    def read() -> tuple[int, str, dict[str, Any]]:
        with entered(website.organization):
            answer = Response.objects.get()
            return answer.score, answer.comment, {one.key: one.value for one in answer.answers.all()}

    return read


def _step(page: Page, button: str = NEXT) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def test_the_whole_survey_is_asked_one_question_after_the_other(
    page: Page, site: Site, told: Callable[[], tuple[int, str, dict[str, Any]]]
) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_label("Why?").fill("Slow")
    _step(page)
    heading = page.get_by_role("heading")
    expect(heading.filter(has_text="What was it about?")).to_be_focused()
    _step(page)
    expect(page.get_by_role("alert")).to_have_text("An answer is missing here.")
    page.get_by_role("radio", name="Bill").check()
    expect(page.get_by_role("alert")).to_have_count(0)
    _step(page)
    expect(heading.filter(has_text="Which bill?")).to_be_focused()
    page.get_by_role("textbox", name="Which bill?").fill("May")
    assert flaws(page) == []
    _step(page)
    page.get_by_role("checkbox", name="Web").check()
    page.get_by_role("checkbox", name="Shop").check()
    _step(page, "Back")
    expect(page.get_by_role("textbox", name="Which bill?")).to_have_value("May")
    _step(page)
    expect(page.get_by_role("checkbox", name="Web")).to_be_checked()
    assert flaws(page) == []
    _step(page)
    page.get_by_role("button", name="6", exact=True).click()
    assert flaws(page) == []
    _step(page, "Send")
    expect(page.get_by_role("heading", name="Sorry to hear it")).to_be_focused()
    assert told() == (3, "Slow", {"what": "bill", "bill": "May", "how": ["shop", "web"], "ease": 6})


def test_who_changes_the_score_is_asked_what_fits_it(
    page: Page, site: Site, told: Callable[[], tuple[int, str, dict[str, Any]]]
) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="3", exact=True).click()
    _step(page)
    page.get_by_role("radio", name="Bill").check()
    _step(page)
    page.get_by_role("textbox", name="Which bill?").fill("May")
    _step(page, "Back")
    _step(page, "Back")
    page.get_by_role("button", name="10", exact=True).click()
    _step(page)
    expect(page.get_by_role("radio", name="Bill")).to_be_checked()
    _step(page)
    expect(page.get_by_role("heading", name="How do you reach us?")).to_be_visible()
    _step(page)
    _step(page, "Send")
    expect(page.get_by_text("AMIGO-7")).to_be_visible()
    assert flaws(page) == []
    assert told() == (10, "", {"what": "bill"})


def test_the_keyboard_alone_answers_it(
    page: Page, site: Site, told: Callable[[], tuple[int, str, dict[str, Any]]]
) -> None:
    page.goto(site.url)
    expect(page.get_by_role("dialog")).to_be_visible()
    keys = page.keyboard
    for key in ["Tab"] * 4 + ["Enter", *["Tab"] * 8]:  # close, 0, 1, 2; then 3 … 10 and the words
        keys.press(key)
    keys.press("Tab")
    keys.type("By key")
    for key in (
        "Tab",
        "Enter",
        "Tab",
        "Tab",
        "ArrowDown",
        "Tab",
        "Tab",
        "Enter",
    ):  # next; the second of two; back, next
        keys.press(key)
    expect(page.get_by_role("heading", name="How do you reach us?")).to_be_focused()
    for key in ("Tab", "Tab", "Space", *["Tab"] * 4, "Enter"):
        keys.press(key)
    expect(page.get_by_role("heading", name="How easy was it?")).to_be_focused()
    for key in ("Tab", "Tab", "Enter", *["Tab"] * 8, "Enter"):
        keys.press(key)
    expect(page.get_by_role("heading", name="Sorry to hear it")).to_be_focused()
    assert told() == (2, "By key", {"what": "line", "how": ["shop"], "ease": 1})


def test_a_trial_is_thanked_and_keeps_nothing(page: Page, site: Site, website: Collector) -> None:
    site.tag = site.tag.replace("async", "data-trial async")
    page.goto(site.url)
    page.get_by_role("button", name="9", exact=True).click()
    _step(page)
    page.get_by_role("radio", name="Line").check()
    for button in (NEXT, NEXT, "Send"):
        _step(page, button)
    expect(page.get_by_text("AMIGO-7")).to_be_visible()
    with entered(website.organization):
        assert not Response.objects.exists()


@pytest.mark.parametrize(("theme", "width"), [("dark", 360), ("light", 1024)])
def test_it_can_be_read_from_the_right_and_fits_a_phone(
    browser: Browser, site: Site, survey: Survey, website: Collector, theme: str, width: int
) -> None:
    with entered(survey.organization):
        republished(survey, _asked(languages=("ar", "en")))
    context = browser.new_context(viewport={"width": width, "height": 560}, locale="en-GB")
    site.tag = site.tag.replace("async", f'async data-theme="{theme}" data-language="ar"')
    page, found = context.new_page(), []
    page.goto(site.url)
    page.get_by_role("dialog").get_by_role("button", name="4", exact=True).click()
    assert page.get_by_role("dialog").evaluate("e => getComputedStyle(e).direction") == "rtl"
    found += flaws(page)
    for _question in range(4):
        page.get_by_role("dialog").get_by_role("button").last.click()
        found += flaws(page)
        choice = page.get_by_role("radio").first
        if choice.count():
            choice.check()
    outside = page.get_by_role("dialog").evaluate(
        "e => { const b = e.getBoundingClientRect(); return b.left < 0 || b.top < 0 || b.right > innerWidth || b.bottom > innerHeight }"
    )
    context.close()
    assert found == [] and not outside
