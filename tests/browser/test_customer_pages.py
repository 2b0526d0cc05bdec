"""What a customer sees, in a real browser on a small phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from closeloop.actions import forward_case, send_reply
from closeloop.models import Case
from nps_platform.customers.models import Customer
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.models import Invitation
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.public.conftest import case, invitation, mercedes, response, survey

__all__ = ["case", "invitation", "mercedes", "response", "survey"]


def test_a_customer_answers_from_the_mail_without_any_script(
    phone: Page, live_server: Any, invitation: Invitation, cast: Cast
) -> None:
    phone.goto(f"{live_server.url}/s/{invitation.token}?score=9")
    expect(phone.get_by_role("radio", name="9")).to_be_checked()
    expect(phone.get_by_text("What do we do well?")).to_be_visible()

    phone.get_by_role("radio", name="2", exact=True).check()
    expect(phone.get_by_text("What do we do well?")).to_be_hidden()
    phone.get_by_label("What went wrong?").fill("Three visits and nothing works.")
    phone.get_by_label("You may contact me").check()
    phone.get_by_role("button", name="Confirm my answer").tap()

    expect(phone.get_by_role("heading", name="Thanks, detractor")).to_be_visible()
    with entered(cast.organization):
        answer = Response.objects.get()
    assert (answer.score, answer.comment, answer.wants_contact) == (2, "Three visits and nothing works.", True)

    phone.get_by_role("link", name="Follow what becomes of it").tap()
    phone.get_by_text("Correct my answer").tap()
    phone.get_by_role("radio", name="4", exact=True).check()
    phone.get_by_role("button", name="Confirm the change").tap()
    expect(phone.get_by_text("Your new answer has arrived.")).to_be_visible()
    expect(phone.get_by_text("4 of 10.")).to_be_visible()
    assert not phone.context.cookies()


def test_a_forgotten_score_is_said_where_the_eye_is(phone: Page, live_server: Any, invitation: Invitation) -> None:
    phone.goto(f"{live_server.url}/s/{invitation.token}?language=it")
    phone.get_by_role("textbox").fill("Kept")
    phone.locator("button.btn").tap()
    expect(phone).to_have_title(re.compile("^(Error|Errore):"))
    expect(phone.get_by_role("alert")).to_be_focused()
    expect(phone.get_by_role("textbox")).to_have_value("Kept")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_customer_page_can_be_used_by_everybody(
    browser: Browser, live_server: Any, invitation: Invitation, case: Case, cast: Cast, scheme: Any
) -> None:
    send_reply(case, text="We come on Monday.", by=cast.bruno)
    forward = forward_case(case, email="plumber@help.example", text="Can you go?", hidden_fields=(), by=cast.bruno)
    elena = Customer.objects.create(external_id="C-2", name="Elena", email="elena@example.com")
    fresh = Invitation.objects.create(
        programme=invitation.programme, survey=invitation.survey, customer=elena, language="en", state="sent"
    )
    pages = {
        "question": f"/s/{fresh.token}?score=2",
        "privacy": f"/s/{fresh.token}/privacy",
        "thanks": f"/s/{invitation.token}?score=6",
        "loop": f"/c/{case.response.loop_token}",
        "guest": f"/f/{forward.token}",
        "unsubscribe": f"/u/{fresh.unsubscribe_token}",
        "nothing": "/s/garbled",
    }
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for name, address in pages.items():
        page.goto(live_server.url + address)
        found[name] = flaws(page)
    page.goto(live_server.url + pages["question"].removesuffix("?score=2"))
    page.locator("button.btn").click()
    found["error"] = flaws(page)
    context.close()
    assert not {name: wrong for name, wrong in found.items() if wrong}
