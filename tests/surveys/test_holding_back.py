"""A case or an incident that comes after planning keeps people back too, until it is over; nothing leaves twice."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from closeloop.models import Case
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from responses.actions import record_elsewhere
from surveys.actions import Fact, declare_incident, end_incident, take_events
from surveys.models import CallTask, Event, Invitation, Programme, SkipReason
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.surveys.test_events import sweep_now, trigger
from tests.surveys.waves import customer, launched, published, send_everything

State = Invitation.State


def open_case_of(person: Customer) -> Case:
    elsewhere = published(kind="transactional")
    answer = record_elsewhere(
        survey=elsewhere, customer=person, score=2, answered_at=timezone.now(), channel="phone", by=None
    )
    return Case.objects.create(response=answer, customer=person, number=1, nps_class="detractor")


def sent_to() -> list[str]:
    rows = Message.objects.filter(kind="invitation", state=Message.State.SENT).order_by("customer_id")
    return list(rows.values_list("customer__external_id", flat=True))


def adds_up(programme: Programme) -> dict:
    programme.refresh_from_db()
    counts = programme.counts
    assert counts["eligible"] == counts["recipients"] + sum(counts["skipped"].values())
    return counts


def test_an_incident_in_the_middle_of_a_wave_stops_its_later_mails_until_it_ends(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    for n in (1, 2, 3):
        customer(n)
    start = timezone.now()
    programme = launched(daily_cap=1)
    send_everything()
    assert len(sent_to()) == 1
    outage = declare_incident(unit=None, note="No light", by=None)
    with time_machine.travel(start + timedelta(days=3), tick=False):
        sweep_now()
        send_everything()
        assert len(sent_to()) == 1
        assert adds_up(programme)["skipped"] == {SkipReason.INCIDENT: 2}
        end_incident(outage, by=None)
        for _twice in range(2):
            sweep_now()
        send_everything()
    with time_machine.travel(start + timedelta(days=4), tick=False):
        send_everything()
    assert sent_to() == ["C-1", "C-2", "C-3"]
    assert adds_up(programme) == {"eligible": 3, "recipients": 3, "skipped": {}}


def test_a_case_opened_before_the_mail_leaves_waits_with_it(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    person = customer(1)
    programme = trigger(delay_minutes=60)
    start = timezone.now()
    take_events(programme, [Fact(person, start, "visit")], by=None)
    case = open_case_of(person)
    with time_machine.travel(start + timedelta(minutes=50), tick=False):
        sweep_now()
        assert Event.objects.get().skip_reason == SkipReason.OPEN_CASE
        assert adds_up(programme)["skipped"] == {SkipReason.OPEN_CASE: 1}
    Case.objects.filter(pk=case.pk).update(is_open=False)
    with time_machine.travel(start + timedelta(hours=9), tick=False):
        sweep_now()
        send_everything()
    assert sent_to() == ["C-1"]
    assert adds_up(programme) == {"eligible": 1, "recipients": 1, "skipped": {}}
    assert Event.objects.get().invitation == Invitation.objects.get(state=State.SENT)


def test_a_reminder_waits_too_and_who_asks_despite_cases_goes_on(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    person = customer(1)
    launched(reminders=[3])
    launched(published(), name="Despite", reminders=[3], quarantine_days=0, ask_despite_open_case=True)
    send_everything()
    start = timezone.now()
    case = open_case_of(person)
    reminders = Message.objects.filter(kind="reminder")
    with time_machine.travel(start + timedelta(days=4), tick=False):
        sweep_now()
        assert reminders.count() == 1
        Case.objects.filter(pk=case.pk).update(is_open=False)
        for _twice in range(2):
            sweep_now()
        assert reminders.count() == 2


def test_a_place_on_the_call_list_is_given_back_and_taken_again(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    customer(1, phone="+34 600 12 34 56")
    launched(channel="phone", window={"from": "00:00", "to": "24:00"})
    outage = declare_incident(unit=None, note="No light", by=None)
    sweep_now()
    assert not CallTask.objects.exists()
    end_incident(outage, by=None)
    for _twice in range(2):
        sweep_now()
    assert CallTask.objects.get().done_at is None
