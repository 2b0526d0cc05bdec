"""Each step of an answer and its case is told once, as it stands then, with nothing of what people wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from closeloop import actions
from closeloop.models import CaseEvent, RootCause
from closeloop.webhooks import EVENTS, NAMES
from nps_platform.webhooks.tasks import sweep
from tests.closeloop.conftest import Answers, Opens, answers, mercedes, opens, started, survey  # noqa: F401
from tests.conftest import Cast
from tests.webhooks.conftest import Hook, Hooks

pytestmark = pytest.mark.usefixtures("started")


def told(hook: Hook) -> list[dict[str, Any]]:
    """What came since the last look."""
    sweep()
    came = [(json.loads(got.body), got) for got in hook.receiver.got]
    for body, got in came:
        assert Webhook(hook.secret).verify(got.body, got.headers) == body
    hook.receiver.got.clear()
    return [body for body, _got in came]


def test_an_answer_and_its_case_are_told(hooks: Hooks, opens: Opens) -> None:  # noqa: F811
    hook = hooks()
    case = opens(2, "Sigo sin internet, soy Mercedes Aliaga")
    answer, opened = sorted(told(hook), key=lambda body: body["type"], reverse=True)
    assert (answer["type"], opened["type"]) == ("response.recorded", "case.opened")
    assert answer["data"]["response"] == opened["data"]["response"]
    assert opened["data"]["response"] | {"answered_at": ""} == {
        "id": case.response_id,
        "survey": case.response.survey_id,
        "score": 2,
        "class": "detractor",
        "channel": "email",
        "answered_at": "",
        "customer": "C1",
        "customer_id": case.customer_id,
    }
    assert opened["data"]["case"]["number"] == case.number
    assert opened["data"]["event"]["kind"] == "opened"
    # Nothing of what people are called or wrote: that is read by the API, by its rights.
    assert not {word for word in ("Mercedes", "Sigo", "correo.example") if word in json.dumps([answer, opened])}


def test_a_promoter_brings_an_answer_and_no_case(hooks: Hooks, opens: Opens, answers: Answers) -> None:  # noqa: F811
    hook = hooks()
    actions.follow_up(answers(10).pk)
    assert [body["type"] for body in told(hook)] == ["response.recorded"]


def test_each_step_is_told_as_the_case_stands_with_it(hooks: Hooks, opens: Opens, cast: Cast) -> None:  # noqa: F811
    case = opens()
    hook = hooks()
    steps: list[tuple[str, str, Any]] = [
        ("case.acknowledged", "acknowledged", lambda: actions.acknowledge(case, by=cast.bruno)),
        ("case.assigned", "acknowledged", lambda: actions.assign(case, assignee=cast.bruno, by=cast.bruno)),
        ("case.noted", "acknowledged", lambda: actions.add_note(case, text="Llamar mañana", by=cast.bruno)),
        ("case.replied", "contacted", lambda: actions.send_reply(case, text="Lo sentimos.", by=cast.bruno)),
        ("case.customer_replied", "contacted", lambda: actions.customer_reply(case, text="Sigue igual.")),
        ("case.contacted", "contacted", lambda: actions.log_call(case, spoken=True, by=cast.bruno)),
        (
            "case.forwarded",
            "contacted",
            lambda: actions.forward_case(case, email="red@andina.example", text="?", by=None),
        ),
        (
            "case.resolved",
            "resolved",
            lambda: actions.resolve(
                case, root_cause=RootCause.objects.get(key="delivery"), outcome="solved", by=cast.bruno
            ),
        ),
        ("case.confirmed", "confirmed", lambda: actions.customer_verdict(case, verdict="yes")),
        ("case.reopened", "reopened", lambda: actions.reopen(case, by=cast.bruno)),
    ]
    for kind, state, act in steps:
        act()
        bodies = {body["type"]: body["data"]["case"]["state"] for body in told(hook)}
        assert bodies.get(kind) == state, (kind, bodies)


def test_who_has_it_is_named_by_the_address_that_the_api_uses(hooks: Hooks, opens: Opens, cast: Cast) -> None:  # noqa: F811
    case = opens()
    hook = hooks("case.assigned")
    actions.assign(case, assignee=cast.bruno, by=cast.alicia)
    (body,) = told(hook)
    assert body["data"]["case"]["assignee"] == cast.bruno.user.email


def test_a_correction_is_told_with_the_class_it_brings(hooks: Hooks, opens: Opens) -> None:  # noqa: F811
    case = opens(2)
    hook = hooks()
    case.response.changes.create(kind="correction", score=2)
    type(case.response).objects.filter(pk=case.response_id).update(score=8, nps_class="passive", followed_up_at=None)
    actions.follow_up(case.response_id)
    bodies = {body["type"]: body["data"] for body in told(hook)}
    assert bodies["response.corrected"]["response"]["score"] == 8
    assert bodies["case.updated"]["case"]["class"] == "passive"


def test_every_name_is_one_that_can_be_chosen_and_no_step_goes_untold() -> None:
    assert set(NAMES.values()) <= set(EVENTS)
    assert {kind for kind in NAMES if kind not in CaseEvent.Kind.values} == set()


def test_the_customers_confirmation_is_told_once(hooks: Hooks, opens: Opens, cast: Cast) -> None:  # noqa: F811
    case = opens()
    cause = RootCause.objects.get(key="delivery")
    actions.resolve(case, root_cause=cause, outcome="solved", by=cast.bruno)
    hook = hooks("case.confirmed")
    actions.customer_verdict(case, verdict="yes")
    actions.customer_verdict(case, verdict="yes")
    assert len(told(hook)) == 1
