"""Triggers: an event asks once, after its delay, and says why where it does not; people held back are asked in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from closeloop.models import Case
from nps_platform.customers.actions import suppress
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Due, Organization, Unit
from responses.actions import record_elsewhere
from surveys.actions import Fact, WrongState, declare_incident, end_incident, pause, simulate, take_events
from surveys.models import Event, Invitation, Programme, SkipReason, Stage
from surveys.tasks import sweep
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.surveys.test_asking_api import Api, api  # noqa: F401
from tests.surveys.waves import customer, draft_wave, launched, published

R = SkipReason


def trigger(**fields: Any) -> Programme:
    return launched(published(kind="transactional"), mode="trigger", **fields)


def test_an_event_asks_once_after_its_delay(inside: Organization, api: Api) -> None:  # noqa: F811
    customer(1)
    survey = published(kind="transactional")
    told = {
        "survey": survey.pk,
        "name": "Tras la compra",
        "mode": "trigger",
        "delay_minutes": 90,
        "quarantine_days": 30,
    }
    status, made = api.post("programmes", told)
    assert status == 201
    event = {"programme": made["id"], "customer": "C-1", "occurred_at": "2026-03-01T10:00:00Z", "event_id": "order-17"}
    assert api.post("events", event)[0] == 409  # not launched yet
    assert api.post(f"programmes/{made['id']}/launch")[0] == 202
    with time_machine.travel(datetime(2026, 3, 1, 10, 5, tzinfo=UTC), tick=False):
        status, answer = api.post("events", event)
        assert (status, answer["skip_reason"]) == (202, None)
        again = api.post("events", event)[1]
        assert again == answer
        status, second = api.post("events", event | {"event_id": "order-18"})
        assert (second["invitation"], second["skip_reason"]) == (None, "open_invitation")
    invitation = Invitation.objects.get()
    assert invitation.pk == answer["invitation"]
    assert (invitation.occasion, invitation.version_id) == ("order-17", survey.published_id)
    assert Message.objects.get().due_at == datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    assert api.get(f"programmes/{made['id']}")[1]["skipped"] == {"open_invitation": 1}


def test_an_event_names_what_is_wrong_with_it(inside: Organization, api: Api) -> None:  # noqa: F811
    programme = trigger()
    customer(1)
    status, body = api.post("events", {"programme": programme.pk, "customer": "nobody", "occurred_at": "3000-01-01"})
    assert status == 400
    assert {e["field"] for e in body["errors"]} == {"customer", "occurred_at"}
    assert api.post("events", {"customer": "C-1"})[1]["errors"][0]["field"] == "programme"
    wave = draft_wave()
    assert api.post("events", {"programme": wave.pk, "customer": "C-1"})[0] == 400


def test_every_reason_of_a_wave_holds_for_an_event_too(inside: Organization) -> None:
    gone, fine = customer(1), customer(2)
    suppress(gone.email, reason="bounced")
    programme = trigger(sample={"share": 1})
    now = timezone.now()
    events = take_events(programme, [Fact(gone, now, "a"), Fact(fine, now, "b"), Fact(fine, now, "c")], by=None)
    assert [event.skip_reason for event in events] == [R.BOUNCED, "", R.OPEN_INVITATION]
    programme.refresh_from_db()
    assert programme.counts == {"eligible": 3, "recipients": 1, "skipped": {R.BOUNCED: 1, R.OPEN_INVITATION: 1}}


def test_a_paused_programme_keeps_its_events_and_their_mails(inside: Organization) -> None:
    programme, person = trigger(), customer(1)
    pause(programme, by=None)
    take_events(programme, [Fact(person, timezone.now(), "a")], by=None)
    assert Message.objects.get().state == Message.State.HELD
    with pytest.raises(WrongState):
        take_events(launched(), [Fact(person, timezone.now(), "a")], by=None)


def test_a_file_of_events_may_be_told_twice(inside: Organization, tmp_path: Path, capsys: Any) -> None:
    programme = trigger()
    customer(1), customer(2)
    file = tmp_path / "events.csv"
    file.write_text(
        "customer,occurred_at,event_id,store\nC-1,2026-03-01T10:00:00Z,a,Lima\nC-2,2026-03-01,b,\nC-9,x,c,\n"
    )
    for _twice in range(2):
        call_command("import_events", inside.slug, programme.pk, str(file))
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["invited 2, skipped 0, known 0, refused 1", "invited 0, skipped 0, known 2, refused 1"]
    assert Event.objects.get(event_id="a").properties == {"store": "Lima"}
    assert Invitation.objects.count() == 2


def sweep_now() -> None:
    Due.objects.update(due_at=timezone.now())
    sweep()


def test_who_waits_for_an_open_case_or_an_incident_is_asked_before_the_wave_closes(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    lima = Unit.objects.create(name="Lima", code="lima", path="/1/")
    unhappy, dark, free = customer(1), customer(2, unit=lima), customer(3)
    survey = published()
    answer = record_elsewhere(
        survey=survey, customer=unhappy, score=2, answered_at=timezone.now(), channel="phone", by=None
    )
    case = Case.objects.create(response=answer, customer=unhappy, number=1, nps_class="detractor")
    outage = declare_incident(unit=lima, note="No light", by=None)
    assert simulate(draft_wave(survey, ask_despite_open_case=True)).skipped == {R.INCIDENT: 1}
    programme = launched(survey)
    assert programme.counts["skipped"] == {R.OPEN_CASE: 1, R.INCIDENT: 1}
    end_incident(outage, by=None)
    sweep_now()
    asked = Invitation.objects.filter(state=Invitation.State.PLANNED)
    assert set(asked.values_list("customer_id", flat=True)) == {dark.pk, free.pk}
    Case.objects.filter(pk=case.pk).update(is_open=False)
    for _twice in range(2):
        sweep_now()
    programme.refresh_from_db()
    assert programme.counts == {"eligible": 3, "recipients": 3, "skipped": {}}
    assert Message.objects.filter(kind="invitation").count() == 3
    assert set(Invitation.objects.values_list("version_id", flat=True)) == {survey.published_id}


def test_an_event_that_an_incident_kept_back_asks_once_it_is_over(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    lima = Unit.objects.create(name="Lima", code="lima", path="/1/")
    dark, unhappy = customer(1, unit=lima), customer(2, unit=lima)
    programme = trigger(delay_minutes=60, open_days=30)
    outage = declare_incident(unit=lima, note="No light", by=None)
    now = timezone.now()
    facts = [Fact(dark, now - timedelta(hours=2), "old"), Fact(dark, now, "new"), Fact(unhappy, now, "third")]
    assert {event.skip_reason for event in take_events(programme, facts, by=None)} == {R.INCIDENT}
    sweep_now()
    assert not Invitation.objects.exists()
    with time_machine.travel(now + timedelta(days=2), tick=False):
        suppress(unhappy.email, reason="unsubscribed")
        end_incident(outage, by=None)
        for _twice in range(2):
            sweep_now()
        programme.refresh_from_db()
        assert programme.counts == {
            "eligible": 3,
            "recipients": 1,
            "skipped": {R.UNSUBSCRIBED: 1, R.OPEN_INVITATION: 1},
        }
        asked = Invitation.objects.get()
        assert (asked.customer_id, asked.occasion, asked.due_at) == (dark.pk, "new", timezone.now())
        assert asked.expires_at == timezone.now() + timedelta(days=30)
    assert Message.objects.get().source_id == asked.pk
    assert Event.objects.get(event_id="new").invitation_id == asked.pk


def test_an_event_that_has_gone_cold_asks_nobody_and_stays_counted(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    person, programme = customer(1), trigger()
    outage = declare_incident(unit=None, note="No light", by=None)
    take_events(programme, [Fact(person, timezone.now(), "a")], by=None)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        end_incident(outage, by=None)
        sweep_now()
    assert not Invitation.objects.exists()
    programme.refresh_from_db()
    assert programme.counts["skipped"] == {R.INCIDENT: 1}


def test_a_continuous_programme_asks_whom_it_held_back_within_their_days(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    customer(1)
    outage = declare_incident(unit=None, note="No light", by=None)
    programme = launched(mode="continuous", period_days=1, open_days=10)
    assert programme.counts["skipped"] == {R.INCIDENT: 1}
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        end_incident(outage, by=None)
        for _twice in range(2):
            sweep_now()
    assert Message.objects.filter(kind="invitation").count() == 1
    programme.refresh_from_db()
    assert (programme.counts["recipients"], programme.counts["skipped"]) == (1, {})


def test_a_stages_survey_takes_precedence_over_an_interactions(inside: Organization) -> None:
    person = customer(1)
    waiting = trigger(delay_minutes=600)
    take_events(waiting, [Fact(person, timezone.now(), "call-1")], by=None)
    stage = launched(published(kind="phase", stage=Stage.objects.create(name="Alta")))
    assert stage.counts["recipients"] == 1
    yielded = Invitation.objects.get(programme=waiting)
    assert (yielded.state, yielded.skip_reason) == (Invitation.State.SKIPPED, R.OPEN_INVITATION)
    assert Message.objects.get(source_id=yielded.pk).state == Message.State.CANCELLED
    (late,) = take_events(waiting, [Fact(person, timezone.now(), "call-2")], by=None)
    assert late.skip_reason == R.OPEN_INVITATION


def test_reminders_follow_one_another_and_stop_with_an_unsubscribe(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    silent, gone = customer(1), customer(2)
    launched(reminders=[3, 7])
    Invitation.objects.update(state=Invitation.State.SENT, sent_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False) as clock:
        for _twice in range(2):
            sweep_now()
        assert Message.objects.filter(kind="reminder").count() == 2
        Invitation.objects.filter(customer=gone).update(state=Invitation.State.CLOSED)
        clock.shift(timedelta(days=4))
        for _twice in range(2):
            sweep_now()
    reminders = Message.objects.filter(kind="reminder").order_by("step", "customer_id")
    assert list(reminders.values_list("customer_id", "step")) == [(silent.pk, 0), (gone.pk, 0), (silent.pk, 1)]
