"""The company's side of tablets and websites, and what their doors take and refuse."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles.views import serve
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image

from nps_platform.tenancy.scope import entered
from responses import floods
from responses.models import Response
from responses.sent_answers import shown_version
from surveys.authoring.content import Option
from surveys.collecting.fields import origin_of
from surveys.collecting.pins import hash_pin
from surveys.models import Collector, Survey
from tests.conftest import Cast
from tests.surveys.contents import content, live, question, republished


@pytest.fixture
def survey(inside: Any) -> Survey:
    return live(content(question("nps", "nps"), question("why", "text"), question("ease", "ces")))


@pytest.fixture
def tablet(survey: Survey) -> Collector:
    return Collector.objects.create(kind="kiosk", name="Counter", survey=survey)


def _sent(tablet: Collector, *answers: Any, **more: Any) -> Any:
    return Client().post(f"/kiosk/{tablet.token}/answers", {"answers": answers, **more}, "application/json")


def _answer(tablet: Collector, **fields: Any) -> dict[str, Any]:
    now = timezone.now().isoformat()
    return {
        "client_key": str(uuid4()), "score": 8, "answered_at": now, "version": shown_version(tablet), "language": "en"
    } | fields  # fmt: skip


def test_each_answer_of_a_list_has_its_own_fate(tablet: Collector) -> None:
    good, bad = _answer(tablet, comment="Fine", answers={"ease": 6}), _answer(tablet, score="many")
    told = _sent(tablet, good, bad, good, waiting=2).json()
    assert [(one["state"], one.get("reason")) for one in told["results"]] == [
        ("recorded", None), ("refused", "score"), ("known", None)
    ]  # fmt: skip
    response = Response.objects.get()
    assert (response.score, response.comment, [a.number for a in response.answers.all()]) == (8, "Fine", [6])
    tablet.refresh_from_db()
    assert tablet.seen_at and tablet.waiting == 3


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"client_key": "?"}, "client_key"),
        ({"score": True}, "score"),
        ({"score": 11}, "score"),
        ({"comment": "x" * 5000}, "comment"),
        ({"comment": "\0"}, "comment"),
        ({"answers": {"ease": 9}}, "answers"),
        ({"answers": {"ease": [1]}}, "answers"),
        ({"answers": []}, "answers"),
        ({"version": "1:forged"}, "version"),
    ],
)
def test_what_cannot_be_recorded_says_why(tablet: Collector, fields: dict[str, Any], reason: str) -> None:
    (told,) = _sent(tablet, _answer(tablet, **fields)).json()["results"]
    assert (told["state"], told["reason"]) == ("refused", reason) and not Response.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"answers": 1}', '{"answers": [' + "1," * 100 + "1]}"])
def test_a_body_that_is_no_list_of_answers_is_refused_whole(tablet: Collector, body: str) -> None:
    reply = Client().post(f"/kiosk/{tablet.token}/answers", body, "application/json")
    assert reply.status_code == 400


@pytest.mark.parametrize(
    "clock", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "noon", None]
)
def test_a_clock_that_cannot_be_right_counts_as_now(tablet: Collector, clock: str | None) -> None:
    assert _sent(tablet, _answer(tablet, answered_at=clock)).json()["results"][0]["state"] == "recorded"
    assert tablet.created_at <= Response.objects.get().answered_at <= timezone.now()


def test_an_answer_is_read_by_what_was_on_the_screen(tablet: Collector, survey: Survey) -> None:
    before, first = _answer(tablet, answers={"ease": 7}), survey.published
    republished(survey, content(question("nps", "nps")))
    tablet.refresh_from_db()
    assert _sent(tablet, before).json()["results"][0]["state"] == "recorded"
    response = Response.objects.get()
    assert response.version == first and response.answers.get().number == 7


def test_only_what_this_person_was_asked_is_kept(tablet: Collector, survey: Survey) -> None:
    asked = content(
        question("nps", "nps"),
        question("pay", "csat", classes=["detractor"]),
        question("slow", "text", after=("pay", "1", "2")),
        question("late", "text", after=("slow", "x")),
        question("ease", "ces"),
    )
    republished(survey, asked)
    tablet.refresh_from_db()
    said = {"pay": 5, "slow": "Very", "late": "Yes", "ease": 3}
    results = _sent(
        tablet, *(_answer(tablet, score=score, answers=said | {"pay": pay}) for score, pay in ((9, 1), (2, 5), (1, 2)))
    )
    assert {one["state"] for one in results.json()["results"]} == {"recorded"}
    kept = {r.score: {a.key: a.value for a in r.answers.all()} for r in Response.objects.all()}
    assert kept == {9: {"ease": 3}, 2: {"pay": 5, "ease": 3}, 1: {"pay": 2, "slow": "Very", "ease": 3}}


def test_a_day_without_network_comes_in_at_once_and_a_flood_does_not(
    tablet: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    assert floods.HANDED_IN_AN_HOUR > 16 * 3600 / 10
    monkeypatch.setattr(floods, "HANDED_IN_AN_HOUR", 60)
    day = [_answer(tablet, comment=str(n)) for n in range(50)]
    assert {one["state"] for one in _sent(tablet, *day).json()["results"]} == {"recorded"}
    refused = _sent(tablet, *(_answer(tablet) for _n in range(20)))
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert Response.objects.count() == 50
    elsewhere = Collector.objects.create(kind="kiosk", name="Door", survey=tablet.survey)
    assert _sent(elsewhere, _answer(elsewhere)).status_code == 200


def test_a_version_shown_elsewhere_is_no_proof_here(tablet: Collector, survey: Survey) -> None:
    elsewhere = Collector.objects.create(kind="kiosk", name="Door", survey=survey)
    (told,) = _sent(tablet, _answer(elsewhere)).json()["results"]
    assert told["reason"] == "version"


def test_the_worker_is_another_one_when_the_page_is(tablet: Collector, survey: Survey) -> None:
    def build() -> str:
        worker = Client().get(f"/kiosk/{tablet.token}/worker.js")
        assert worker["Service-Worker-Allowed"] == f"/kiosk/{tablet.token}"
        assert "connect-src 'self'" in worker["Content-Security-Policy"]
        return re.findall(r'OURS \+ "(\w{16})"', worker.text)[0]

    first = build()
    assert build() == first
    Collector.objects.update(idle_seconds=45)
    second = build()
    republished(survey, content(question("nps", "nps", "New words?")))
    assert len({first, second, build()}) == 3


def test_the_page_runs_its_own_script_alone_and_can_be_installed(tablet: Collector) -> None:
    page = Client().get(f"/kiosk/{tablet.token}")
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy and "worker-src 'self'; manifest-src 'self'" in policy and not page.cookies
    manifest = Client().get(f"/kiosk/{tablet.token}/manifest.webmanifest").json()
    assert (manifest["display"], manifest["scope"]) == ("fullscreen", f"/kiosk/{tablet.token}")
    assert manifest["short_name"] == "Tu Voz"


def test_devices_that_draw_no_vectors_find_icons_to_install_it_with(tablet: Collector) -> None:
    page = Client().get(f"/kiosk/{tablet.token}").text
    manifest = Client().get(f"/kiosk/{tablet.token}/manifest.webmanifest").json()
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert [(icon["sizes"], icon["purpose"]) for icon in drawn] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    touch = re.findall(r'rel="apple-touch-icon" href="([^"]+)"', page)
    for address, sizes in [*((icon["src"], icon["sizes"]) for icon in drawn), (touch[0], "180x180")]:
        served = serve(RequestFactory().get(address), address.removeprefix("/static/"), insecure=True)
        assert (served.status_code, served["Content-Type"]) == (200, "image/png")
        width, height = Image.open(BytesIO(b"".join(served))).size
        assert f"{width}x{height}" == sizes


def _new(cast: Cast, kind: str, **fields: Any) -> Any:
    with entered(cast.organization):
        survey = Survey.objects.get()
    client = cast.sign_in(cast.alicia)
    return client.post(
        f"/o/andina/collectors/new/?kind={kind}", {"name": "New", "survey": survey.pk, **fields}, follow=True
    )


def test_a_tablet_is_put_up_with_its_pin(cast: Cast, survey: Survey) -> None:
    page = _new(cast, "kiosk", pin="2468", idle_seconds="30")
    made = Collector.objects.get()
    assert f"/kiosk/{made.token}" in page.text and "No tablet was in touch yet" in page.text
    assert made.pin.startswith("pbkdf2_sha256$") and "2468" not in page.text
    edit = f"/o/andina/collectors/{made.pk}/edit/"
    form = cast.sign_in(cast.alicia).get(edit)
    assert made.pin not in form.text
    cast.sign_in(cast.alicia).post(edit, {"name": "Moved", "survey": survey.pk, "idle_seconds": "60", "pin": ""})
    moved = Collector.objects.get()
    assert (moved.name, moved.pin) == ("Moved", made.pin)


def test_a_pin_is_digits(cast: Cast, survey: Survey) -> None:
    page = _new(cast, "kiosk", pin="secret", idle_seconds="30")
    assert page.status_code == 422 and "Write 4 to 12 digits." in page.text and not Collector.objects.exists()


def test_a_website_gets_its_line_and_a_secret(cast: Cast, survey: Survey) -> None:
    sites = "https://Shop.example/cart\nshop.example\nhttps://www.shop.example:443"
    page = _new(cast, "embed", sites=sites, after_seconds="5", every_days="30")
    made = Collector.objects.get()
    assert made.sites == ["https://shop.example", "https://www.shop.example"]
    assert f"/w/{made.token}.js&quot; async&gt;" in page.text and made.secret in page.text
    client = cast.sign_in(cast.alicia)
    assert f"/w/{made.token}.js" in client.get(f"/o/andina/collectors/{made.pk}/preview/").text
    client.post(f"/o/andina/collectors/{made.pk}/secret/")
    assert Collector.objects.get().secret != made.secret


@pytest.mark.parametrize(
    "line",
    ["http://shop.example", "ftp://shop.example", "shop", "https://", "https://a b.example", "javascript:alert(1)"],
)
def test_what_is_no_website_is_said_where_it_was_typed(cast: Cast, survey: Survey, line: str) -> None:
    page = _new(cast, "embed", sites=line, after_seconds="5", every_days="30")
    assert page.status_code == 422 and "is not the address of a website" in page.text and not Collector.objects.exists()


def test_ones_own_machine_may_try_it() -> None:
    assert origin_of("http://localhost:3000/x") == "http://localhost:3000"


def test_a_pin_is_hashed_as_browsers_can_check() -> None:
    kind, rounds, salt, digest = hash_pin("2468").split("$")
    assert kind == "pbkdf2_sha256" and int(rounds) >= 100_000 and salt and len(digest) == 44


def test_without_script_only_what_fits_the_score_is_asked_for_and_kept(tablet: Collector, survey: Survey) -> None:
    cache.clear()
    asked = content(
        question("nps", "nps"),
        question("why", "text", classes=["detractor"]),
        question("slow", "csat", classes=["detractor"], required=True),
        question(
            "what", "choice", required=True, options=(Option("bill", {"en": "Bill"}), Option("line", {"en": "Line"}))
        ),
        question("which", "text", after=("what", "bill"), required=True),
    )
    republished(survey, asked)
    address = f"/kiosk/{tablet.token}"
    page = Client().get(address).text
    assert "q-slow" in page and "q-which" not in page  # an answer that is not given yet brings nothing up
    sent = {"asked": "1", "score": "9", "comment": "Kept by mistake", "q-slow": "1", "q-which": "May"}
    missing = Client().post(address, sent)
    assert missing.status_code == 422 and missing.text.count("An answer is missing here.</p>") == 1
    assert Client().post(address, sent | {"q-what": "bill"}).status_code == 303
    response = Response.objects.get()
    assert {a.key: a.value for a in response.answers.all()} == {"what": "bill"}
    assert response.comment == ""
