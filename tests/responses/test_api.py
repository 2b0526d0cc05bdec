"""Answers over the API: those taken elsewhere come in, all can be read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry
from nps_platform.tenancy.scope import entered
from responses.actions import record_response
from responses.models import Response
from surveys.models import Invitation, Survey
from tests.conftest import Cast

Api = Any


@pytest.fixture
def api(cast: Cast) -> Api:
    keys = {c: make_api_key(c, name="tests", by=None) for c in (cast.organization, cast.other)}

    def call(method: str, path: str, body: Any = None, organization: Any = cast.organization, **headers: str) -> Any:
        client = Client(headers={"Authorization": f"Bearer {keys[organization]}", **headers})
        return client.generic(method, f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    return call


def phone_call(asked: Survey, **values: Any) -> dict[str, Any]:
    told = {"survey": asked.pk, "customer": "C-1", "score": 9, "comment": "By phone", "channel": "phone"}
    return told | {"answered_at": timezone.now().isoformat()} | values


def test_an_answer_taken_by_phone_is_a_new_one_and_closes_the_invitation(api: Api, invitation: Invitation) -> None:
    answer = api("POST", "responses", phone_call(invitation.survey))

    assert answer.status_code == 201
    told = answer.json()
    assert (told["class"], told["channel"], told["customer"], told["invitation"]) == ("promoter", "phone", "C-1", None)
    assert told["answered_at"].endswith("Z") and told["changes"] == []
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.CLOSED
    assert Client().get(f"/s/{invitation.token}").status_code == 410
    assert AuditEntry.objects.filter(action="response.recorded", actor_label="API: tests").exists()

    api("POST", "responses", phone_call(invitation.survey, score=3))
    assert Response.objects.count() == 2, "each is an answer of its own"


def test_the_same_key_records_once(api: Api, invitation: Invitation) -> None:
    body = phone_call(invitation.survey)
    first, again = (api("POST", "responses", body, **{"Idempotency-Key": "call-1"}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"] and Response.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"score": 11}, "score"),
        ({"score": "nine"}, "score"),
        ({"score": True}, "score"),
        ({"score": None}, "score"),
        ({"customer": "nobody"}, "customer"),
        ({"customer": 7}, "customer"),
        ({"survey": 10**30}, "survey"),
        ({"survey": "x"}, "survey"),
        ({"answered_at": "2999-01-01T00:00:00Z"}, "answered_at"),
        ({"answered_at": "0001-01-01T00:00:00+14:00"}, "answered_at"),
        ({"answered_at": "yesterday"}, "answered_at"),
        ({"channel": "pigeon"}, "channel"),
        ({"comment": "x" * 4001}, "comment"),
        ({"answers": {"nothing": "x"}}, "answers.nothing"),
        ({"answers": {"contact": "perhaps"}}, "answers.contact"),
    ],
)
def test_what_can_not_be_recorded_is_named(api: Api, invitation: Invitation, wrong: dict, field: str) -> None:
    answer = api("POST", "responses", phone_call(invitation.survey, **wrong))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Response.objects.exists()


def test_further_answers_find_their_place(api: Api, invitation: Invitation) -> None:
    body = phone_call(invitation.survey, score=2, comment="", answers={"detractor": "Too slow", "contact": True})
    told = api("POST", "responses", body).json()
    assert (told["comment"], told["wants_contact"]) == ("Too slow", True)


def test_answers_are_listed_newest_first_and_filtered(api: Api, cast: Cast, invitation: Invitation) -> None:
    survey, now = invitation.survey, timezone.now()
    record_response(invitation, score=1)
    for days, score in ((40, 9), (3, 8)):
        api("POST", "responses", phone_call(survey, score=score, answered_at=(now - timedelta(days=days)).isoformat()))

    def scores(query: str) -> list[int]:
        return [row["score"] for row in api("GET", f"responses?{query}").json()["results"]]

    week_ago, moment = (now - timedelta(days=7)).date(), (now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert scores("") == [1, 8, 9]
    assert scores(f"survey={survey.pk}&class=detractor") == [1] and scores("survey=999") == []
    assert scores(f"from={week_ago}") == [1, 8] and scores(f"to={week_ago}") == [9] and scores(f"from={moment}") == [1]
    assert scores("customer=C-1&limit=2") == [1, 8]
    for query in ("from=soon", "to=2026-13-01", "class=silent", "survey=x", "from=0001-01-01", "to=9999-12-31"):
        assert api("GET", f"responses?{query}").status_code in {200, 400}
    assert api("GET", "responses?from=soon").json()["errors"][0]["field"] == "from"


def test_one_answer_tells_its_history_to_its_own_organisation(api: Api, cast: Cast, invitation: Invitation) -> None:
    response, _created = record_response(invitation, score=9, comment="Good")
    record_response(invitation, score=4, comment="Worse")
    told = api("GET", f"responses/{response.pk}").json()
    assert told["score"] == 4 and told["corrected_at"]
    assert [(change["kind"], change["score"], change["comment"]) for change in told["changes"]] == [
        ("correction", 9, "Good")
    ]
    assert api("GET", f"responses/{response.pk}", organization=cast.other).status_code == 404
    assert api("GET", "responses", organization=cast.other).json()["results"] == []
    foreign = api("POST", "responses", phone_call(invitation.survey), organization=cast.other)
    assert {error["field"] for error in foreign.json()["errors"]} == {"survey", "customer"}
    with entered(cast.other):
        assert not Customer.objects.exists() and not Response.objects.exists()
