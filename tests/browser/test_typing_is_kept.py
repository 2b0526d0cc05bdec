"""What one types and chooses stands, however slowly the server answers in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from surveys.actions import create_survey
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
REVENUE = "customerID,MonthlyCharges,Plan\n1,29.85,A\n9,56.95,B\n"
SLOW_MS = 700


@pytest.fixture
def slow(page: Page, live_server: Any, sign_in: SignIn, cast: Cast, settings: Any, tmp_path: Path) -> Page:
    """Alicia's browser; what htmx asks for takes its time."""
    settings.MEDIA_ROOT = tmp_path

    def late(route: Route) -> None:
        if "hx-request" in route.request.headers:
            page.wait_for_timeout(SLOW_MS)
        route.continue_()

    sign_in(cast.alicia)
    page.route("**/o/**", late)
    return page


@pytest.fixture
def columns(slow: Page, live_server: Any) -> Page:
    """A file of revenue without months, before its columns."""
    slow.goto(f"{live_server.url}/o/andina/customers/imports/new/revenue/")
    slow.locator('input[type="file"]').set_input_files(
        {"name": "mayo.csv", "mimeType": "text/csv", "buffer": REVENUE.encode()}
    )
    slow.get_by_role("button", name="Look into the file").click()
    expect(slow.get_by_label("Month of the whole file")).to_be_visible()
    return slow


def settled(page: Page) -> None:
    page.wait_for_timeout(3 * SLOW_MS)
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_a_month_typed_and_a_column_chosen_right_after_both_stand(columns: Page) -> None:
    columns.get_by_label("Month of the whole file").press_sequentially("2026-03")
    columns.get_by_label("Plan").select_option("currency")
    settled(columns)
    expect(columns.get_by_label("Month of the whole file")).to_have_value("2026-03")
    expect(columns.get_by_label("Plan")).to_have_value("currency")


def test_what_is_typed_while_the_columns_are_looked_at_stands(columns: Page) -> None:
    columns.get_by_label("Plan").select_option("")
    columns.get_by_label("Plan").select_option("currency")
    columns.get_by_label("Month of the whole file").press_sequentially("2026-03", delay=100)
    settled(columns)
    expect(columns.get_by_label("Month of the whole file")).to_have_value("2026-03")
    expect(columns.get_by_label("Month of the whole file")).to_be_focused()


def test_a_condition_typed_while_another_is_redrawn_stands(slow: Page, live_server: Any) -> None:
    slow.goto(f"{live_server.url}/o/andina/customers/segments/new/")
    slow.get_by_role("button", name="Add a condition").click()
    settled(slow)
    first, second = slow.locator("#value-0"), slow.locator("#field-1")
    slow.locator("#field-0").select_option("external_id")
    settled(slow)
    second.select_option("revenue_total")
    first.press_sequentially("C-100", delay=150)
    settled(slow)
    expect(first).to_have_value("C-100")
    expect(second).to_have_value("revenue_total")
    slow.locator("#operator-0").select_option("contains")
    settled(slow)
    expect(first).to_have_value("C-100")
    expect(slow.locator("#operator-0")).to_have_value("contains")


def test_who_leaves_the_editor_right_after_typing_loses_nothing(slow: Page, live_server: Any, cast: Cast) -> None:
    with entered(cast.organization):
        survey = create_survey(name="Relacional", kind="relational", languages=["es"], by=cast.alicia)
    slow.goto(f"{live_server.url}/o/andina/surveys/{survey.pk}/")
    words = slow.locator("#part textarea, #part input[type=text]").first
    words.fill("¿Nos recomendaría?")
    slow.locator("#outline a").nth(2).click()
    slow.wait_for_url("**part=**")
    slow.goto(f"{live_server.url}/o/andina/surveys/{survey.pk}/")
    expect(words).to_have_value("¿Nos recomendaría?")


def test_two_windows_at_one_question_keep_what_each_of_them_changed(
    page: Page, live_server: Any, sign_in: SignIn, cast: Cast
) -> None:
    with entered(cast.organization):
        survey = create_survey(name="Relacional", kind="relational", languages=["en"], by=cast.alicia)
    sign_in(cast.alicia)
    here, other = f"{live_server.url}/o/andina/surveys/{survey.pk}/?part=why-promoter", page.context.new_page()
    for window in (page, other):
        window.goto(here)
    page.get_by_label("Question").fill("What do we do well?")
    expect(page.frame_locator("#preview").get_by_text("What do we do well?")).to_be_visible()
    other.get_by_label("Help").fill("One line is enough.")
    expect(other.frame_locator("#preview").get_by_text("One line is enough.")).to_be_visible()
    page.goto(here)
    expect(page.get_by_label("Question")).to_have_value("What do we do well?")
    expect(page.get_by_label("Help")).to_have_value("One line is enough.")
    expect(page.get_by_label("Promoter")).to_be_checked()
    page.get_by_label("Help").fill("")
    expect(page.frame_locator("#preview").get_by_text("One line is enough.")).to_be_hidden()


def test_a_session_that_ended_takes_nothing_that_was_typed(
    page: Page, live_server: Any, sign_in: SignIn, cast: Cast
) -> None:
    with entered(cast.organization):
        survey = create_survey(name="Relacional", kind="relational", languages=["en"], by=cast.alicia)
    sign_in(cast.alicia)
    page.goto(f"{live_server.url}/o/andina/surveys/{survey.pk}/?part=why-promoter")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Question").fill("Typed without a session")
    expect(page.get_by_text("You are no longer signed in.")).to_be_visible()
    expect(page.get_by_label("Question")).to_have_value("Typed without a session")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in another window").click()
    expect(opened.value).to_have_url(f"{live_server.url}/accounts/login/")
    opened.value.close()
    sign_in(cast.alicia)
    page.context.add_cookies([{"name": "csrftoken", "value": "n" * 32, "url": live_server.url}])  # as signing in does
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # a headless browser's windows are always in focus
    expect(page.get_by_text("You are no longer signed in.")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Question")).to_have_value("Typed without a session")
