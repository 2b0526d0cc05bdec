"""The pages about delivery in a real browser: usable by everybody, in both schemes, from a desk and from a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from nps_platform.customers.actions import suppress
from nps_platform.messaging.models import Message, SenderCheck
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from tests.browser.looking import flaws
from tests.conftest import Cast

HERE = "/o/andina/deliverability/"
NOW = timezone.now()
FATES: tuple[dict[str, Any], ...] = (
    {"state": "sent", "delivered_at": NOW},
    {"state": "bounced", "error": "550 5.1.1 no such user", "claimed_at": NOW},
    {"state": "sent", "complained_at": NOW},
    {"state": "ambiguous"},
)
FOUND = {
    "spf": {"records": ["v=spf1 -all"], "allows": ["-all"], "lookups": 0, "ending": "-all"},
    "dkim": {"selector": "k1", "record": "", "kind": "rsa", "bits": 0},
    "dmarc": {"records": [], "at": "", "policy": "", "reports_to": ""},
    "silent": [],
}


@pytest.fixture
def desk(page: Page, live_server: Any, sign_in: Callable[[Membership], None], cast: Cast) -> Page:
    """Alicia before the pages, with something of everything on them."""
    with entered(cast.organization):
        for n, fate in enumerate(FATES):
            Message.objects.create(
                kind="invitation", source_id=n, to_address=f"p{n}@a-long-domain.mail.example", **fate
            )
        suppress("p1@a-long-domain.mail.example", reason="bounced", note="550 5.1.1 no such user")
        row = suppress("p2@a-long-domain.mail.example", reason="complained")
        SenderCheck.objects.create(domain="andina.example", found=FOUND, answered_at=NOW)
    sign_in(cast.alicia)
    page.goto(live_server.url + HERE)
    page.removal = f"{live_server.url}{HERE}suppressions/{row.pk}/remove/"  # type: ignore[attr-defined]
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_pages_have_no_flaws(desk: Page, live_server: Any, scheme: Any, width: int) -> None:
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 900})
    expect(desk.get_by_text("a-long-domain.mail.example", exact=True)).to_be_visible()
    found = {"list": flaws(desk)}
    for name in ("suppressions/", "suppressions/new/", "suppressions/import/", "sender/"):
        desk.goto(live_server.url + HERE + name)
        found[name] = flaws(desk)
    desk.goto(desk.removal)  # type: ignore[attr-defined]
    found["removal"] = flaws(desk)
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_everything_uncertain_is_sent_again_after_a_warning(desk: Page, cast: Cast) -> None:
    desk.get_by_role("button", name="Send 1 uncertain message again…").click()
    expect(desk.get_by_text("Whoever got it gets it twice.")).to_be_visible()
    assert flaws(desk) == []
    desk.get_by_role("button", name="Send them again").click()
    expect(desk.get_by_text("1 message goes out again.")).to_be_visible()
    with entered(cast.organization):
        assert Message.objects.get(source_id=3).state != Message.State.AMBIGUOUS
