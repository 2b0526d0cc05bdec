"""The page that gives each unit's employees their link, as its reader uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.models import Collector
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.employees import employee_survey


@pytest.fixture
def address(cast: Cast, inside: Any, live_server: Any) -> str:
    employee_survey()
    for name in ("Lima", "Cusco"):
        Unit.objects.create(name=name, code=name.lower(), path=f"/{name}/")
    return f"{live_server.url}/o/andina/collectors/employees/"


def _row(page: Page, unit: str) -> Any:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=unit, exact=True))


def test_links_are_made_copied_and_answered_without_a_name(
    page: Page,
    context: BrowserContext,
    browser: Browser,
    cast: Cast,
    sign_in: Callable[[Membership], None],
    address: str,
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(cast.alicia)
    page.goto(address)
    lima = _row(page, "Lima")
    lima.get_by_label("People in Lima").fill("4")
    lima.get_by_role("checkbox", name="Make a link").check()
    page.get_by_role("button", name="Make the links and save").click()
    expect(lima.get_by_label("People in Lima")).to_have_value("4")  # too few: said at the field, nothing made
    expect(lima.get_by_text("Fewer than 5 people")).to_be_visible()
    assert flaws(page) == []
    lima.get_by_label("People in Lima").fill("12")
    page.get_by_role("button", name="Make the links and save").click()
    link = lima.get_by_role("textbox", name="Link for Lima").input_value()
    lima.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == link
    expect(_row(page, "Cusco").get_by_role("textbox", name="Link for Cusco")).to_have_count(0)
    with entered(cast.organization):
        made = Collector.objects.get()
    assert (made.unit and made.unit.name, made.people, made.kind) == ("Lima", 12, "employee")

    employee = browser.new_context(locale="en-GB").new_page()
    employee.goto(address.partition("/o/")[0] + urlsplit(link).path)
    employee.get_by_role("radio", name="9", exact=True).check(force=True)
    employee.get_by_role("button", name="Send without my name").click()
    expect(employee.get_by_role("radio", name="9", exact=True)).to_have_count(0)
    assert employee.context.cookies() == []
    employee.context.close()
    with entered(cast.organization):
        assert not Response.objects.exists()  # only sums are kept


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_can_be_used_at_every_size(
    page: Page, cast: Cast, sign_in: Callable[[Membership], None], address: str, width: int, scheme: Any
) -> None:
    sign_in(cast.alicia)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.get_by_role("checkbox", name="Make a link").first.check()
    page.get_by_role("button", name="Make the links and save").click()
    expect(page.get_by_role("button", name="Copy")).to_have_count(1)
    assert flaws(page) == []
