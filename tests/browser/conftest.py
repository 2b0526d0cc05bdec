"""A real browser before a real server. Without Chromium these tests skip with a message; where nothing may skip, they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from closeloop.actions import follow_up
from closeloop.starters import give_starters
from nps_platform.customers.models import Customer
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from responses.models import Response
from tests.conftest import Cast
from tests.surveys.contents import content, live

SignIn = Callable[[Membership], None]
Arrives = Callable[[str, int, str], None]

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright keeps a loop running in the test's thread; the tests themselves stay synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# A shared machine may stand still for seconds; what never comes still fails.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder asks for a browser; one process runs them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that the test tool would download."""
    if CHROMIUM is None:
        if os.environ.get("CIRCULO_NO_SKIP"):
            pytest.fail("Chromium is missing, and browser tests may not be skipped here.")
        pytest.skip("No Chromium on this machine: install `chromium` to run the browser tests.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone that runs no script."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
        locale="en-GB",
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Membership], None]:
    """`sign_in(cast.bruno)`: the test's `page` carries that colleague's session."""

    def carry(membership: Membership) -> None:
        client = Client()
        client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return carry


@pytest.fixture
def arrives(cast: Cast) -> Arrives:
    """`arrives("Mercedes", 2, "…")`: an unhappy answer, and its case."""
    with entered(cast.organization):
        give_starters(cast.organization)
        survey = live(content(languages=("es",)))

    def answer(name: str, score: int, comment: str) -> None:
        with entered(cast.organization):
            customer = Customer.objects.create(name=name, email=f"{name.lower()}@correo.example", language="es")
            values = {"score": score, "nps_class": class_of(score), "comment": comment, "answered_at": timezone.now()}
            response = Response.objects.create(survey=survey, kind=survey.kind, customer=customer, **values)
            follow_up(response.pk)

    return answer


@pytest.fixture
def inbox(page: Page, live_server: Any, arrives: Arrives, sign_in: SignIn, cast: Cast) -> Page:
    """Bruno before the inbox, two cases in it."""
    arrives("Mercedes", 2, "Sigo sin internet")
    arrives("Tomas", 4, "La factura sube cada mes")
    sign_in(cast.bruno)
    page.goto(f"{live_server.url}/o/andina/inbox/")
    return page
