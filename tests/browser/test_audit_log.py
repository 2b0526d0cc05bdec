"""The audit log stands up to a careful eye, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from nps_platform.customers.models import Customer
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.scope import entered
from tests.browser.looking import flaws
from tests.conftest import Cast


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?kind=team", "?kind=survey"])
def test_the_audit_log_has_no_flaws(
    page: Page,
    live_server: Any,
    cast: Cast,
    sign_in: Callable[[Membership], None],
    width: int,
    scheme: Literal["light", "dark"],
    query: str,
) -> None:
    with entered(cast.organization):
        audit.record("team.created", Team.objects.create(name="Equipo Fibra"), by=cast.alicia)
        audit.record("customer.erased", Customer.objects.create(name="Mercedes"), by=None, label="API: almacén")
        audit.record("case.withdrawn", None, by=cast.bruno)
    sign_in(cast.alicia)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/o/andina/settings/audit/{query}")
    assert flaws(page) == []
