"""Many answers at once fill nobody's mailbox: after some alerts the rest come in one mail, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from closeloop import digests, tasks
from closeloop.actions import alerting
from closeloop.actions.alerting import MOST_SINGLE, WINDOW
from closeloop.models import Alert, AlertRule, Case
from closeloop.tasks import follow_up_answers
from nps_platform.messaging import tasks as post
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Due, Organization, Team, TeamMember
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Answers
from tests.conftest import Cast
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.smtp import Collected, html_of, plain_of, smtp_server  # noqa: F401

Clock = Any
ALICIA, BRUNO = "alicia@andina.example", "bruno@andina.example"
MANY = MOST_SINGLE + 30
NOON = datetime.fromisoformat("2026-11-18T12:00:00+01:00")


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def team(started: Organization, cast: Cast) -> Team:
    """Alicia and Bruno hear of every detractor."""
    team = Team.objects.create(name="Fibra")
    for member in (cast.alicia, cast.bruno):
        TeamMember.objects.create(team=team, membership=member)
    AlertRule.objects.update(team=team)
    return team


def come_in(answers: Answers, many: int, organization: Organization, comment: str = "Sigo sin internet") -> None:
    """Answers that arrive together, and the worker that is told of them."""
    for n in range(many):
        answers(n % 7, f"{comment} {n}")
    follow_up_answers(organization.pk)


def sweep() -> None:
    """What beat has done every few seconds."""
    tasks.sweep()
    post.sweep()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tasks_at_once")
def test_after_some_alerts_the_rest_come_in_one_mail_a_window_later(
    team: Team,
    answers: Answers,
    clock: Clock,
    started: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    come_in(answers, MANY, started)
    sweep()
    assert [len(smtp_server.to(person)) for person in (ALICIA, BRUNO)] == [MOST_SINGLE, MOST_SINGLE]
    assert Case.objects.count() == MANY, "the inbox has every case at once"

    clock.move_to(NOON + WINDOW - timedelta(seconds=1))
    sweep()
    assert len(smtp_server.messages) == 2 * MOST_SINGLE
    clock.move_to(NOON + WINDOW)
    sweep()
    sweep()
    for person in (ALICIA, BRUNO):
        assert len(smtp_server.to(person)) == MOST_SINGLE + 1
        _tells_of_all(smtp_server.to(person)[-1])
    assert not Alert.objects.filter(is_waiting=True).exists() and not Due.objects.filter(kind="alerts").exists()


def _tells_of_all(mail: EmailMessage) -> None:
    gathered = Alert.objects.filter(message__kind="alert_digest", person__user__email=mail["To"].addresses[0].addr_spec)
    assert gathered.count() == MANY - MOST_SINGLE
    assert mail["Subject"] == f"{MANY - MOST_SINGLE} answers wait for you"
    for alert in gathered.select_related("response__case"):
        for said in (plain_of(mail), html_of(mail)):
            assert f"/o/andina/inbox/{alert.response.case.number}/" in said and alert.response.comment in said
    scores = [line.split()[0] for line in plain_of(mail).splitlines() if " of 10 · Mercedes Aliaga" in line]
    assert scores == sorted(scores) and len(scores) == MANY - MOST_SINGLE


def test_a_flood_that_goes_on_brings_a_digest_a_window_and_ends_in_single_alerts(
    team: Team, answers: Answers, clock: Clock, started: Organization
) -> None:
    for minute in range(60):
        clock.move_to(NOON + timedelta(minutes=minute))
        if minute in (0, 10, 20, 30):
            come_in(answers, MOST_SINGLE + 5, started, f"Minuto {minute}")
        tasks.send_digests_everywhere()
    bruno = Message.objects.filter(to_address=BRUNO)
    assert bruno.filter(kind="alert").count() == MOST_SINGLE, "no single alerts between the digests"
    sent = bruno.filter(kind="alert_digest").order_by("id").values_list("created_at", flat=True)
    assert list(sent) == [NOON + timedelta(minutes=15), NOON + timedelta(minutes=35)]
    come_in(answers, 1, started, "Calma")
    assert bruno.filter(kind="alert").count() == MOST_SINGLE + 1
    assert Alert.objects.filter(person__user__email=BRUNO, message=None).count() == 0


def test_a_digest_lists_the_worst_and_says_how_many_more(
    team: Team,
    answers: Answers,
    clock: Clock,
    started: Organization,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digests, "MOST_LISTED", 5)
    come_in(answers, MANY, started, "Muy largo " * 40)
    clock.move_to(NOON + WINDOW)
    tasks.send_digests_everywhere()
    digest = digests.digest_of(Message.objects.filter(kind="alert_digest").latest("id"))
    assert [line.score for line in digest.lines] == [0, 0, 0, 0, 1] and digest.further == MANY - MOST_SINGLE - 5
    assert all(len(line.words) <= digests.FIRST_WORDS for line in digest.lines)


def test_nothing_is_lost_when_the_worker_dies_over_a_digest(
    team: Team,
    answers: Answers,
    clock: Clock,
    started: Organization,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    come_in(answers, MANY, started)
    clock.move_to(NOON + WINDOW)
    with monkeypatch.context() as dying:
        dying.setattr(alerting, "enqueue", _owe_and_die)
        tasks.send_digests_everywhere()
    assert not Message.objects.filter(kind="alert_digest").exists()
    assert Alert.objects.filter(is_waiting=True).count() == 2 * (MANY - MOST_SINGLE)
    Due.objects.filter(kind="alerts").delete()  # nor when nobody knows that something is due
    tasks.walk()
    tasks.walk()
    assert sorted(Message.objects.filter(kind="alert_digest").values_list("to_address", flat=True)) == [ALICIA, BRUNO]


def _owe_and_die(messages: list[Message]) -> None:
    enqueue(messages)
    raise SystemError("killed")


def test_who_left_meanwhile_gets_no_digest(
    team: Team, answers: Answers, clock: Clock, started: Organization, cast: Cast
) -> None:
    come_in(answers, MANY, started)
    cast.bruno.is_active = False
    cast.bruno.save()
    cast.alicia.role = Role.FINANCE
    cast.alicia.save()
    clock.move_to(NOON + WINDOW)
    tasks.send_digests_everywhere()
    assert not Message.objects.filter(kind="alert_digest").exists()
    assert not Alert.objects.filter(is_waiting=True).exists()
