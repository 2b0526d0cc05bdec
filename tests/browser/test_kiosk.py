"""The tablet at a counter: one question after the other, with and without a network, each answer recorded once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses import floods
from responses.models import Response
from surveys.authoring.content import Option
from surveys.collecting.pins import hash_pin
from surveys.models import Collector, Survey
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.surveys.contents import content, live, question, republished, thanks

SMALL_FOR_A_FINGER = """() => [...document.querySelectorAll('button, input, textarea, .langs a')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.width < 64 || box.height < 64);
}).map(e => e.outerHTML.slice(0, 80))"""
CLASSES = ("promoter", "passive", "detractor")


@pytest.fixture
def survey(inside: Organization) -> Survey:
    """The score in two languages, a reason, one of two, and what one of them brings up."""
    asked = {"en": {"text": "Would you recommend Andina?"}, "es": {"text": "¿Recomendaría Andina?"}}
    titles = {"en": {"title": "Thanks for coming"}, "es": {"title": "Gracias por venir"}}
    return live(
        content(
            question("nps", "nps", texts=asked),
            *(question(f"why-{c}", "text", f"Why, {c}?", classes=[c]) for c in CLASSES),
            question("what", "choice", "What was it about?", options=(_option("bill"), _option("line"))),
            question("bill", "text", "Which bill?", after=("what", "bill")),
            languages=("en", "es"),
            thanks=tuple(thanks(c, texts=titles) for c in CLASSES),
        )
    )


def _option(key: str) -> Option:
    return Option(key, {"en": key.title(), "es": key.title()})


@pytest.fixture
def tablet(survey: Survey) -> Collector:
    return Collector.objects.create(kind="kiosk", name="Counter", survey=survey, idle_seconds=60, pin=hash_pin("2468"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale="en-GB")
    yield made
    made.close()


@pytest.fixture
def address(live_server: Any, tablet: Collector) -> str:
    return f"{live_server.url}/kiosk/{tablet.token}"


@pytest.fixture
def recorded(cast: Cast) -> Callable[[], list[tuple[int, str]]]:
    def read() -> list[tuple[int, str]]:
        with entered(cast.organization):
            return list(Response.objects.order_by("answered_at").values_list("score", "comment"))

    return read


def _installed(page: Page, address: str) -> None:
    """As left by staff: loaded once with a network, the worker in charge."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")


def _answer(page: Page, score: int, why: str) -> None:
    page.get_by_role("button", name=str(score), exact=True).tap()
    page.get_by_role("textbox").fill(why)
    page.get_by_role("button", name="Next").tap()
    page.get_by_role("button", name="Line").tap()
    expect(page.get_by_role("heading", name="Thanks for coming")).to_be_visible()


def _at_rest(page: Page) -> None:
    expect(page.get_by_role("heading", name="Would you recommend Andina?")).to_be_visible()


def test_one_question_after_the_other_and_the_next_person(page: Page, address: str, tablet: Collector) -> None:
    page.goto(address)
    page.get_by_role("button", name="3", exact=True).tap()
    expect(page.get_by_role("heading", name="Why, detractor?")).to_be_focused()
    page.get_by_role("button", name="Back").tap()
    page.get_by_role("button", name="9", exact=True).tap()
    page.get_by_role("textbox").fill("Quick, kind.")
    page.get_by_role("button", name="Next").tap()
    page.get_by_role("button", name="Bill").tap()
    expect(page.get_by_role("heading", name="Which bill?")).to_be_visible()
    page.get_by_role("textbox").fill("May")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thanks for coming")).to_be_visible()
    _at_rest(page)
    page.get_by_role("button", name="5", exact=True).tap()
    expect(page.get_by_role("textbox")).to_have_value("")  # nothing of the one before
    with entered(tablet.organization):
        answer = Response.objects.get()
        told = {one.key: one.value for one in answer.answers.all()}
        tablet.refresh_from_db()
    assert (answer.score, answer.comment, answer.channel, answer.language) == (9, "Quick, kind.", "kiosk", "en")
    assert told == {"what": "bill", "bill": "May"} and answer.collector_id == tablet.pk
    assert tablet.seen_at and tablet.waiting == 0


def test_answers_are_kept_while_the_network_is_gone(
    context: BrowserContext, address: str, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    page = context.new_page()
    _installed(page, address)
    before = timezone.now()
    context.set_offline(True)
    _answer(page, 9, "Kept one")
    _at_rest(page)
    page.reload()
    _answer(page, 2, "Kept two")
    _at_rest(page)
    page.reload()
    assert recorded() == []
    context.set_offline(False)
    page.wait_for_timeout(100)
    _until(page, lambda: len(recorded()) == 2)
    assert recorded() == [(9, "Kept one"), (2, "Kept two")]
    with entered(Collector.all_tenants.get().organization):
        assert all(before <= one.answered_at for one in Response.objects.all())


def _until(page: Page, holds: Callable[[], bool]) -> None:
    for _try in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came to hold")


def _sent(route: Route) -> list[str]:
    sent = route.request.post_data_json or {}
    return [one["client_key"] for one in sent["answers"]]


def test_an_answer_whose_receipt_was_lost_is_recorded_once(
    page: Page, address: str, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if not lost and _sent(route):
            lost.extend(_sent(route))
            route.fetch()  # the server has it
            route.abort()  # the tablet never learns
        else:
            route.continue_()

    page.goto(address)
    page.route("**/answers", lose)
    with page.expect_response(lambda reply: reply.url.endswith("/answers") and "known" in reply.text()):
        _answer(page, 8, "Once")
    assert lost and recorded() == [(8, "Once")]
    expect_waiting(page, 0)


def expect_waiting(page: Page, count: int) -> None:
    _at_rest(page)
    page.get_by_role("button", name="For staff").tap()
    page.get_by_label("PIN").fill("2468")
    page.get_by_role("button", name="Open").tap()
    expect(page.locator("dd").first).to_have_text(str(count))


def test_two_tabs_that_send_at_once_record_each_once(
    context: BrowserContext, address: str, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    first, second = context.new_page(), context.new_page()
    _installed(first, address)
    _installed(second, address)
    context.set_offline(True)
    for number in range(3):
        _answer(first, number, f"first {number}")
        _at_rest(first)
    # As in a browser without locks: both read the same rows and send them.
    for page in (first, second):
        page.evaluate("Object.defineProperty(navigator, 'locks', {value: undefined})")
    context.set_offline(False)
    _until(first, lambda: len(recorded()) >= 3)
    first.wait_for_timeout(500)
    assert sorted(recorded()) == [(0, "first 0"), (1, "first 1"), (2, "first 2")]


def test_what_the_server_refuses_is_kept_and_shown(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(
        """(where) => new Promise((done, failed) => {
      const asked = indexedDB.open("circulo " + where, 1);
      // This may be the first to open it: the page opens it when it first looks for answers to send.
      asked.onupgradeneeded = () => asked.result.createObjectStore("answers", {keyPath: "client_key"});
      asked.onerror = () => failed(asked.error);
      asked.onsuccess = () => {
        const deal = asked.result.transaction("answers", "readwrite");
        deal.objectStore("answers").put({client_key: "no key", answered_at: "2026-05-01T10:00:00Z", score: 4, comment: "Odd"});
        deal.oncomplete = done;
        deal.onerror = deal.onabort = () => failed(deal.error);
      };
    })""",
        re.sub("^https?://[^/]+", "", address),
    )
    page.reload()
    page.wait_for_timeout(500)
    expect_waiting(page, 1)
    expect(page.get_by_role("listitem")).to_contain_text("4 · Odd · (client_key)")
    page.get_by_role("button", name="Send now").tap()
    expect(page.get_by_role("listitem")).to_contain_text("Odd")


def test_a_tablet_that_is_told_to_wait_keeps_its_answers(
    page: Page, address: str, recorded: Callable[[], list[tuple[int, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(address)
    monkeypatch.setattr(floods, "HANDED_IN_AN_HOUR", 0)
    _answer(page, 9, "Patient")
    _at_rest(page)
    expect_waiting(page, 1)
    assert recorded() == []
    monkeypatch.undo()
    page.get_by_role("button", name="Send now").tap()
    _until(page, lambda: recorded() == [(9, "Patient")])


def test_a_changed_answer_takes_along_what_it_had_brought_up(
    page: Page, address: str, survey: Survey, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    more = content(
        question("nps", "nps", "Would you recommend Andina?"),
        question("what", "choice", "What was it about?", options=(_option("bill"), _option("line"))),
        question("which", "choice", "Which bill?", after=("what", "bill"), options=(_option("may"), _option("june"))),
        question("why", "multiple", "What of it?", after=("which", "may"), options=(_option("sum"), _option("date"))),
    )
    with entered(survey.organization):
        republished(survey, more)
    page.goto(address)
    page.get_by_role("button", name="9", exact=True).tap()
    page.get_by_role("button", name="Bill").tap()
    page.get_by_role("button", name="May").tap()
    expect(page.get_by_role("heading", name="What of it?")).to_be_visible()
    page.get_by_role("button", name="Back").tap()
    page.get_by_role("button", name="Back").tap()
    page.get_by_role("button", name="Line").tap()
    _at_rest(page)
    assert recorded() == [(9, "")]


def test_who_walks_away_leaves_nothing(page: Page, address: str, tablet: Collector) -> None:
    with entered(tablet.organization):
        Collector.objects.update(idle_seconds=4)
    page.goto(address)
    page.get_by_role("button", name="1", exact=True).tap()
    page.get_by_role("textbox").fill("My secret")
    expect(page.get_by_text(re.compile(r"wiped in \d s"))).to_be_visible()
    page.get_by_role("button", name="Go on").tap()
    expect(page.get_by_text("Still there?")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_have_value("My secret")
    _at_rest(page)
    page.get_by_role("button", name="1", exact=True).tap()
    expect(page.get_by_role("textbox")).to_have_value("")
    with entered(tablet.organization):
        assert not Response.objects.exists()


def test_the_pin_opens_the_staff_sheet_also_without_network(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    _installed(page, address)
    context.set_offline(True)
    page.get_by_role("button", name="For staff").tap()
    page.get_by_label("PIN").fill("1111")
    page.get_by_role("button", name="Open").tap()
    expect(page.get_by_role("alert")).to_have_text("That is not the PIN of this tablet.")
    expect(page.get_by_role("button", name="Send now")).to_have_count(0)
    page.get_by_label("PIN").fill("2468")
    page.get_by_role("button", name="Open").tap()
    expect(page.get_by_text("None: answers are kept and sent later")).to_be_visible()
    page.get_by_role("button", name="Full screen").tap()
    expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()


def test_a_new_version_reaches_the_tablet_by_itself(context: BrowserContext, address: str, survey: Survey) -> None:
    page = context.new_page()
    _installed(page, address)
    with entered(survey.organization):
        republished(survey, content(question("nps", "nps", "Would you come again?")))
    page.reload()  # from what is kept: the old words, until the new worker has the new ones
    expect(page.get_by_role("heading", name="Would you come again?")).to_be_visible(timeout=15_000)


def test_languages_are_switched_and_come_back(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Español").tap()
    expect(page.get_by_role("heading", name="¿Recomendaría Andina?")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_role("button", name="10", exact=True).tap()
    page.get_by_role("button", name="Omitir").tap()
    page.get_by_role("button", name="Omitir").tap()
    expect(page.get_by_role("heading", name="Gracias por venir")).to_be_visible()
    _at_rest(page)


def test_a_closed_tablet_hands_in_what_it_kept_and_says_so(
    context: BrowserContext, address: str, tablet: Collector, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    page = context.new_page()
    _installed(page, address)
    context.set_offline(True)
    _answer(page, 7, "Before it closed")
    _at_rest(page)
    with entered(tablet.organization):
        Collector.objects.update(is_open=False)
    context.set_offline(False)
    expect(page.get_by_role("heading", name="No answers are taken here at the moment.")).to_be_visible(timeout=15_000)
    assert recorded() == [(7, "Before it closed")]


@pytest.mark.parametrize("size", [(1024, 768), (768, 1024)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_can_be_used_by_everybody(browser: Browser, address: str, size: Any, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=True, locale="en-GB"
    )
    page, found = context.new_page(), {}

    def look(name: str) -> None:
        high = page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight")
        found[name] = flaws(page) + page.evaluate(SMALL_FOR_A_FINGER) + (["scrolls"] if high > 0 else [])

    page.goto(address)
    look("score")
    page.get_by_role("button", name="2", exact=True).tap()
    look("words")
    page.get_by_role("button", name="Skip").tap()
    look("choice")
    page.get_by_role("button", name="How we use your answer").tap()
    look("usage")
    page.get_by_role("button", name="Close").tap()
    page.get_by_role("button", name="For staff").tap()
    look("pin")
    page.get_by_label("PIN").fill("2468")
    page.get_by_role("button", name="Open").tap()
    expect(page.get_by_role("button", name="Send now")).to_be_visible()
    look("staff")
    context.close()
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_without_script_the_page_is_one_form(
    browser: Browser, address: str, recorded: Callable[[], list[tuple[int, str]]]
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Your score is missing")
    page.get_by_role("radio", name="6", exact=True).check()
    page.get_by_label("Why, detractor?").fill("By hand")
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("heading", name="Thanks for coming")).to_be_visible()
    page.get_by_role("link", name="Next person").click()
    expect(page.get_by_role("heading", name="Would you recommend Andina?")).to_be_visible()
    context.close()
    assert recorded() == [(6, "By hand")]
