"""A wave from launch to close: paused, resumed, reminded once, closed on its date, and fair to who has answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.actions import erase_customer
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Due, Organization
from responses.actions import record_response
from surveys.actions import ProgrammeNotReady, WrongState, close, create_survey, launch, pause, resume
from surveys.actions.waves import plan_next_batch
from surveys.models import Invitation, Programme, Wave
from surveys.tasks import sweep
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.smtp import Collected, plain_of, smtp_server  # noqa: F401
from tests.surveys.waves import customer, draft_wave, send_everything, wave

State = Invitation.State


def sweep_now() -> None:
    Due.objects.update(due_at=timezone.now())
    sweep()


def test_only_a_published_survey_is_launched_and_only_once(inside: Organization) -> None:
    draft = create_survey(kind="relational", name="Borrador", languages=["es"], by=None)
    with pytest.raises(ProgrammeNotReady):
        launch(draft_wave(draft), by=None)
    programme = draft_wave()
    launch(programme, by=None)
    with pytest.raises(WrongState):
        launch(Programme.objects.get(pk=programme.pk), by=None)


def test_a_paused_wave_waits_also_in_the_middle_of_its_planning(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    for n in range(3):
        customer(n)
    programme = wave()
    pause(programme, by=None)
    send_everything()
    assert smtp_server.messages == []
    resume(programme, by=None)
    send_everything()
    assert len(smtp_server.messages) == 3
    assert programme.state == Programme.State.RUNNING

    half = draft_wave(quarantine_days=0)
    launch(half, by=None)
    pause(half, by=None)
    assert not plan_next_batch(half.pk)
    resume(half, by=None)
    assert half.state == Programme.State.PLANNING
    assert plan_next_batch(half.pk)


def test_who_has_not_answered_is_reminded_once(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
    tasks_at_once: None,  # noqa: F811
) -> None:
    silent, quick, stopped = customer(1), customer(2), customer(3)
    programme = wave(reminders=[5])
    send_everything()
    record_response(Invitation.objects.get(customer=quick), score=9)
    sweep_now()
    assert not Message.objects.filter(kind="reminder").exists()  # five days have not passed
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=6))
    sweep_now()
    record_response(Invitation.objects.get(customer=stopped), score=3)  # answered before the reminder left
    for _again in range(2):
        sweep_now()
        send_everything()
    assert [len(smtp_server.to(person.email)) for person in (silent, quick, stopped)] == [2, 1, 1]
    reminder = plain_of(smtp_server.to(silent.email)[1])
    assert "Hace unos días le hicimos una pregunta" in reminder
    assert Invitation.objects.get(customer=silent).token in reminder
    assert Message.objects.get(kind="reminder", customer=stopped).state == Message.State.CANCELLED
    assert programme.state == Programme.State.RUNNING


def test_a_wave_closes_on_its_date_and_takes_back_what_has_not_left(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    answered, waiting = customer(1), customer(2)
    programme = wave()
    record_response(Invitation.objects.get(customer=answered), score=10)
    sweep_now()
    programme.refresh_from_db()
    assert programme.state == Programme.State.RUNNING
    Wave.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    sweep_now()
    programme.refresh_from_db()
    assert programme.state == Programme.State.CLOSED
    states = dict(Invitation.objects.values_list("customer_id", "state"))
    assert states == {answered.pk: State.ANSWERED, waiting.pk: State.CLOSED}
    send_everything()
    assert smtp_server.messages == []
    with pytest.raises(WrongState):
        close(programme, by=None)
    sweep_now()
    assert not Due.objects.filter(kind="programmes").exists()  # nothing runs: nothing to look at


def test_a_lost_nudge_is_made_good_by_the_sweep(inside: Organization, tasks_at_once: None) -> None:  # noqa: F811
    customer(1)
    programme = draft_wave()
    launch(programme, by=None)
    assert not programme.invitations.exists()
    sweep_now()
    programme.refresh_from_db()
    assert programme.state == Programme.State.RUNNING
    assert programme.invitations.count() == 1


def test_an_invitation_whose_address_bounces_says_so(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    gone = customer(1)
    smtp_server.refuse = {gone.email: "550 5.1.1 no such user"}
    wave()
    send_everything()
    assert Invitation.objects.get().state == State.BOUNCED
    assert wave(name="next", quarantine_days=0).counts["skipped"] == {"bounced": 1}


def test_an_erased_person_is_asked_nothing_more_and_leaves_the_ledger_without_a_name(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    person = customer(1)
    programme = wave()
    erase_customer(person, by=None)
    send_everything()
    assert smtp_server.messages == []
    row = Message.objects.get()
    assert (row.state, row.to_address, row.to_name) == (Message.State.CANCELLED, "", "")
    assert Invitation.objects.get().state == State.CLOSED
    assert programme.counts["recipients"] == 1


def test_owing_the_same_invitation_twice_owes_it_once(inside: Organization) -> None:
    customer(1)
    wave()
    message = Message.objects.get()
    again = Message(kind="invitation", source_id=message.source_id, to_address=message.to_address)
    assert enqueue([again]) == 0
    assert Message.objects.count() == 1
