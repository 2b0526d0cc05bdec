"""Cases that press are brought before people: each step and repetition once, whatever becomes of the tasks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from closeloop.actions import assign, customer_reply, follow_up, reopen, resolve, send_reply
from closeloop.actions.escalating import escalate, escalate_pending
from closeloop.models import Case, CasePolicy, Escalation, EscalationStep, RootCause
from closeloop.starters import give_starters
from closeloop.tasks import escalate_everywhere, follow_up_answers, follow_up_everywhere, rewind_everywhere
from nps_platform.customers.models import Customer
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.actions import change_member
from nps_platform.tenancy.models import AuditEntry, Due, Membership, Organization, Team, TeamMember
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from responses.models import Response
from surveys.models import Survey
from tests.closeloop.conftest import Opens
from tests.conftest import Cast
from tests.surveys.contents import content, live

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=MADRID)
Hour = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def policy(started: Organization) -> CasePolicy:
    """First contact in 5 h: at 4 h to whoever has it, at 5 h to their manager, again every 2 h, twice."""
    policy = CasePolicy.objects.create(name="Detractors", contact_minutes=300, resolution_minutes=600)
    EscalationStep.objects.create(policy=policy, after_percent=80, whom="assignee")
    EscalationStep.objects.create(
        policy=policy, after_percent=100, whom="manager", repeat_every_minutes=120, repeat_times=2
    )
    return policy


def taken(case: Case) -> list[tuple[int, int]]:
    """(percent, repetition) as the timeline tells them."""
    events = Case.objects.get(pk=case.pk).events.filter(kind="escalated")
    return [(event.data["percent"], event.data["repetition"]) for event in events]


def told() -> list[str]:
    return list(Message.objects.filter(kind="escalation").order_by("id").values_list("to_address", flat=True))


def test_steps_go_up_to_the_manager_repeat_on_business_hours_and_end(
    clock: Any, policy: CasePolicy, opens: Opens, cast: Cast
) -> None:
    marta = cast.member(Role.MANAGER)
    change_member(cast.bruno, role=Role.AGENT, manager=marta, by=cast.alicia)
    case = opens()
    assign(case, assignee=Membership.objects.get(pk=cast.bruno.pk), by=cast.alicia)
    expected: list[tuple[int, int]] = []
    for hours, step in (
        (3.9, None),
        (4, (80, 0)),
        (5, (100, 0)),
        (7, (100, 1)),
        (8.9, None),
        (24, (100, 2)),
        (72, None),
    ):
        clock.move_to(MONDAY + hours * Hour)
        escalate_everywhere()
        expected += [step] if step else []
        assert taken(case) == expected, hours
    manager = "manager@andina.example"
    assert told() == ["bruno@andina.example", manager, manager, manager]
    assert Case.objects.get(pk=case.pk).escalate_at is None and not Due.objects.filter(kind="escalations").exists()
    entry = case.events.filter(kind="escalated").latest("id")
    assert entry.data["to_names"] == ["CX manager Test"]
    assert AuditEntry.objects.filter(action="case.escalated").latest("id").actor_label == "system"


def test_the_mail_says_what_is_owed_since_when_and_leads_to_the_case(
    clock: Any, policy: CasePolicy, opens: Opens, cast: Cast
) -> None:
    case = opens(2, "Sigo <b>sin</b> internet")
    clock.move_to(MONDAY + 5 * Hour)
    escalate_everywhere()
    first, last = (kind_of(mail).render(mail) for mail in Message.objects.filter(kind="escalation").order_by("id"))
    assert first.subject == "Case 1 is due soon: Mercedes Aliaga waits for our word"
    assert last.subject == "Case 1 is overdue: Mercedes Aliaga waits for our word"
    assert "It was due 16 Nov 2026, 14:00." in last.text and "Nobody looks after it yet." in last.text
    assert f"/o/andina/inbox/{case.number}/" in last.text and "Sigo &lt;b&gt;sin" in last.html
    page = cast.sign_in(cast.bruno).get(f"/o/andina/inbox/{case.number}/").content.decode()
    assert "Escalated to <b>Alicia Robles</b>: 100% of the time for our word was used" in page
    assert "Escalated" in page and "2 times" in page and "Overdue" in page


def test_what_was_done_in_time_is_brought_before_nobody(clock: Any, policy: CasePolicy, opens: Opens) -> None:
    case, closed = opens(), opens()
    send_reply(case, text="Vamos hoy", by=None)
    resolve(closed, root_cause=RootCause.objects.get(key="other"), outcome="explained", by=None)
    clock.move_to(MONDAY + timedelta(days=3))
    escalate_everywhere()
    assert (taken(case), taken(closed)) == ([], [])
    customer_reply(case, text="Sigue igual")
    clock.move_to(MONDAY + timedelta(days=4))
    escalate_everywhere()
    assert taken(case) == [(80, 0), (100, 0), (100, 1), (100, 2)], (
        "an answer that is owed escalates like the first word"
    )


def test_the_solution_s_steps_pause_with_its_clock_and_a_reopened_case_begins_anew(
    clock: Any, policy: CasePolicy, opens: Opens
) -> None:
    policy.steps.all().delete()
    step = EscalationStep.objects.create(policy=policy, promise="resolution", after_percent=100, whom="team")
    case = opens()
    clock.move_to(MONDAY + Hour)
    send_reply(case, text="Vamos hoy", by=None)
    assert Case.objects.get(pk=case.pk).escalate_at is None
    clock.move_to(MONDAY + timedelta(days=2))
    customer_reply(case, text="Sigue igual")
    assert Case.objects.get(pk=case.pk).escalate_at == MONDAY + timedelta(days=2, hours=9)  # one hour of ten was used
    clock.move_to(MONDAY + timedelta(days=3))
    escalate_everywhere()
    resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="explained", by=None)
    clock.move_to(MONDAY + timedelta(days=3, hours=1))
    reopen(case, by=None)
    assert taken(case) == [(100, 0)], "what was told is not told again because it was reopened"
    clock.move_to(MONDAY + timedelta(days=7))
    escalate_everywhere()
    assert taken(case) == [(100, 0), (100, 0)]
    assert Escalation.objects.filter(step=step).values("since").distinct().count() == 2


def test_changed_hours_move_a_step_and_never_repeat_it(
    clock: Any, policy: CasePolicy, opens: Opens, cast: Cast
) -> None:
    case = opens()
    clock.move_to(MONDAY + 4.5 * Hour)
    escalate_everywhere()
    cast.organization.holidays = ["2026-11-16"]
    cast.organization.save()
    Due.objects.create(organization=cast.organization, kind="case_clocks", due_at=timezone.now())
    rewind_everywhere()
    escalate_everywhere()
    assert taken(case) == [(80, 0)]
    assert Case.objects.get(pk=case.pk).escalate_at == MONDAY + timedelta(days=1, hours=5)


def test_a_team_a_person_and_a_fallback_for_whoever_left(
    clock: Any, policy: CasePolicy, opens: Opens, cast: Cast
) -> None:
    policy.steps.all().delete()
    agent = cast.member(Role.COLLABORATOR)  # works on no cases: nobody is told there
    team = Team.objects.create(name="North")
    TeamMember.objects.create(team=team, membership=cast.bruno)
    EscalationStep.objects.create(policy=policy, after_percent=10, whom="team")
    EscalationStep.objects.create(policy=policy, after_percent=20, whom="person", person=cast.bruno)
    EscalationStep.objects.create(policy=policy, after_percent=30, whom="person", person=agent)
    EscalationStep.objects.create(policy=policy, after_percent=40, whom="manager")
    case = opens()
    assign(case, team=team, by=None)
    clock.move_to(MONDAY + 5 * Hour)
    escalate_everywhere()
    bruno, alicia = "bruno@andina.example", "alicia@andina.example"
    assert told() == [bruno, bruno, alicia, alicia]


def test_nobody_stands_above_themselves(cast: Cast) -> None:
    marta = cast.member(Role.MANAGER)
    alicia = cast.sign_in(cast.alicia)
    values = {"role": "agent", "job_title": "", "manager": marta.pk}
    assert alicia.post(f"/o/andina/settings/members/{cast.bruno.pk}/", values).status_code == 302
    assert Membership.objects.get(pk=cast.bruno.pk).manager == marta
    back = {"role": "manager", "job_title": "", "manager": cast.bruno.pk}
    page = alicia.post(f"/o/andina/settings/members/{marta.pk}/", back)
    assert "Bruno Salas reports to CX manager Test already" in str(page.context["form"].errors["manager"])
    with pytest.raises(ValidationError):
        change_member(marta, role=Role.MANAGER, manager=cast.carla, by=cast.alicia)
    assert cast.carla.pk not in page.context["form"].fields["manager"].queryset.values_list("pk", flat=True)


def test_steps_are_set_changed_and_taken_away_on_the_page(started: Organization, cast: Cast) -> None:
    alicia, here = cast.sign_in(cast.alicia), "/o/andina/settings/deadlines/"
    form = {"name": "Fast", "contact_minutes": "4", "soon_percent": "75"}
    steps = {"steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0"}
    step = {"promise": "contact", "after_percent": "80", "whom": "person", "person": cast.bruno.pk,
            "repeat_every_minutes": "2.5", "repeat_times": "3"}  # fmt: skip
    wrong = alicia.post(here + "new/", {**form, **steps, **_row(0, {**step, "person": ""})})
    assert "Choose who it goes to." in wrong.content.decode() and not CasePolicy.objects.exists()
    wrong = alicia.post(here + "new/", {**form, **steps, **_row(0, {**step, "repeat_every_minutes": ""})})
    assert "Say after how many hours it is repeated." in wrong.content.decode()
    page = alicia.post(here + "new/", {**form, **steps, **_row(0, step)}, follow=True).content.decode()
    assert "Our word to the customer: at 80% of the time to Bruno Salas, and 3 times more every 2 h 30" in page
    made = EscalationStep.objects.get()
    assert (made.repeat_every_minutes, made.policy.name) == (150, "Fast")
    known = {"steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "1"}
    untouched = {"promise": "contact", "after_percent": "100", "whom": "manager", "repeat_times": "0"}
    both = {**_row(0, {**step, "id": made.pk, "whom": "manager"}), **_row(1, untouched)}
    alicia.post(f"{here}{made.policy_id}/", {**form, **known, **both})
    made.refresh_from_db()
    assert (made.whom, made.person, EscalationStep.objects.count()) == ("manager", None, 1), (
        "an untouched row is no step"
    )
    alicia.post(f"{here}{made.policy_id}/", {**form, **known, **both, "steps-0-DELETE": "on"})
    assert not EscalationStep.objects.exists()


def _row(number: int, values: dict[str, Any]) -> dict[str, Any]:
    return {f"steps-{number}-{name}": value for name, value in values.items()}


@pytest.mark.parametrize("seed", range(6))
def test_tasks_that_come_twice_late_in_disorder_or_never_leave_the_same_rows(
    clock: Any, seed: int, policy: CasePolicy, survey: Survey, mercedes: Customer, started: Organization
) -> None:
    random = Random(seed)
    values: dict[str, Any] = {"survey": survey, "kind": survey.kind, "customer": mercedes, "language": "es"}
    answers = [
        Response.objects.create(**values, score=1, nps_class="detractor", answered_at=timezone.now()) for _ in range(3)
    ]
    nudges: list[Any] = [lambda pk=answer.pk: follow_up(pk) for answer in answers]
    nudges += [lambda: follow_up_answers(started.pk), follow_up_everywhere, escalate_everywhere, rewind_everywhere]
    for hours in (0, 4, 5, 7, 24):
        clock.move_to(MONDAY + hours * Hour)
        for nudge in random.choices(nudges, k=random.randint(0, 9)):
            nudge()
    clock.move_to(MONDAY + 30 * Hour)
    Due.objects.create(organization=started, kind="answers.again", due_at=timezone.now()) if not Due.objects.filter(
        kind="answers.again"
    ).exists() else Due.objects.filter(kind="answers.again").update(due_at=timezone.now())
    follow_up_everywhere()
    escalate_everywhere()
    cases = list(Case.objects.order_by("response"))
    assert [case.response_id for case in cases] == [answer.pk for answer in answers]
    assert sorted(case.number for case in cases) == [1, 2, 3]
    for case in cases:
        assert sorted(taken(case)) == [(80, 0), (100, 0), (100, 1), (100, 2)]
        assert list(case.events.exclude(kind="escalated").values_list("kind", flat=True)) == ["opened"]
    assert len(told()) == 12 and Message.objects.filter(kind="alert").count() == 3


def in_thread(organization: Organization, case_id: int) -> None:
    try:
        with entered(organization):
            escalate(case_id)
            escalate_pending()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_take_each_step_once(cast: Cast) -> None:
    with entered(cast.organization):
        give_starters(cast.organization)
        policy = CasePolicy.objects.create(name="Detractors", contact_minutes=1)
        for percent in (50, 100):
            EscalationStep.objects.create(policy=policy, after_percent=percent, whom="team")
        survey = live(content(languages=("es",)))
        values: dict[str, Any] = {"survey": survey, "kind": survey.kind, "score": 1, "nps_class": "detractor"}
        ago = timezone.now() - timedelta(days=6)
        cases = [follow_up(Response.objects.create(**values, answered_at=ago).pk) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda case: in_thread(cast.organization, case.pk), cases * 4))
    with entered(cast.organization):
        for case in cases:
            assert case and taken(case) == [(50, 0), (100, 0)]
        assert Escalation.objects.count() == Message.objects.filter(kind="escalation").count() == 8


def test_the_api_keeps_steps_by_their_ids(started: Organization, cast: Cast) -> None:
    from nps_platform.tenancy.api_keys import make_api_key  # noqa: PLC0415

    api: Any = Client(headers={"authorization": f"Bearer {make_api_key(started, name='tests', by=None)}"})
    steps = [{"after_percent": 80, "whom": "person", "person": "bruno@andina.example"}, {"whom": "manager"}]
    made = api.post(
        "/api/v1/case-policies", {"name": "Fast", "contact_minutes": 60, "steps": steps}, "application/json"
    )
    assert made.status_code == 201, made.content
    first, second = made.json()["steps"]
    assert (first["person"], first["promise"], second["after_percent"]) == ("bruno@andina.example", "contact", 100)
    url = f"/api/v1/case-policies/{made.json()['id']}"
    changed = api.patch(
        url, {"steps": [{"id": second["id"], "whom": "team", "after_percent": 120}]}, "application/json"
    )
    assert [(row["id"], row["whom"]) for row in changed.json()["steps"]] == [(second["id"], "team")]
    for wrong in (
        [{"whom": "person"}],
        [{"whom": "person", "person": "carla@otra.example"}],
        [{"whom": "team", "repeat_times": 2}],
    ):
        assert api.patch(url, {"steps": wrong}, "application/json").status_code == 400
    assert api.patch(url, {"name": "Faster"}, "application/json").json()["steps"] == changed.json()["steps"]
