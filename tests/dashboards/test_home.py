"""Today: what waits for whom, the first steps, the recent score, the latest voices."""

from __future__ import annotations

from datetime import date, timedelta

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
    page = cast.sign_in(cast.bruno).get(f"/o/{cast.organization.slug}/").content.decode()
    assert "/inbox/?view=overdue" in page and "/inbox/?view=unassigned" in page
    # An agent asks nobody: the menu has no heading without entries.
    assert (
        "Asking" not in page
        and "Asking" in cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()
    )
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
        "1 revenue row has no customer",
        "The wave “Ola de mayo” is paused",
    ]
    text = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/").content.decode()
    assert "2 of 3 sent, 1 answered." in text
    assert needs(cast, cast.member(Role.FINANCE)) == ["1 import failed", "1 revenue row has no customer"]
    assert needs(cast, cast.bruno) == []


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
