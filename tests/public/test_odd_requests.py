"""Whatever is posted to the doors outside: never a failure of ours, nothing kept, nothing run, nothing told to others."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from closeloop.models import Case
from nps_platform.tenancy.models import Organization
from responses import public_views
from responses.models import Response
from responses.sent_answers import shown_version
from surveys.authoring.readiness import problems
from surveys.models import Collector, Invitation, Survey
from tests.public.robots import Visit, visit
from tests.surveys.contents import content, live, question, republished, thanks

__all__ = ["visit"]

FORM = "application/x-www-form-urlencoded"
SITE = "https://shop.example"


@pytest.fixture
def place(survey: Survey) -> Collector:
    return Collector.objects.create(kind="link", name="Till", survey=survey, receipt="optional")


@pytest.fixture
def tablet(survey: Survey) -> Collector:
    return Collector.objects.create(kind="kiosk", name="Counter", survey=survey)


@pytest.fixture
def website(survey: Survey) -> Collector:
    return Collector.objects.create(kind="embed", name="Shop", survey=survey, sites=[SITE], secret="secret")


@pytest.fixture
def doors(invitation: Invitation, case: Case, place: Collector, tablet: Collector) -> list[str]:
    return [
        f"/s/{invitation.token}",
        f"/s/{invitation.token}/partial",
        f"/l/{place.token}",
        f"/kiosk/{tablet.token}",
        f"/kiosk/{tablet.token}/answers",
        f"/c/{case.response.loop_token}",
    ]


BODIES: dict[str, tuple[str | bytes, str]] = {
    "no form": (b"\x00\xff", "image/png"),
    "json": ('{"score": 9}', "application/json"),
    "no boundary": ("score=9", "multipart/form-data"),
    "10,000 fields": ("&".join(f"q-{n}=1" for n in range(10_000)), FORM),
    "7 MB": ("comment=" + "a" * 7_000_000, FORM),
    "NUL": ("score=11&comment=%00&language=%00&text=%00&verdict=%00&address=%00&client_key=%00&receipt=%00", FORM),
    "half a character": ("score=11&comment=%ed%a0%80&language=%ed%a0%80&text=&verdict=%ed%a0%80", FORM),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_body_makes_a_door_fail(doors: list[str], body: tuple[str, str]) -> None:
    answers = Response.objects.count()
    for door in doors:
        assert Client().post(door, *body).status_code in (204, 400, 422)
    assert Response.objects.count() == answers


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "undefined", "unicode_escape", "latin-1", "UTF-8"])
def test_whatever_charset_is_claimed_utf8_is_read(place: Collector, visit: Visit, charset: str) -> None:
    """Python knows some that are none: decoding by them fails before there is a request."""
    fields = {
        "score": "9",
        "comment": "Año",
        "contact": "1",
        "contact_asked": "dpr",
        "name": "\\ud800",
        "address": "900 123",
    }
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    body = "".join([*parts, "--x--\r\n"]).encode()
    door, claimed = f"/l/{place.token}", f"charset={charset}"
    assert visit("GET", f"{door}?score=3&language=es", {}, content_type=f"text/plain; {claimed}") == 200
    assert visit("POST", door, {}, body, f"multipart/form-data; boundary=x; {claimed}") == 303
    assert visit("POST", door, {}, b"score=11&comment=%f1", f"{FORM}; {claimed}") == 422
    said = Response.objects.get()
    assert (said.score, said.comment, said.visitor_name) == (9, "Año", "\\ud800")


def test_what_cant_be_read_is_said_on_a_page_that_leads_back(client: Client, invitation: Invitation) -> None:
    address = f"/s/{invitation.token}"
    page = client.post(address, *BODIES["7 MB"], headers={"accept-language": "es"})
    assert page.status_code == 400 and "No se puede leer" in page.text
    assert f'href="{address}"' in page.text and 'href="/"' not in page.text
    assert page["Cache-Control"] == "no-store" and "default-src 'none'" in page["Content-Security-Policy"]


def test_a_customer_whose_page_fails_is_led_to_it_again(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_pk: int) -> Invitation:
        raise RuntimeError

    monkeypatch.setattr(public_views, "open_invitation", fail)
    page = Client(raise_request_exception=False).get(f"/s/{invitation.token}")
    assert page.status_code == 500 and f'href="/s/{invitation.token}"' in page.text and 'href="/"' not in page.text


def test_endless_json_is_refused(tablet: Collector, website: Collector) -> None:
    deep = '{"answers":' + "[" * 30_000
    assert Client().post(f"/kiosk/{tablet.token}/answers", deep, "application/json").status_code == 400
    for door in ("ask", "answers"):
        asked = Client().post(f"/w/{website.token}/{door}", deep, "text/plain", headers={"Origin": SITE})
        assert asked.status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"customer": "\ud800", "signature": "x"}, 403),
        ({"customer": "C-1", "signature": "\ud800"}, 403),
        ({"version": "\ud800:x"}, 422),
        ({"client_key": "\ud800"}, 422),
        ({"language": "\ud800"}, 200),
    ],
)
def test_half_characters_are_no_signature(website: Collector, fields: dict[str, Any], status: int) -> None:
    sent = {"client_key": str(uuid4()), "score": 9, "version": shown_version(website)} | fields
    headers = {"Origin": SITE}
    answer = Client().post(f"/w/{website.token}/answers", json.dumps(sent), "text/plain", headers=headers)
    assert answer.status_code == status


def test_a_tablet_without_script_is_held_back_like_an_open_link(
    tablet: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr("responses.floods.A_MINUTE", 2)
    sent = [Client().post(f"/kiosk/{tablet.token}", {"score": "9", "comment": "Kept"}) for _n in range(3)]
    assert [page.status_code for page in sent] == [303, 303, 429]
    assert "Kept" in sent[-1].text and "send it again in a minute" in sent[-1].text
    assert Response.objects.count() == 2


def test_redirects_are_kept_nowhere_and_tell_no_other_site(client: Client, invitation: Invitation) -> None:
    told = client.post(f"/s/{invitation.token}", {"score": "9"})
    assert (told.status_code, told["Cache-Control"], told["Referrer-Policy"]) == (303, "no-store", "no-referrer")


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_nothing_that_is_written_becomes_markup(
    client: Client, inside: Organization, invitation: Invitation, survey: Survey, place: Collector
) -> None:
    """Names, survey texts, a referral's code, a customer's number and words: all stand on pages that strangers see."""
    Organization.objects.filter(pk=inside.pk).update(name=MARKUP[:60], programme_name=MARKUP[:60], brand_colour="red;}")
    invitation.customer.external_id = MARKUP
    invitation.customer.save()
    texts = {"en": {"text": MARKUP, "low": MARKUP, "high": MARKUP, "help": MARKUP, "title": MARKUP, "step": MARKUP}}
    page = thanks("promoter", step="referral", code="{{customer}}" + MARKUP, texts=texts)
    said = content(question("nps", "nps", texts=texts), question("why", "text", texts=texts), thanks=(page,))
    invitation.version = republished(survey, said).published
    invitation.save()

    address = f"/s/{invitation.token}"
    pages = [client.get(address), client.post(address, {"score": "x", "comment": MARKUP})]
    client.post(address, {"score": "9", "comment": MARKUP})
    loop = Response.objects.get().loop_token
    pages += [client.get(a) for a in (address, f"/c/{loop}", f"/u/{invitation.unsubscribe_token}", f"/l/{place.token}")]
    pages += [client.post(f"/l/{place.token}", {"nickname": MARKUP, "receipt": MARKUP, "client_key": MARKUP})]
    pages += [client.get(f"{address}?language={MARKUP}&score={MARKUP}&{MARKUP}={MARKUP}")]
    for seen in pages:
        assert "<img" not in seen.text and "<script>alert" not in seen.text and "red;}" not in seen.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://[", "https://"])
def test_thanks_lead_to_addresses_of_the_web_alone(url: str, inside: Organization) -> None:
    offer = thanks("promoter", step="offer", url=url)
    review = [thanks(c, review_url=url) for c in ("promoter", "passive", "detractor")]
    for pages in ([offer], review):
        survey = live(content(question("nps", "nps"), thanks=tuple(pages)))
        assert [p for p in problems(survey) if "https://…" in p.message]
