"""Whom alerts reach beside the mailbox, when they wait, and what stands in the log: chat rooms, quiet hours, silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from closeloop import tasks
from closeloop.actions import follow_up
from closeloop.actions.alerting import MOST_SINGLE, WINDOW
from closeloop.models import Alert, AlertRule, Case, ChatRoom, QuietHours
from closeloop.quiet import quiet_until
from nps_platform.customers.models import Customer
from nps_platform.messaging import tasks as post
from nps_platform.messaging.fates import mark_returned
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.roles import Role
from nps_platform.webhooks import tasks as hooks
from nps_platform.webhooks.actions import add_endpoint
from surveys.models import Invitation, Programme, Survey
from tests.closeloop.conftest import Answers
from tests.conftest import Cast
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.receiver import Receiver, receiver  # noqa: F401

HERE = "/o/andina/settings/alerts/"
Clock = Any
NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")  # a Wednesday


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def alicia(started: Organization, cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def room(alicia: Client, receiver: Receiver) -> ChatRoom:  # noqa: F811
    """A room that the starting rule tells, and nobody by mail."""
    made = alicia.post(HERE + "rooms/new/", {"name": "Soporte", "url": f"{receiver.url}/services/SECRET"})
    assert made.status_code == 302
    room = ChatRoom.objects.get()
    rule = AlertRule.objects.get()
    changed = {"name": rule.name, "classes": ["detractor"], "opens_case": "on", "priority": "2", "rooms": [room.pk]}
    assert alicia.post(f"{HERE}{rule.pk}/", changed).status_code == 302
    return room


def sweep() -> None:
    tasks.send_digests_everywhere()
    post.sweep()


def said(receiver: Receiver) -> list[str]:  # noqa: F811
    return [json.loads(got.body)["text"] for got in receiver.got]


@pytest.mark.usefixtures("tasks_at_once")
def test_a_room_hears_score_place_and_case_and_the_rest_only_where_it_may(
    room: ChatRoom,
    answers: Answers,
    receiver: Receiver,  # noqa: F811
    alicia: Client,
) -> None:
    follow_up(answers(2, "<!channel> quiero la @baja & ya", wants_contact=True).pk)
    sweep()
    (text,) = said(receiver)
    assert "2 of 10" in text and "Wants to be contacted" in text and "/o/andina/inbox/1/" in text
    assert "Mercedes" not in text and "baja" not in text
    assert receiver.got[0].path == "/services/SECRET" and not Message.objects.filter(channel="email").exists()
    alicia.post(f"{HERE}rooms/{room.pk}/", {"name": "Soporte", "tells_who": "on"})
    follow_up(answers(1, "<!channel> quiero la @baja & ya").pk)
    sweep()
    told = said(receiver)[1]
    assert "Mercedes Aliaga" in told and "&lt;!channel&gt;" in told and "&amp; ya" in told
    assert "<!channel>" not in told and "@baja" not in told
    assert "SECRET" not in ChatRoom.objects.get().sealed_url


@pytest.mark.usefixtures("tasks_at_once")
def test_what_does_not_arrive_is_tried_again_and_the_log_says_so(
    room: ChatRoom,
    answers: Answers,
    receiver: Receiver,  # noqa: F811
    alicia: Client,
) -> None:
    receiver.answers = [(503, b"later"), (404, b"no_service")]
    follow_up(answers(2).pk)
    sweep()
    log = alicia.get(HERE + "log/").content.decode()
    assert "Is tried again" in log and "HTTP 503" in log and "Soporte" in log and "SECRET" not in log
    for expected in ("HTTP 404", ""):
        Message.objects.update(due_at=timezone.now())
        tasks_due = Message.objects.get()
        assert tasks_due.state == Message.State.QUEUED
        post.send.delay(room.organization_id)
        assert Message.objects.get().error == expected
    assert len(receiver.got) == 3 and Message.objects.get().state == Message.State.SENT
    log = alicia.get(HERE + "log/?show=told").content.decode()
    assert "Told" in log and "Mercedes Aliaga" in log and alicia.get(HERE + "log/?show=trouble").context["lines"] == []


@pytest.mark.usefixtures("tasks_at_once")
def test_a_flood_reaches_a_room_as_a_digest(
    room: ChatRoom,
    answers: Answers,
    receiver: Receiver,  # noqa: F811
    clock: Clock,
) -> None:
    for n in range(MOST_SINGLE + 15):
        follow_up(answers(n % 7).pk)
    sweep()
    assert len(receiver.got) == MOST_SINGLE
    clock.move_to(NOON + WINDOW)
    sweep()
    assert len(receiver.got) == MOST_SINGLE + 1
    lines = said(receiver)[-1].splitlines()
    assert lines[0] == "15 answers wait for you" and len([line for line in lines if line.startswith("•")]) == 10
    assert "and 5 more" in lines


def test_a_room_without_its_rule_goes_and_one_that_a_rule_tells_stays(alicia: Client, room: ChatRoom) -> None:
    page = alicia.post(f"{HERE}rooms/{room.pk}/delete/", follow=True).content.decode()
    assert "Rules tell this room: Detractors" in page and ChatRoom.objects.exists()
    AlertRule.objects.get().rooms.all().delete()
    alicia.post(f"{HERE}rooms/{room.pk}/delete/")
    assert not ChatRoom.objects.exists()
    assert AuditEntry.objects.filter(action="chat_room.deleted").exists()


@pytest.mark.usefixtures("tasks_at_once")
def test_a_room_is_tried_out(alicia: Client, room: ChatRoom, receiver: Receiver) -> None:  # noqa: F811
    page = alicia.post(f"{HERE}rooms/{room.pk}/test/", follow=True)
    post.sweep()
    assert page.status_code == 200 and "can write here" in said(receiver)[0]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("hooks.slack.com/services/1", "begins with https"),
        ("https://10.0.0.1/hook", "private network"),
        ("https://user:word@1.1.1.1/hook", "user name or password"),
        ("", "required"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_at_its_field(
    alicia: Client, settings: Settings, url: str, says: str
) -> None:
    settings.OUTGOING_NETWORKS = []
    page = alicia.post(HERE + "rooms/new/", {"name": "Kept", "url": url})
    assert says in str(page.context["form"].errors["url"]) and "Kept" in page.content.decode()
    assert not ChatRoom.objects.exists()


@pytest.mark.usefixtures("tasks_at_once")
def test_a_rule_tells_the_webhooks_that_it_names_at_once_and_by_id_alone(
    alicia: Client,
    cast: Cast,
    answers: Answers,
    receiver: Receiver,  # noqa: F811
    clock: Clock,
) -> None:
    named, _secret = add_endpoint(url=f"{receiver.url}/crm", events=["case.resolved"], by=cast.alicia)
    add_endpoint(url=f"{receiver.url}/other", events=["case.resolved"], by=cast.alicia)
    rule = AlertRule.objects.get()
    changed = {"name": rule.name, "classes": ["detractor"], "opens_case": "on", "priority": "2", "webhooks": [named.pk]}
    assert alicia.post(f"{HERE}{rule.pk}/", changed).status_code == 302
    QuietHours.objects.create(starts=time(11), ends=time(14))
    receiver.answers = [(500, b"later")]
    page = alicia.get(HERE).content.decode()
    assert "and tell the webhook “127.0.0.1”" in page
    case = follow_up(answers(2, "quiero la baja").pk)
    hooks.sweep()
    log = alicia.get(HERE + "log/")
    assert [(line.state, line.program) for line in log.context["lines"]] == [("trying", "127.0.0.1")]
    assert "500" in log.content.decode() and "/crm" not in log.content.decode()
    clock.shift(timedelta(seconds=10))
    hooks.sweep()
    assert [got.path for got in receiver.got] == ["/crm", "/crm"]
    told = json.loads(receiver.got[1].body)
    assert told["type"] == "alert.raised" and told["data"]["rule"] == {"id": rule.pk, "name": "Detractors"}
    assert case and told["data"]["case"]["number"] == case.number and told["data"]["response"]["score"] == 2
    assert "baja" not in str(told) and "Mercedes" not in str(told)
    assert [line.state for line in alicia.get(HERE + "log/?show=told").context["lines"]] == ["told"]


# --- quiet hours -----------------------------------------------------------------------------------------------------
def test_alerts_wait_for_the_end_of_the_quiet_hours_and_come_together(
    alicia: Client, answers: Answers, clock: Clock
) -> None:
    alicia.post(HERE + "quiet/", {"starts": "18:00", "ends": "08:00", "days": ["6", "7"], "urgent_anyway": "on"})
    evening = NOON + timedelta(hours=7)
    clock.move_to(evening)
    for score in (1, 3):
        follow_up(answers(score).pk)
    assert Case.objects.count() == 2 and not Message.objects.exists()
    log = alicia.get(HERE + "log/")
    assert {line.next_at for line in log.context["lines"]} == {datetime.fromisoformat("2026-11-19T08:00:00+01:00")}
    clock.move_to(evening + timedelta(hours=12, minutes=59))
    tasks.send_digests_everywhere()
    assert not Message.objects.exists()
    clock.move_to(evening + timedelta(hours=13))
    tasks.send_digests_everywhere()
    digest = Message.objects.get()
    assert digest.kind == "alert_digest" and Alert.objects.filter(message=digest).count() == 2
    follow_up(answers(0).pk)
    assert Message.objects.filter(kind="alert").count() == 1, "at once by day"


def test_urgent_alerts_break_in_where_they_may(alicia: Client, answers: Answers, clock: Clock) -> None:
    AlertRule.objects.update(priority=1)
    clock.move_to(NOON + timedelta(hours=9))
    for urgent in (False, True):
        hours = {"starts": "18:00", "ends": "08:00"} | ({"urgent_anyway": "on"} if urgent else {})
        alicia.post(HERE + "quiet/", hours)
        follow_up(answers(1).pk)
        assert Message.objects.exists() == urgent


def test_ones_own_quiet_hours_win_over_everybodys(
    started: Organization, cast: Cast, answers: Answers, clock: Clock
) -> None:
    QuietHours.objects.create(starts=time(18), ends=time(8))
    AlertRule.objects.update(assignee=cast.bruno)
    bruno = cast.sign_in(cast.bruno)
    clock.move_to(NOON + timedelta(hours=9))
    bruno.post("/o/andina/inbox/quiet/", {"follow": "own", "starts": "23:00", "ends": "07:00"})
    follow_up(answers(1).pk)
    assert Message.objects.count() == 1
    bruno.post("/o/andina/inbox/quiet/", {"follow": "organization"})
    follow_up(answers(1).pk)
    assert Message.objects.count() == 1 and Alert.objects.filter(is_waiting=True).count() == 1


def test_a_digest_that_falls_into_quiet_hours_waits_on(alicia: Client, answers: Answers, clock: Clock) -> None:
    alicia.post(HERE + "quiet/", {"starts": "12:10", "ends": "14:00"})
    for _ in range(MOST_SINGLE + 3):
        follow_up(answers(1).pk)
    clock.move_to(NOON + WINDOW)
    tasks.send_digests_everywhere()
    assert not Message.objects.filter(kind="alert_digest").exists()
    clock.move_to(NOON + timedelta(hours=2))
    tasks.send_digests_everywhere()
    assert Alert.objects.filter(message__kind="alert_digest").count() == 3


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-18T12:00:00+01:00", None),
        ("2026-11-18T22:00:00+01:00", "2026-11-19T08:00:00+01:00"),
        ("2026-11-19T07:59:00+01:00", "2026-11-19T08:00:00+01:00"),
        ("2026-11-20T22:00:00+01:00", "2026-11-23T08:00:00+01:00"),  # Friday evening, a quiet weekend
        ("2026-10-25T02:30:00+02:00", "2026-10-26T08:00:00+01:00"),  # the clock goes back on a quiet Sunday
        ("2026-03-28T23:30:00+01:00", "2026-03-30T08:00:00+02:00"),  # and forth
    ],
)
def test_when_the_quiet_ends(inside: Organization, at: str, end: str | None) -> None:
    hours = QuietHours(starts=time(21), ends=time(8), days=[6, 7])
    assert quiet_until(hours, datetime.fromisoformat(at)) == (end and datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts": "18:00"}, "ends"),
        ({"ends": "18:00"}, "starts"),
        ({"starts": "18:00", "ends": "18:00"}, "ends"),
        ({"starts": "late", "ends": "18:00"}, "starts"),
        ({"days": [str(day) for day in range(1, 8)]}, "days"),
        ({"days": ["9"]}, "days"),
    ],
)
def test_quiet_hours_that_make_no_sense_are_said_at_the_field(alicia: Client, values: dict, field: str) -> None:
    page = alicia.post(HERE + "quiet/", values)
    assert page.status_code == 200 and field in page.context["form"].errors and not QuietHours.objects.exists()


# --- no answer, bounce -----------------------------------------------------------------------------------------------
Invites = Callable[..., Invitation]


@pytest.fixture
def invites(inside: Organization, survey: Survey, cast: Cast) -> Invites:
    programme = Programme.objects.create(name="Ola 1", survey=survey, created_by=cast.alicia)

    def invite(name: str, *, days_ago: float = 0, state: str = "sent", **values: Any) -> Invitation:
        sent = timezone.now() - timedelta(days=days_ago)
        customer = Customer.objects.create(external_id=name, name=name, email=f"{name}@correo.example".lower())
        return Invitation.objects.create(
            programme=programme, survey=survey, customer=customer, language="es", state=state, sent_at=sent,
            created_at=sent, **values,
        )  # fmt: skip

    return invite


def make_rule(client: Client, trigger: str, **values: Any) -> AlertRule:
    rule = {
        "name": "Silence",
        "trigger": trigger,
        "no_answer_days": "5",
        "priority": "3",
        "sends_alert": "on",
        **values,
    }
    made = client.post(HERE + "new/", rule)
    assert made.status_code == 302, made.context["form"].errors
    return AlertRule.objects.get(name="Silence")


def test_no_answer_within_some_days_alerts_once_and_opens_no_case(
    alicia: Client, invites: Invites, answers: Answers, clock: Clock
) -> None:
    invites("Past", days_ago=20)
    soon, elsewhere = invites("Nuria", days_ago=4.99), invites("Elena", days_ago=4.99)
    invites("Berta", days_ago=4.99, state="answered", answered_at=timezone.now())
    rule = make_rule(alicia, "no_answer", opens_case="on", classes=["detractor"])
    assert not rule.opens_case and rule.classes == []
    page = alicia.get(HERE).content.decode()
    assert "When an invitation has no answer after 5 days: send an alert to the managers." in page
    answers(9, customer=elsewhere.customer)
    for hours in (1, 2, 3):
        clock.move_to(NOON + timedelta(hours=hours))
        tasks.send_digests_everywhere()
    (alert,) = Alert.objects.all()
    assert (alert.invitation, alert.trigger) == (soon, "no_answer") and not Case.objects.exists()
    mail = Message.objects.get()
    assert (mail.kind, mail.to_address) == ("alert_silence", "alicia@andina.example")
    look = alicia.get(f"/o/andina/outbox/{mail.pk}/").context["look"]
    assert look.subject == "1 invitation without answer" and "Nuria · No answer: Ola 1" in look.text
    assert "Nuria" in alicia.get(HERE + "log/").content.decode()


def test_many_without_answer_are_told_as_a_number(
    alicia: Client, invites: Invites, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("closeloop.actions.silence.MOST_TOLD", 4)
    for n in range(9):
        invites(f"C{n}", days_ago=4.99)
    make_rule(alicia, "no_answer")
    clock.move_to(NOON + timedelta(hours=1))
    tasks.send_digests_everywhere()
    mail = Message.objects.get()
    look = alicia.get(f"/o/andina/outbox/{mail.pk}/").context["look"]
    assert look.subject == "9 invitations without answer" and "5 more are not listed here." in look.text


def test_an_invitation_that_comes_back_alerts_those_whom_its_rule_names(
    alicia: Client, invites: Invites, clock: Clock, cast: Cast
) -> None:
    mine = invites("Nuria", state="sent")
    message = Message.objects.create(
        kind="invitation", source_id=mine.pk, customer=mine.customer, to_address="nuria@correo.example", state="sent"
    )
    make_rule(alicia, "bounce", assignee=cast.bruno.pk)
    for _twice in range(2):
        mark_returned(message, timezone.now(), why="550 no such user")
    assert Alert.objects.get().is_waiting
    clock.move_to(NOON + WINDOW)
    tasks.send_digests_everywhere()
    mail = Message.objects.get(kind="alert_silence")
    assert mail.to_address == "bruno@andina.example"
    look = alicia.get(f"/o/andina/outbox/{mail.pk}/").context["look"]
    assert "Nuria · Could not be delivered: Ola 1" in look.text


def test_a_rule_about_silence_is_tried_on_past_invitations(alicia: Client, invites: Invites, answers: Answers) -> None:
    for days in (3, 10, 40, 80, 100):
        invites(f"C{days}", days_ago=days)
    invites("Gone", days_ago=2, state="bounced")
    asked = {"name": "Silence", "no_answer_days": "5", "priority": "3", "sends_alert": "on", "try": "yes"}
    page = alicia.post(HERE + "new/", {**asked, "trigger": "no_answer"}).content.decode()
    assert "It would have told of 3 invitations in the last 90 days, about 1 a month." in page and "C10" in page
    assert "5 invitations were sent in that time." in page
    page = alicia.post(HERE + "new/", {**asked, "trigger": "bounce"}).content.decode()
    assert "It would have told of 1 invitation in the last 90 days" in page and "Gone" in page
    nobody = alicia.post(HERE + "new/", {**asked, "trigger": "bounce", "sends_alert": ""})
    assert "sends_alert" in nobody.context["form"].errors


def test_who_left_is_told_nothing(alicia: Client, invites: Invites, clock: Clock, cast: Cast) -> None:
    invites("Nuria", days_ago=4.99)
    make_rule(alicia, "no_answer", assignee=cast.bruno.pk)
    clock.move_to(NOON + timedelta(hours=1))
    cast.bruno.role = Role.FINANCE
    cast.bruno.save()
    tasks.send_digests_everywhere()
    assert list(Message.objects.values_list("to_address", flat=True)) == ["alicia@andina.example"]
