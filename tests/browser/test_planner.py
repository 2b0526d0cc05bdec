"""The planner in a real browser: chosen by keys, saved by itself, read as sentences; and on a phone without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from surveys.models import Programme
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.surveys.waves import customer, draft_wave

SignIn = Callable[[Membership], None]


@pytest.fixture
def draft(cast: Cast) -> Programme:
    with entered(cast.organization):
        for n in range(12):
            customer(n)
        return draft_wave(name="Relacional fibra")


@pytest.fixture
def planner(page: Page, live_server: Any, sign_in: SignIn, cast: Cast, draft: Programme) -> Page:
    sign_in(cast.alicia)
    page.goto(f"{live_server.url}/o/andina/programmes/{draft.pk}/")
    return page


def saved(cast: Cast, draft: Programme) -> Programme:
    with entered(cast.organization):
        return Programme.objects.get(pk=draft.pk)


def test_a_plan_is_made_by_keys_alone(planner: Page, cast: Cast, draft: Programme) -> None:
    sample = planner.get_by_label("How many")
    sample.focus()
    planner.keyboard.press("ArrowDown")
    number = planner.get_by_label("People", exact=True)
    expect(number).to_have_value("500")
    expect(sample).to_be_focused()
    planner.keyboard.press("Tab")
    expect(number).to_be_focused()
    planner.keyboard.type("5")
    planner.keyboard.press("Tab")
    button = planner.get_by_role("button", name="Schedule 5 mails…")
    expect(button).to_be_visible()
    expect(planner.locator("#simulation")).to_contain_text("Not drawn")
    assert saved(cast, draft).sample == {"number": 5}
    # What can't be kept stands where it was typed, and goes when it is mended.
    number.fill("0")
    number.press("Tab")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_value("0")
    expect(planner.get_by_role("status").filter(has_text="Not saved:")).to_be_visible()
    assert saved(cast, draft).sample == {"number": 5}
    number.fill("7")
    number.press("Enter")
    expect(planner.get_by_role("button", name="Schedule 7 mails…")).to_be_visible()
    expect(planner.locator(".err")).to_have_count(0)
    planner.get_by_role("button", name="Schedule 7 mails…").click()
    planner.get_by_role("button", name="Launch now").click()
    expect(planner.get_by_text("The programme is on its way.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_every_form_of_the_plan_has_no_flaws(
    planner: Page, cast: Cast, draft: Programme, scheme: Any, width: int
) -> None:
    planner.emulate_media(color_scheme=scheme)
    planner.set_viewport_size({"width": width, "height": 900})
    found = {"wave": flaws(planner)}
    planner.get_by_label("How often").select_option("continuous")
    expect(planner.get_by_label("Once in, days")).to_be_visible()
    found["continuous"] = flaws(planner)
    planner.get_by_label("How often").select_option("trigger")
    expect(planner.get_by_role("button", name="Wait for events…")).to_be_visible()
    found["trigger"] = flaws(planner)
    planner.get_by_label("Delay", exact=True).fill("-1")
    planner.get_by_label("Delay", exact=True).press("Tab")
    expect(planner.get_by_role("status").filter(has_text="Not saved:")).to_be_visible()
    found["wrong"] = flaws(planner)
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_a_phone_without_script_saves_by_its_button(
    phone: Page, live_server: Any, sign_in: SignIn, cast: Cast, draft: Programme, context: Any
) -> None:
    sign_in(cast.alicia)
    phone.context.add_cookies(context.cookies())
    phone.goto(f"{live_server.url}/o/andina/programmes/{draft.pk}/")
    phone.get_by_label("How many").select_option("share")
    phone.get_by_role("button", name="Save and simulate").click()
    phone.get_by_label("Share, %").fill("50")
    phone.get_by_role("button", name="Save and simulate").click()
    expect(phone.get_by_role("button", name="Schedule 6 mails…")).to_be_visible()
    assert saved(cast, draft).sample == {"share": 0.5}
