"""The owner's settings page and the API: adding, changing, testing, and sending again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import Webhook

from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.roles import Role
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from nps_platform.webhooks.tasks import sweep
from tests.conftest import Cast
from tests.receiver import Receiver
from tests.webhooks.conftest import Hooks, happen

PAGE = "/o/andina/settings/webhooks/"
API = "/api/v1/webhooks"


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


class Program:
    """A program with a key."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body)
        return self.client.generic(method, API + path, data=sent or "", content_type="application/json")


@pytest.fixture
def program(cast: Cast) -> Program:
    return Program(make_api_key(cast.organization, name="CRM", by=None))


def secret_on(answer: Any) -> str:
    return str(answer.context["secret"])


def test_an_owner_adds_one_sees_its_secret_once_and_a_test_arrives(
    alicia: Client, receiver: Receiver, inside: object
) -> None:
    assert "https://" in alicia.get(f"{PAGE}new/").content.decode()
    answer = alicia.post(f"{PAGE}new/", {"url": receiver.url, "description": "CRM", "events": ["case.opened"]})
    endpoint, secret = Endpoint.objects.get(), secret_on(answer)
    assert secret.startswith("whsec_")
    assert secret in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert secret not in alicia.get(f"{PAGE}{endpoint.pk}/").content.decode()
    sent = alicia.post(f"{PAGE}{endpoint.pk}/test/")
    sweep()
    (got,) = receiver.got
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "webhook.test"
    page = alicia.get(sent["Location"]).content.decode()
    assert "200 OK" in page
    assert got.headers["webhook-id"] in page


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "required"),
        ("nowhere", "begins with https://"),
        ("http://1.1.1.1/", "begin with https://"),
        ("https://127.0.0.1/", "private network"),
        ("https://169.254.169.254/latest/", "private network"),
        ("https://me:secret@1.1.1.1/", "no user name"),
        ("https://1.1.1.1:22/", "443 and 8443"),
        ("https://nobody.invalid/", "Nobody knows this host"),
        ("https://x/" + "a" * 2000, "2000"),
    ],
)
def test_an_address_that_is_not_sent_to_is_refused_where_it_was_typed(
    alicia: Client, inside: object, settings: Settings, program: Program, url: str, words: str
) -> None:
    settings.OUTGOING_NETWORKS = []
    answer = alicia.post(f"{PAGE}new/", {"url": url, "description": "Nuestro CRM"})
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("2,000", "2000")
    assert "Nuestro CRM" in answer.content.decode()
    refused = program.ask("POST", "", {"url": url})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "url"
    assert not Endpoint.objects.exists()


def test_pausing_changing_rotating_and_deleting(alicia: Client, hooks: Hooks, receiver: Receiver) -> None:
    hook = hooks()
    here = f"{PAGE}{hook.pk}/"
    alicia.post(f"{here}switch/", {"on": "0"})
    assert hook.row.off == "paused"
    assert "nothing is sent there" in alicia.get(here).content.decode()
    alicia.post(f"{here}switch/", {"on": "1"})
    assert hook.row.is_on
    alicia.post(f"{here}edit/", {"url": f"{receiver.url}/other", "events": ["case.resolved"], "description": "Nuevo"})
    assert (hook.row.url, hook.row.events) == (f"{receiver.url}/other", ["case.resolved"])
    new = secret_on(alicia.post(f"{here}secret/"))
    happen("case.resolved")
    (got,) = receiver.got
    assert got.path == "/other"
    assert Webhook(new).verify(got.body, got.headers) == Webhook(hook.secret).verify(got.body, got.headers)
    alicia.post(f"{here}delete/")
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_the_log_shows_what_was_answered_and_sends_again(alicia: Client, hooks: Hooks, receiver: Receiver) -> None:
    hook = hooks()
    receiver.answers = [(500, b"<b>no disk</b>")]
    happen(case={"id": 41})
    page = alicia.get(f"{PAGE}{hook.pk}/").content.decode()
    assert "500 Internal Server Error" in page
    assert "Every try since" in page
    one = f"{PAGE}deliveries/{hook.last.pk}/"
    shown = alicia.get(one).content.decode()
    assert "&lt;b&gt;no disk&lt;/b&gt;" in shown
    assert "41" in shown
    alicia.post(f"{one}replay/")
    sweep()
    assert (hook.last.state, len(receiver.got)) == ("delivered", 2)
    assert alicia.get(f"{PAGE}{hook.pk}/?state=failed&before=zz").status_code == 200


def test_what_was_given_up_since_a_time_is_sent_again_from_the_log(
    alicia: Client, hooks: Hooks, receiver: Receiver
) -> None:
    hook = hooks()
    for days in (0, 9):
        event = Event.objects.create(data={"days": days}, at=timezone.now() - timedelta(days=days))
        Delivery.objects.create(endpoint=hook.row, event=event, kind="case.opened", state="failed", tries=10)
    assert "2 events were given up" in alicia.get(f"{PAGE}{hook.pk}/").content.decode()
    replay = f"{PAGE}{hook.pk}/replay/"
    wrong = alicia.post(replay, {"since": "yesterday"})
    assert wrong.status_code == 422
    assert "yesterday" in wrong.content.decode()
    assert alicia.post(replay, {"since": "2999-01-01T00:00"}).status_code == 422
    alicia.post(replay, {"since": (timezone.localtime() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")})
    sweep()
    assert [body["data"]["days"] for body in hook.told] == [0]


def test_there_are_at_most_twenty(alicia: Client, hooks: Hooks, receiver: Receiver, program: Program) -> None:
    for _number in range(20):
        hooks()
    assert alicia.post(f"{PAGE}new/", {"url": receiver.url}).status_code == 422
    assert program.ask("POST", "", {"url": receiver.url}).status_code == 400
    assert "as many as there may be" in alicia.get(PAGE).content.decode()


def test_a_manager_has_no_webhooks(cast: Cast) -> None:
    manager = cast.sign_in(cast.member(Role.MANAGER))
    assert manager.get(PAGE).status_code == 403
    assert "settings/webhooks" not in manager.get("/o/andina/settings/").content.decode()


def test_a_program_sets_up_its_own(program: Program, receiver: Receiver, inside: object) -> None:
    made = program.ask("POST", "", {"url": receiver.url, "events": ["case.resolved", "case.opened"]})
    assert made.status_code == 201
    one = f"/{made.json()['id']}"
    assert made.json()["events"] == ["case.opened", "case.resolved"]
    assert "secret" not in program.ask("GET", one).json()
    assert [row["url"] for row in program.ask("GET", "").json()["results"]] == [receiver.url]
    happen("case.opened", n=1)
    assert Webhook(made.json()["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)["data"] == {"n": 1}
    (delivery,) = program.ask("GET", f"{one}/deliveries?state=delivered").json()["results"]
    assert (delivery["webhook_id"], delivery["status"], delivery["next_try_at"]) == (
        receiver.got[0].headers["webhook-id"],
        200,
        None,
    )
    assert program.ask("GET", f"{one}/deliveries?state=odd").status_code == 400
    again = program.client.post(f"/api/v1/webhook-deliveries/{delivery['id']}/replay")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    sweep()
    whole = program.client.get(f"/api/v1/webhook-deliveries/{delivery['id']}").json()
    assert whole["body"]["type"] == "case.opened"
    assert [entry["status"] for entry in whole["log"]] == [200, 200]
    assert program.ask("POST", f"{one}/test").status_code == 202
    assert program.ask("POST", f"{one}/replay", {"since": "2026-01-01T00:00:00Z"}).json() == {"count": 0}
    assert program.ask("PATCH", one, {"is_on": False}).json()["off"] == "paused"
    assert program.ask("PATCH", one, {"is_on": True, "events": []}).json()["is_on"] is True
    assert program.ask("PATCH", one, {"events": ["case.odd"]}).json()["errors"][0]["field"] == "events"
    new = program.ask("POST", f"{one}/secret").json()
    assert new["secret"] != made.json()["secret"]
    assert program.ask("DELETE", one).status_code == 204
    assert program.ask("GET", one).status_code == 404
