"""Programs open every link of a mail: they leave no answer, nothing begun and no alert; the person after them answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Page, expect

from closeloop.models import Case
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.scope import entered
from responses.actions import record_response
from responses.models import ProvisionalAnswer, Response
from responses.provisional import forget_confirmed, standing
from surveys.models import Invitation
from tests.conftest import Cast
from tests.public.conftest import invitation, mercedes, survey
from tests.public.robots import Visit, visit

__all__ = ["invitation", "mercedes", "survey", "visit"]

# How often each robot comes back to each link.
FETCHED, PREPARED = 50, 104
UNMASKED = "Object.defineProperty(navigator, 'webdriver', {get: () => false})"
PREPARING = (
    {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Site": "none"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
)
SCANNERS = (
    "Mozilla/5.0 (compatible; Barracuda Sentinel)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 SafeLinks",
    "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
    "python-requests/2.32",
)


def links(invitation: Invitation) -> list[str]:
    """Every address that stands in the mail."""
    page = f"/s/{invitation.token}"
    return [
        *(f"{page}?score={score}" for score in range(11)),
        page,
        f"{page}/privacy",
        f"/u/{invitation.unsubscribe_token}",
    ]


def left_behind(cast: Cast) -> dict[str, int]:
    with entered(cast.organization):
        asked = Invitation.objects.get()
        return {
            "answers": Response.objects.count(),
            "begun": ProvisionalAnswer.objects.count(),
            "cases": Case.objects.count(),
            "mails": Message.objects.count(),
            "entries": AuditEntry.objects.count(),
            "changed": int(asked.state != Invitation.State.SENT),
        }


def fetchers(visit: Visit, invitation: Invitation) -> int:
    """Link scanners without scripts: every link by GET and by HEAD, under every name, in no order and again. How many came."""
    visits = FETCHED * list(product(("GET", "HEAD"), links(invitation), SCANNERS))
    random.Random(1).shuffle(visits)
    for method, address, name in visits:
        assert visit(method, address, {"User-Agent": name}) == 200
    return len(visits)


def prefetchers(visit: Visit, invitation: Invitation) -> int:
    """Browsers and mail programs that prepare a page which nobody has asked for yet."""
    visits = PREPARED * list(product(links(invitation), PREPARING))
    random.Random(2).shuffle(visits)
    for address, headers in visits:
        assert visit("GET", address, headers) == 200
    for told in ({"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
        answer = Client().post(f"/s/{invitation.token}/partial", {"score": "0"}, headers=told)
        assert answer.status_code == 204
    return len(visits)


def scanners_with_scripts(browser: Browser, base: str, invitation: Invitation) -> int:
    """They run the page in a browser, half of them hiding what they are, and touch what can be touched; none confirms.

    Those of one manner are there at the same time: most of what they do is wait.
    """
    surveys = [f"{base}{address}" for address in links(invitation) if address.startswith("/s/")]
    for turn, act in enumerate((_look, _script, _click, _type)):
        contexts = [browser.new_context() for _address in surveys]
        for number, (context, address) in enumerate(zip(contexts, surveys, strict=True)):
            if (turn + number) % 2:
                context.add_init_script(UNMASKED)
            context.new_page().goto(address)
        act([context.pages[0] for context in contexts if context.pages[0].locator("textarea").count()])
        for context in contexts:
            context.close()  # leaving is when a page would tell
    return 4 * len(surveys)


def _look(pages: list[Page]) -> None:
    for page in pages:
        page.wait_for_load_state("networkidle")


def _script(pages: list[Page]) -> None:
    """Events made by a script: browsers mark them as such. They stay as long as a reader would."""
    for page in pages:
        page.evaluate(
            """() => { document.querySelectorAll('label, input').forEach(e => e.click());
            const box = document.querySelector('textarea'); box.value = 'x';
            for (const type of ['input', 'change', 'pointermove', 'keydown', 'touchstart'])
                for (let i = 0; i < 5; i++) box.dispatchEvent(new Event(type, {bubbles: true})) }"""
        )
    pages[-1].wait_for_timeout(4500)


def _click(pages: list[Page]) -> None:
    """Real clicks, one after the other, as fast as they can."""
    for page in pages:
        for score in (0, 5, 10):
            page.locator(f"input[value='{score}']").click(force=True)


def _type(pages: list[Page]) -> None:
    for page in pages:
        page.locator("textarea").fill("looking for phishing")


def test_ten_thousand_visits_by_robots_leave_nothing_and_the_person_after_them_answers(
    browser: Browser, live_server: Any, invitation: Invitation, cast: Cast, visit: Visit
) -> None:
    before = left_behind(cast)
    assert before["answers"] == before["begun"] == before["changed"] == 0
    came = fetchers(visit, invitation) + prefetchers(visit, invitation)
    came += scanners_with_scripts(browser, live_server.url, invitation)
    assert came >= 10_000
    assert left_behind(cast) == before

    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}/s/{invitation.token}?score=9")
    page.get_by_label("What do we do well?").fill("The technician.")
    page.get_by_role("button", name="Confirm my answer").click()
    expect(page.get_by_role("heading", name="Thanks, promoter")).to_be_visible()
    context.close()
    with entered(cast.organization):
        answer = Response.objects.get()
        assert (answer.score, answer.comment) == (9, "The technician.")
        assert not ProvisionalAnswer.objects.exists()


def test_a_visit_writes_nothing(invitation: Invitation) -> None:
    for address in links(invitation):
        for ask in (Client().get, Client().head):
            with CaptureQueriesContext(connection) as queries:
                ask(address)
            words = ("INSERT INTO", 'UPDATE "', "DELETE FROM")
            assert not [q["sql"] for q in queries if any(word in q["sql"] for word in words)]


@pytest.fixture
def person(browser: Browser, live_server: Any, invitation: Invitation) -> Iterator[Page]:
    """A person before the page: their pointer moves as a hand does."""
    context = browser.new_context()
    context.add_init_script(UNMASKED)
    page = context.new_page()
    page.goto(f"{live_server.url}/s/{invitation.token}")
    page.mouse.move(80, 80)
    page.mouse.move(400, 300, steps=12)
    yield page
    context.close()


def test_what_a_person_begins_is_kept_apart_until_they_send_it(
    person: Page, invitation: Invitation, cast: Cast
) -> None:
    person.get_by_role("radio", name="3", exact=True).check()
    with person.expect_response(lambda answer: answer.url.endswith("/partial")):
        person.get_by_label("What went wrong?").press_sequentially("Still no internet")
    with entered(cast.organization):
        begun = ProvisionalAnswer.objects.get()
        assert (begun.score, begun.comment, begun.customer.name) == (3, "Still no internet", "Mercedes Ruiz")
        assert not Response.objects.exists() and not Case.objects.exists()
        customer_page = f"/o/andina/customers/{begun.customer_id}/"
    alicia = cast.sign_in(cast.alicia)
    shown = alicia.get(customer_page).text
    assert "began, didn’t send: 3" in shown and "Still no internet" in shown
    assert "began, didn’t send: 3" in alicia.get("/o/andina/comments/").text
    assert "Still no internet" not in cast.sign_in(cast.bruno).get("/o/andina/comments/").text

    person.get_by_role("button", name="Confirm my answer").click()
    expect(person.get_by_role("heading", name="Thanks, detractor")).to_be_visible()
    assert "began, didn’t send" not in alicia.get(customer_page).text
    with entered(cast.organization):
        assert Response.objects.get().score == 3 and not standing().exists()
        assert forget_confirmed() is False
        assert not ProvisionalAnswer.objects.exists()


def test_leaving_the_page_keeps_what_was_begun(person: Page, cast: Cast, live_server: Any) -> None:
    person.get_by_role("radio", name="6", exact=True).check()
    person.wait_for_timeout(4200)
    person.goto(f"{live_server.url}/healthz")
    person.wait_for_timeout(500)
    with entered(cast.organization):
        assert ProvisionalAnswer.objects.get().score == 6


@pytest.mark.django_db
def test_an_answered_or_closed_invitation_keeps_nothing_begun(invitation: Invitation, inside: Organization) -> None:
    partial, client = f"/s/{invitation.token}/partial", Client()
    assert client.post(partial, {"score": "11", "comment": "x"}).status_code == 204
    assert client.post(partial, {"comment": "  "}).status_code == 204
    assert client.get(partial).status_code == 405
    assert not ProvisionalAnswer.objects.exists()
    client.post(partial, {"score": "4", "comment": "a"})
    client.post(partial, {"score": "2", "comment": "b"})
    assert list(ProvisionalAnswer.objects.values_list("score", "comment")) == [(2, "b")]
    record_response(invitation, score=8)
    client.post(partial, {"score": "0"})
    assert not standing().exists()
