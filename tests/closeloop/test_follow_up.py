"""An answer becomes a case, once, by the first rule that holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from closeloop import tasks
from closeloop.actions import follow_up
from closeloop.models import AlertRule, Case, CaseEvent
from closeloop.tasks import follow_up_everywhere, follow_up_pending
from nps_platform.customers.models import Segment
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization, Team, TeamMember
from nps_platform.tenancy.roles import Role
from responses.actions import correct_response
from responses.models import Response, ScoreChange
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast


def alerted() -> set[str]:
    return set(Message.objects.filter(kind="alert").values_list("to_address", flat=True))


def test_a_new_organisation_opens_a_case_for_a_detractor_and_tells_its_managers(
    started: Organization, answers: Answers, cast: Cast
) -> None:
    response = answers(2, "Sigo sin internet")
    case = follow_up(response.pk)
    assert case is not None and (case.number, case.state, case.is_open) == (1, Case.State.NEW, True)
    assert case.customer == response.customer and case.rule is not None
    assert [event.kind for event in case.events.all()] == [CaseEvent.Kind.OPENED]
    assert alerted() == {"alicia@andina.example"}
    assert AuditEntry.objects.filter(action="case.opened", target_id=case.pk).count() == 1


def test_an_answer_is_followed_up_once_however_often_it_is_asked(started: Organization, answers: Answers) -> None:
    response = answers(0)
    assert follow_up(response.pk) is not None
    assert follow_up(response.pk) is None
    follow_up_pending()
    assert (Case.objects.count(), Message.objects.filter(kind="alert").count()) == (1, 1)


def test_passives_and_old_answers_open_nothing_and_send_nothing(started: Organization, answers: Answers) -> None:
    for response in (answers(8), answers(1, at=timezone.now() - timedelta(days=8))):
        assert follow_up(response.pk) is None
        response.refresh_from_db()
        assert response.followed_up_at is not None
    assert not Message.objects.exists()


def test_the_first_rule_that_holds_decides_and_every_one_alerts(
    started: Organization, answers: Answers, cast: Cast
) -> None:
    north = Team.objects.create(name="North")
    TeamMember.objects.create(team=north, membership=cast.bruno)
    AlertRule.objects.update(position=2)
    AlertRule.objects.create(name="Leaving", position=1, words=["baja", "cancelar"], priority=1, team=north)
    case = follow_up(answers(3, "Quiero la BAJA ya").pk)
    assert case is not None and case.rule is not None
    assert (case.rule.name, case.priority, case.team) == ("Leaving", 1, north)
    assert alerted() == {"bruno@andina.example", "alicia@andina.example"}


def test_a_rule_without_case_before_the_others_keeps_the_case_away(started: Organization, answers: Answers) -> None:
    AlertRule.objects.update(position=2)
    AlertRule.objects.create(name="Test answers", position=1, words=["prueba"], opens_case=False, sends_alert=False)
    assert follow_up(answers(1, "esto es una prueba").pk) is None


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"classes": ["promoter"]}, False),
        ({"classes": ["detractor", "passive"]}, True),
        ({"score_from": 2, "score_to": 4}, True),
        ({"score_from": 4}, False),
        ({"words": ["avería"]}, True),
        ({"words": ["factura"]}, False),
        ({"only_if_contact_wanted": True}, False),
    ],
)
def test_every_stated_condition_must_hold(inside: Organization, answers: Answers, condition: dict, holds: bool) -> None:
    AlertRule.objects.create(name="Rule", **condition)
    assert (follow_up(answers(3, "Una AVERIA más").pk) is not None) == holds


def test_a_rule_of_a_segment_holds_for_its_customers_and_a_broken_segment_for_nobody(
    inside: Organization, answers: Answers
) -> None:
    segment = Segment.objects.create(
        name="Spanish", rules={"match": "all", "conditions": [{"field": "language", "operator": "is", "value": "es"}]}
    )
    AlertRule.objects.create(name="Rule", segment=segment)
    assert follow_up(answers(9).pk) is not None
    segment.rules = {"match": "all", "conditions": [{"field": "gone", "operator": "is", "value": "1"}]}
    segment.save()
    assert follow_up(answers(9).pk) is None


def test_the_case_is_due_on_the_business_clock(started: Organization, answers: Answers) -> None:
    friday_evening = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 17:00 in Madrid; closes at 18:00
    with time_machine.travel(friday_evening, tick=False):
        case = follow_up(answers(2).pk)
    assert case is not None
    assert case.due_at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 8 hours: one on Friday, seven on Monday


def test_a_person_who_left_gets_neither_case_nor_alert(started: Organization, answers: Answers, cast: Cast) -> None:
    AlertRule.objects.update(assignee=cast.bruno)
    cast.bruno.is_active = False
    cast.bruno.save()
    case = follow_up(answers(2).pk)
    assert case is not None and case.assignee is None
    assert alerted() == {"alicia@andina.example"}


def test_a_correction_changes_its_case_and_never_opens_a_second(opens: Opens) -> None:
    case = opens(2)
    correct_response(case.response, score=6, comment="Mejor")
    correct_response(case.response, score=7, comment="Mejor")
    Response.objects.update(followed_up_at=None)
    follow_up_pending()
    follow_up_pending()
    case.refresh_from_db()
    assert Case.objects.count() == 1 and case.nps_class == "passive"
    assert case.events.filter(kind=CaseEvent.Kind.CORRECTED).count() == ScoreChange.objects.count() == 2
    assert Message.objects.filter(kind="alert").count() == 1


def test_the_sweep_follows_up_what_no_nudge_reached(started: Organization, answers: Answers, cast: Cast) -> None:
    answers(2)
    cache.delete("closeloop.walk")  # another test may have walked just now
    follow_up_everywhere()
    assert Case.objects.count() == 1


def test_alerts_go_to_those_who_may_see_cases_only(started: Organization, answers: Answers, cast: Cast) -> None:
    board = Team.objects.create(name="Board")
    TeamMember.objects.create(team=board, membership=cast.member(Role.EXECUTIVE))
    AlertRule.objects.update(team=board)
    follow_up(answers(2).pk)
    assert alerted() == {"alicia@andina.example"}


def test_one_nudge_is_under_way_and_takes_along_what_comes_before_it_begins(
    started: Organization, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(tasks.follow_up_answers, "delay", told.append)
    for score in (1, 2, 3):
        tasks.announce(started.pk, answers(score).pk)
    assert told == [started.pk]
    tasks.follow_up_answers(started.pk)
    assert Case.objects.count() == 3

    tasks.announce(started.pk, answers(4).pk)
    assert told == [started.pk] * 2, "who comes after it began tells anew"


def test_an_answer_is_looked_for_again_when_the_worker_that_was_told_died(
    started: Organization, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.cache, "add", lambda *_: False)  # no walk through every organisation meanwhile
    with monkeypatch.context() as dying:
        dying.setattr(tasks, "follow_up_pending", lambda: False)
        tasks.announce(started.pk, answers(1).pk)
    follow_up_everywhere()
    assert not Case.objects.exists()
    with time_machine.travel(timezone.now() + tasks.SECOND_LOOK, tick=False):
        follow_up_everywhere()
    assert Case.objects.count() == 1
