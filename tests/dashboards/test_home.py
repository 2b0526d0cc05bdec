"""Today: what waits for whom, the first steps, the recent score, the latest voices."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.models import ImportJob
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Team, TeamMember
from nps_platform.tenancy.roles import Role
from surveys.models import Invitation, Programme

TODAY = timezone.localdate()


def needs(cast, member):
    page = cast.sign_in(member).get(f"/o/{cast.organization.slug}/")
    assert page.status_code == 200
    return [need.title for need in page.context["needs"]]


def test_an_empty_organisation_is_led_step_by_step(cast, world):
    page = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/")
    text = page.content.decode()
    assert page.context["next_step"].name == "Customers" and "Import customers" in text
    assert "Nothing waits for you" in text and "No answers yet" in text

    world.pay(world.customer(), date(2026, 1, 1), 10)
    world.survey()
    page = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/")
    # Bruno is a colleague already: the wave is all that is left.
    assert [step.name for step in page.context["steps_done"]] == ["Customers", "Revenue", "Survey", "Team"]
    assert page.context["next_step"].action == "Plan a wave"

    Programme.objects.create(name="Ola", survey=world.survey(), state="closed")
    assert "Getting started" not in cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()
    assert "Getting started" not in cast.sign_in(cast.bruno).get(f"/o/{cast.organization.slug}/").content.decode()


def test_overdue_cases_come_first_and_an_agent_sees_their_own(cast, world):
    now, hour = timezone.now(), timedelta(hours=1)
    mine, others = Team.objects.create(name="Retención"), Team.objects.create(name="Facturas")
    TeamMember.objects.create(team=mine, membership=cast.bruno)
    for assignee, team, due, attempted in (
        (cast.bruno, None, now - hour, None),
        (cast.bruno, None, now - hour, now - hour),  # somebody has been in touch
        (None, mine, now - 3 * hour, None),
        (None, others, now - 2 * hour, None),
        (cast.alicia, None, now - hour, None),
        (None, None, now + hour, None),
    ):
        answer = world.answer(world.customer(), 2, now - 5 * hour)
        world.case(answer, assignee=assignee, team=team, due_at=due, attempted_at=attempted)

    assert needs(cast, cast.bruno) == [
        "2 cases are overdue without first contact",
        "1 case is due within a day",
        "2 cases belong to nobody",
    ]
    # An agent asks nobody: the menu doesn't offer it.
    for member, offered in ((cast.bruno, False), (cast.alicia, True)):
        page = cast.sign_in(member).get(f"/o/{cast.organization.slug}/").content.decode()
        assert (f"/o/{cast.organization.slug}/programmes/" in page) is offered
    assert needs(cast, cast.alicia)[0] == "4 cases are overdue without first contact"
    assert needs(cast, cast.member(Role.COLLABORATOR)) == []


def test_what_stopped_is_shown_to_those_who_can_mend_it(cast, world):
    ImportJob.objects.create(kind="revenue", state="failed", file_name="a.csv")
    ImportJob.objects.create(
        kind="revenue", state="failed", file_name="old.csv", created_at=timezone.now() - timedelta(days=20)
    )
    Message.objects.create(kind="reply", to_address="a@b.example", state="ambiguous")
    wave = Programme.objects.create(name="Ola de mayo", survey=world.survey(), state="paused")
    for state in ("sent", "answered", "skipped", "planned"):
        Invitation.objects.create(
            programme=wave, survey=wave.survey, customer=world.customer(), language="es", state=state
        )
    world.pay(None, date(2026, 1, 1), 10)
    world.pay(None, date(2026, 1, 1), 10, is_erased=True)

    assert needs(cast, cast.alicia) == [
        "1 import failed",
        "Nobody knows whether 1 mail left",
        "The revenue of 1 customer number belongs to nobody",
        "“Ola de mayo” is paused",
    ]
    text = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()
    assert "Sent: 2 of 3. Answered: 1." in text
    assert needs(cast, cast.member(Role.FINANCE)) == [
        "1 import failed",
        "The revenue of 1 customer number belongs to nobody",
    ]
    assert needs(cast, cast.bruno) == []


@pytest.mark.parametrize("who", ["alicia", "bruno", "finance", "manager"])
def test_each_figure_is_the_number_of_rows_behind_its_link(cast, world, who):
    now, hour = timezone.now(), timedelta(hours=1)
    mine, others = Team.objects.create(name="Retención"), Team.objects.create(name="Facturas")
    TeamMember.objects.create(team=mine, membership=cast.bruno)
    for assignee, team in ((cast.bruno, None), (None, mine), (None, others), (cast.alicia, others), (None, None)):
        for due in (-3 * hour, -hour, hour, 40 * hour):
            for more in ({}, {"attempted_at": now, "is_waiting": True}, {"attempted_at": now, "answer_due_at": now}):
                answer = world.answer(world.customer(), 2, now - 5 * hour)
                world.case(answer, assignee=assignee, team=team, due_at=now + due, **more)
        refused = world.answer(world.customer(), 2, now - 5 * hour, wants_contact=False)
        world.case(refused, assignee=assignee, team=team, due_at=None, refuses_contact=True)
    for kind, state, days in (
        ("revenue", "failed", 1), ("customers", "failed", 2), ("revenue", "failed", 20), ("revenue", "checked", 1),
        ("customers", "checked", 3), ("revenue", "done", 1),
    ):  # fmt: skip
        ImportJob.objects.create(
            kind=kind, state=state, file_name="a.csv", created_at=timezone.now() - timedelta(days=days)
        )
    for state in ("ambiguous", "ambiguous", "failed", "bounced", "sent"):
        Message.objects.create(kind="reply", to_address="a@b.example", state=state)
    for month in (1, 2):
        world.pay(None, date(2026, month, 1), 10)

    member = {"alicia": cast.alicia, "bruno": cast.bruno}.get(who) or cast.member(Role(who))
    client = cast.sign_in(member)
    found = client.get(f"/o/{cast.organization.slug}/").context["needs"]
    assert found
    for need in found:
        figure = int(re.findall(r"\d+", need.title)[0])
        page = client.get(need.url).context
        rows = page.get("rows") or page.get("lines") or page["page"].rows
        assert figure == len(rows), need.title


def test_the_recent_score_says_what_may_be_said(cast, world):
    world.answers(100, 50, 50, TODAY - timedelta(days=100))
    world.answers(104, 50, 50, TODAY)
    text = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()
    assert "No demonstrable change." in text and "It rose" not in text

    world.answers(200, 0, 0, TODAY)
    assert "It rose." in cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()


def test_home_asks_as_often_for_many_rows_as_for_few(
    cast, world, django_assert_num_queries, django_assert_max_num_queries
):
    client, path = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/"

    def fill(count):
        for n in range(count):
            world.case(world.answer(world.customer(), 3, timezone.now() - timedelta(days=n), comment="Mal"))

    fill(2)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    fill(12)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(path)
