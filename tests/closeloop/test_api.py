"""Cases over the API: the same actions, the same refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from closeloop.models import Case
from nps_platform.messaging.models import Message
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

Api = Any


@pytest.fixture
def api(cast: Cast) -> Api:
    def call(method: str, path: str, body: Any = None, *, of: Any = cast.organization, scopes: Any = None) -> Any:
        given = {"scopes": scopes} if scopes else {}
        client = Client(headers={"Authorization": f"Bearer {make_api_key(of, name='tests', by=None, **given)}"})
        answer = client.generic(method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    return call


def test_a_program_works_a_case_from_list_to_end(opens: Opens, api: Api, cast: Cast) -> None:
    case = opens(2, "Sigo sin internet")
    status, listed = api("GET", "cases?state=new&class=detractor&order=due&assignee=none")
    assert status == 200 and [row["id"] for row in listed["results"]] == [case.pk] and listed["next"] is None
    assert listed["results"][0]["customer"] == "C1" and listed["results"][0]["score"] == 2
    base = f"cases/{case.pk}"
    assert api("POST", f"{base}/acknowledge")[1]["state"] == "acknowledged"
    assert api("POST", f"{base}/assign", {"assignee": "BRUNO@andina.example"})[1]["assignee"] == "bruno@andina.example"
    assert api("POST", f"{base}/notes", {"text": "Visto"})[0] == 201
    status, reply = api("POST", f"{base}/replies", {"text": "Vamos hoy"})
    assert (status, reply["kind"], reply["actor"]) == (201, "reply", "API: tests")
    status, forward = api("POST", f"{base}/forwards", {"email": "planta@x.example", "text": "¿Qué pasó?"})
    assert status == 201 and "/f/" in forward["url"]
    assert Client().get(forward["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    status, done = api("POST", f"{base}/resolve", {"root_cause": "delivery", "outcome": "solved"})
    assert (status, done["state"], done["root_cause"], done["outcome"]) == (200, "resolved", "delivery", "solved")
    assert api("POST", f"{base}/resolve", {"root_cause": "delivery", "outcome": "solved"})[0] == 409
    assert api("POST", f"{base}/reopen", {"text": "Llamó"})[1]["state"] == "reopened"
    status, whole = api("GET", base)
    kinds = [event["kind"] for event in whole["events"]]
    assert kinds == ["opened", "acknowledged", "assigned", "note", "reply", "forward", "resolved", "reopened"]
    assert "/c/" in whole["customer_url"]
    assert AuditEntry.objects.filter(action="case.reply", actor_label="API: tests").exists()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("resolve", {"outcome": "solved"}, "root_cause"),
        ("resolve", {"root_cause": "gone", "outcome": "solved"}, "root_cause"),
        ("resolve", {"root_cause": "billing", "outcome": "x"}, "outcome"),
        ("replies", {"text": "Hola {{customer_name}}"}, "text"),
        ("replies", {"text": "  "}, "text"),
        ("forwards", {"email": "nobody"}, "email"),
        ("assign", {"assignee": "carla@otra.example"}, "assignee"),
        ("assign", {"team": "gone"}, "team"),
    ],
)
def test_a_refusal_names_its_field(opens: Opens, api: Api, path: str, body: dict, field: str) -> None:
    case = opens()
    status, problem = api("POST", f"cases/{case.pk}/{path}", body)
    assert status == 400 and [error["field"] for error in problem["errors"]] == [field]
    assert not Message.objects.exclude(kind="alert").exists()


def test_links_are_for_keys_with_their_scope(opens: Opens, api: Api) -> None:
    case = opens()
    _status, shown = api("GET", f"cases/{case.pk}", scopes=("read",))
    assert shown["customer_url"] is None
    assert api("POST", f"cases/{case.pk}/notes", {"text": "x"}, scopes=("read",))[0] == 403


def test_another_organisation_s_key_finds_nothing(opens: Opens, api: Api, cast: Cast) -> None:
    case = opens()
    assert api("GET", "cases", of=cast.other)[1]["results"] == []
    for method, path in (("GET", ""), ("POST", "/notes"), ("POST", "/resolve"), ("POST", "/acknowledge")):
        assert api(method, f"cases/{case.pk}{path}", {"text": "x"}, of=cast.other)[0] == 404
    assert Case.objects.get().state == "new"


@pytest.mark.parametrize("query", ["state=x", "class=x", "order=value", "limit=0", "cursor=x"])
def test_an_unknown_filter_is_a_400(opens: Opens, api: Api, query: str) -> None:
    assert api("GET", f"cases?{query}")[0] == 400


def test_pages_follow_one_another_in_either_order(opens: Opens, api: Api) -> None:
    for _ in range(3):
        opens()
    for order in ("due", "newest"):
        _status, first = api("GET", f"cases?limit=2&order={order}")
        _status, second = api("GET", first["next"].split("/api/v1/")[1])
        numbers = [row["number"] for row in first["results"] + second["results"]]
        assert sorted(numbers) == [1, 2, 3] and second["next"] is None


def test_a_case_of_who_refuses_contact_has_no_times_and_takes_no_reply(opens: Opens, api: Api) -> None:
    case = opens(wants_contact=False)
    _status, told = api("GET", f"cases/{case.pk}")
    assert (told["refuses_contact"], told["due_at"], told["act_by"]) == (True, None, None)
    status, problem = api("POST", f"cases/{case.pk}/replies", {"text": "Hola"})
    assert status == 400 and "contact_refused" in json.dumps(problem)
