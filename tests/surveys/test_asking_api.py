"""Surveys, programmes and invitations by API key, in the shapes that outsiders rely on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from nps_platform.messaging.models import Message
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import Organization
from surveys.actions.waves import plan_next_batch
from surveys.models import Survey
from tests.conftest import Cast
from tests.surveys.waves import customer, published, wave


class Api:
    """Speaks JSON with a key."""

    def __init__(self, key: str) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(self, path: str, **query: str | int) -> tuple[int, Any]:
        answer = self._client.get(f"/api/v1/{path}", query)
        return answer.status_code, answer.json()

    def post(self, path: str, body: object = None, *, once: str = "") -> tuple[int, Any]:
        """`once`: its Idempotency-Key."""
        headers = {"Idempotency-Key": once} if once else {}
        answer = self._client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    def patch(self, path: str, body: object) -> tuple[int, Any]:
        answer = self._client.patch(f"/api/v1/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    def delete(self, path: str) -> int:
        return self._client.delete(f"/api/v1/{path}").status_code


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(make_api_key(cast.organization, name="test", by=None))


def test_a_wave_is_asked_by_api_alone(cast: Cast, inside: Organization, api: Api) -> None:
    customer(1)
    customer(2, email="")
    told = {"kind": "relational", "name": "Relational 2026", "languages": ["es", "en"]}
    status, survey = api.post("surveys", told)
    assert status == 201 and survey["state"] == "draft"
    assert {q["key"] for q in survey["questions"]} >= {"nps", "why-detractor"}
    wave = {"survey": survey["id"], "name": "Wave 1", "mode": "wave", "channel": "email", "audience": None}
    status, programme = api.post("programmes", wave | {"quarantine_days": 0, "reminders": [{"after_days": 5}]})
    assert (status, programme["state"], programme["reminders"]) == (201, "draft", [{"after_days": 5}])
    here = f"programmes/{programme['id']}"
    assert api.post(f"{here}/launch")[0] == 409  # its survey is a draft
    assert api.post(f"surveys/{survey['id']}/publish")[0] == 200
    status, simulation = api.post(f"{here}/simulate")
    assert status == 200
    assert (simulation["eligible"], simulation["recipients"], simulation["skipped"]) == (2, 1, {"no_address": 1})
    status, launched = api.post(f"{here}/launch")
    assert (status, launched["state"]) == (202, "planning")
    while plan_next_batch(programme["id"]):
        pass
    status, found = api.get("invitations", programme=programme["id"], state="planned")
    (invitation,) = found["results"]
    assert invitation["customer"] == "C-1"
    assert invitation["url"].startswith("http") and "/s/" in invitation["url"]
    assert "/u/" in invitation["unsubscribe_url"]
    status, skipped = api.get("invitations", customer="C-2")
    assert [(i["skip_reason"], i["url"]) for i in skipped["results"]] == [("no_address", None)]
    assert api.post(f"{here}/pause")[0] == 202
    assert Message.objects.get().state == Message.State.HELD
    assert api.post(f"{here}/resume")[1]["state"] == "running"
    assert api.get(here)[1]["recipients"] == 1


def test_links_are_for_keys_that_may_see_them(cast: Cast, inside: Organization) -> None:
    customer(1)
    wave()
    plain = Api(make_api_key(cast.organization, name="plain", by=None, scopes=("read",)))
    (invitation,) = plain.get("invitations")[1]["results"]
    assert (invitation["url"], invitation["unsubscribe_url"]) == (None, None)
    assert plain.post("surveys", {"kind": "relational", "name": "x"})[0] == 403


def test_employees_are_not_asked_by_mail(inside: Organization, api: Api) -> None:
    status, survey = api.post("surveys", {"kind": "employee", "name": "eNPS", "languages": ["es"]})
    assert status == 201 and "contact" not in {question["key"] for question in survey["questions"]}
    status, refused = api.post("programmes", {"survey": survey["id"], "name": "x"})
    assert status == 400 and refused["errors"][0]["field"] == "survey"


def test_refusals_name_the_field(cast: Cast, inside: Organization, api: Api) -> None:
    status, body = api.post("surveys", {"kind": "other", "name": "", "languages": ["qq"], "stage": 10**30})
    assert status == 400
    assert {e["field"].split(".")[0] for e in body["errors"]} == {"kind", "name", "languages", "stage"}
    status, body = api.post("programmes", {"survey": 999, "name": "x", "audience": "y", "quarantine_days": -1})
    assert {e["field"] for e in body["errors"]} == {"survey", "audience", "quarantine_days"}
    assert api.get("invitations", programme="x")[0] == 400
    assert api.get("invitations", state="x")[0] == 400
    assert api.get("surveys/999")[0] == 404


def test_the_draft_changes_and_publishing_makes_a_version(cast: Cast, inside: Organization, api: Api) -> None:
    nps = {"key": "nps", "texts": {"es": {"text": "¿Nos recomendaría?"}}}
    status, survey = api.post(
        "surveys", {"kind": "relational", "name": "R", "languages": ["es"], "questions": [nps], "ask_contact": False}
    )
    assert next(q for q in survey["questions"] if q["key"] == "nps")["texts"]["es"]["text"] == "¿Nos recomendaría?"
    here = f"surveys/{survey['id']}"
    thanks = {"promoter": {"es": {"title": "¡Gracias!", "body": ""}}}
    status, changed = api.patch(here, {"languages": ["es", "it"], "thanks": thanks})
    assert (status, changed["thanks"]["promoter"]["es"]["title"]) == (200, "¡Gracias!")
    api.patch(here, {"questions": [{"key": "why-passive", "texts": {"it": {"text": ""}}}]})
    status, refused = api.post(f"{here}/publish")
    assert (status, [e["field"] for e in refused["errors"]]) == (400, ["why-passive"])
    api.patch(here, {"questions": [{"key": "why-passive", "texts": {"it": {"text": "Che cosa manca?"}}}]})
    status, live = api.post(f"{here}/publish")
    assert (status, live["version"], live["has_changes"]) == (200, 1, False)
    status, draft = api.patch(here, {"languages": ["es"]})
    assert (status, draft["version"], draft["has_changes"]) == (200, 1, True)
    assert api.post(f"{here}/publish")[1]["version"] == 2
    assert api.patch(here, {"name": "Otro nombre"})[1]["name"] == "Otro nombre"


def test_what_a_survey_says_may_be_sent_back_as_it_is(inside: Organization, api: Api) -> None:
    _status, survey = api.post("surveys", {"kind": "transactional", "name": "R", "languages": ["es"]})
    ranges = {question["key"]: (question["low"], question["high"]) for question in survey["questions"]}
    assert ranges["nps"] == (0, 10) and ranges["why-detractor"] == (None, None)  # words have no numbers
    assert api.patch(f"surveys/{survey['id']}", {"questions": survey["questions"]}) == (200, survey)


def test_another_organisations_rows_are_not_there(cast: Cast, inside: Organization) -> None:
    survey = published()
    stranger = Api(make_api_key(cast.other, name="otra", by=None))
    assert stranger.get(f"surveys/{survey.pk}")[0] == 404
    assert stranger.post(f"surveys/{survey.pk}/publish")[0] == 404
    assert stranger.get("surveys")[1] == {"results": [], "next": None}
    status, body = stranger.post("programmes", {"survey": survey.pk, "name": "x"})
    assert (status, body["errors"][0]["field"]) == (400, "survey")
    assert Survey.objects.count() == 1
