"""Alert rules and alerts by the API: the same rules as the pages make."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from closeloop.actions import follow_up
from closeloop.models import AlertRule, Case
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry, Organization, Team, TeamMember, Unit
from tests.closeloop.conftest import Answers
from tests.conftest import Cast

RULES = "/api/v1/alert-rules"


class Program(Client):
    """A program with a key of its own."""

    def __init__(self, key: str) -> None:
        super().__init__(headers={"authorization": f"Bearer {key}"})

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        return self.generic(method, path, content_type="application/json", data=json.dumps(body))


@pytest.fixture
def api(started: Organization, cast: Cast) -> Program:
    return Program(make_api_key(started, name="CRM", by=cast.alicia))


@pytest.fixture
def fibra(started: Organization, cast: Cast) -> Team:
    team = Team.objects.create(name="Fibra")
    TeamMember.objects.create(team=team, membership=cast.bruno)
    return team


def test_a_rule_is_made_read_changed_moved_and_deleted(api: Program, fibra: Team, answers: Answers) -> None:
    Unit.objects.create(name="Lima", code="lim")
    first = AlertRule.objects.get()
    asked = {
        "name": "Leaving", "match": "any", "words": ["baja"], "score_to": 3, "unit": "lim", "value_from": "500.00",
        "handing": "in_turn", "team": "Fibra", "priority": 1, "before": first.pk,
    }  # fmt: skip
    made = api.send("POST", RULES, asked)
    assert made.status_code == 201, made.json()
    rule = made.json()
    assert {name: rule[name] for name in asked if name != "before"} == {n: v for n, v in asked.items() if n != "before"}
    assert rule["sentence"].endswith("for whoever of Fibra has fewest open cases and send an alert to that person.")
    assert [one["name"] for one in api.get(RULES).json()["results"]] == ["Leaving", "Detractors"]
    case = follow_up(answers(9, "la baja").pk)
    assert case and case.rule_id == rule["id"] and case.assignee and str(case.assignee.user.email).startswith("bruno")
    changed = api.send("PATCH", f"{RULES}/{rule['id']}", {"is_active": False, "assignee": "Bruno@andina.example"})
    assert (changed.json()["is_active"], changed.json()["assignee"]) == (False, "bruno@andina.example")
    assert changed.json()["words"] == ["baja"]
    assert api.delete(f"{RULES}/{rule['id']}").status_code == 204
    assert api.get(f"{RULES}/{rule['id']}").status_code == 404 and Case.objects.count() == 1
    actions = AuditEntry.objects.filter(target_kind="alertrule").values_list("action", flat=True)
    assert {"alert_rule.created", "alert_rule.changed", "alert_rule.moved", "alert_rule.deleted"} <= set(actions)


def test_a_rule_is_tried_before_it_is_made(api: Program, answers: Answers) -> None:
    for n in range(5):
        answers(9, "la baja" if n % 2 else "bien")
    answers(2, "la baja")
    tried = api.send("POST", f"{RULES}/try", {"name": "Leaving", "words": ["baja"]}).json()
    assert {name: tried[name] for name in ("looked_at", "fitting", "taken", "cases", "days", "is_capped")} == {
        "looked_at": 6, "fitting": 3, "taken": 1, "cases": 2, "days": 90, "is_capped": False,
    }  # fmt: skip
    assert tried["text"] == "It would have opened 2 cases in the last 90 days, about 1 a month."
    assert len(tried["responses"]) == 3 and AlertRule.objects.count() == 1
    kept = api.send("POST", f"{RULES}/{AlertRule.objects.get().pk}/try", {}).json()
    assert (kept["fitting"], kept["cases"]) == (1, 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"score_from": 8, "score_to": 3}, "score_to"),
        ({"handing": "in_turn"}, "team"),
        ({"team": "Nobody"}, "team"),
        ({"assignee": "stranger@x.example"}, "assignee"),
        ({"trigger": "no_answer", "words": ["baja"]}, "words"),
        ({"trigger": "bounce", "sends_alert": False}, "sends_alert"),
        ({"classes": ["silent"]}, "classes.0"),
        ({"no_answer_days": 0}, "no_answer_days"),
        ({"chat_rooms": ["Nowhere"]}, "chat_rooms"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(api: Program, values: dict, field: str) -> None:
    refused = api.send("POST", RULES, {"name": "Rule", **values})
    assert refused.status_code == 400, refused.json()
    assert field in {error["field"] for error in refused.json()["errors"]}
    assert AlertRule.objects.count() == 1


def test_who_was_told_is_read(api: Program, answers: Answers) -> None:
    response = answers(2)
    follow_up(response.pk)
    (alert,) = api.get("/api/v1/alerts").json()["results"]
    assert (alert["response"], alert["person"], alert["chat_room"], alert["trigger"], alert["state"]) == (
        response.pk, "alicia@andina.example", None, "answer", "trying",
    )  # fmt: skip
    assert api.get("/api/v1/alerts?state=told").json()["results"] == []
    assert api.get("/api/v1/alerts?state=odd").status_code == 400
