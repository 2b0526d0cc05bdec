"""Surveys by telephone: a list of people at a good hour, one interviewer a person, the survey in their language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import Case
from closeloop.starters import give_starters
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Membership, Organization, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from responses.answers import values_in
from responses.models import Response
from surveys.actions import change_programme, close, pause, simulate
from surveys.actions.calling import NotYours, note_call, take_next
from surveys.actions.events import Fact, take_events
from surveys.actions.reminding import remind
from surveys.authoring.content import Option
from surveys.calling import call_lists, effort_for, held_by
from surveys.models import CallAttempt, CallTask, Invitation, Programme, SkipReason
from surveys.planner.progress import progress_of
from tests.conftest import Cast
from tests.surveys.contents import content, live, question
from tests.surveys.waves import customer, draft_wave, launched

ANY_HOUR = {"from": "00:00", "to": "24:00"}
Outcome = CallAttempt.Outcome


def phone_wave(**fields: Any) -> Programme:
    usual: dict[str, Any] = {"channel": "phone", "window": ANY_HOUR, "quarantine_days": 0}
    return launched(**(usual | fields))


def people(*numbers: int, **fields: Any) -> list[Customer]:
    return [customer(n, **({"phone": f"+34 600-00 00 {n:02}"} | fields)) for n in numbers]


def later(hours: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True)


@pytest.fixture
def bruno(cast: Cast, inside: Organization) -> Membership:
    return cast.bruno


def test_who_has_a_number_comes_on_the_list_and_nothing_is_mailed(bruno: Membership) -> None:
    reachable = people(1, 2)
    customer(3)
    customer(4, phone="ask at the desk")
    customer(5, phone="600000001")  # the first one's number, written in another way
    stopped, refused = people(6, 7)
    Suppression.objects.create(channel="phone", address="+34600000006", reason="unsubscribed", customer=stopped)
    # Written without its country, as whoever typed it knew it; the list names it in full.
    customer(8, phone="915 23 00 00")
    Suppression.objects.create(channel="phone", address="+34915230000", reason="suppressed")
    Suppression.objects.create(channel="email", address=refused.email, reason="unsubscribed", customer=refused)
    draft = draft_wave(channel="phone", quarantine_days=0)
    foreseen = simulate(draft)
    wave = phone_wave()
    skipped = dict(wave.invitations.filter(state="skipped").values_list("customer__external_id", "skip_reason"))
    assert skipped == {
        "C-3": "no_address",
        "C-4": "no_address",
        "C-5": "same_address",
        "C-6": "unsubscribed",
        "C-8": "suppressed",
    }
    asked = set(CallTask.objects.values_list("customer_id", flat=True))
    assert asked == {reachable[0].pk, reachable[1].pk, refused.pk}
    assert foreseen.recipients == 3 and foreseen.skipped[SkipReason.NO_ADDRESS] == 2
    assert not Message.objects.exists()


def test_permission_is_the_telephones_own(bruno: Membership, inside: Organization) -> None:
    inside.require_permission = True
    inside.save()
    by_mail, by_phone = people(1, 2)
    for person, channel in ((by_mail, "email"), (by_phone, "phone")):
        CustomerPermission.objects.create(customer=person, purpose="feedback", channel=channel)
    phone_wave()
    assert CallTask.objects.get().customer == by_phone


def test_calls_keep_to_the_hours_of_the_persons_own_clock(bruno: Membership) -> None:
    with time_machine.travel(datetime(2026, 3, 3, 14, tzinfo=UTC), tick=True):  # a Tuesday
        near = customer(1, phone="+34600000001", timezone="Europe/Madrid")
        far = customer(2, phone="+64211234567", timezone="Pacific/Auckland")
        phone_wave(window={})
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC), tick=True):  # one in the morning in Auckland
        first = take_next(bruno)
        assert first and first.customer == near
        note_call(first, outcome=Outcome.REFUSED, by=bruno)
        assert take_next(bruno) is None
        opens = CallTask.objects.get(customer=far).due_at.astimezone(ZoneInfo("Pacific/Auckland"))
        assert (opens.day, opens.hour) == (5, 10)
    with time_machine.travel(datetime(2026, 3, 4, 22, tzinfo=UTC), tick=True):
        woken = take_next(bruno)
        assert woken and woken.customer == far
        note_call(woken, outcome=Outcome.NO_ANSWER, by=bruno)
        again = CallTask.objects.get(customer=far).due_at.astimezone(ZoneInfo("Pacific/Auckland"))
        assert again.hour == 18  # another time of the day


def test_who_was_promised_a_call_comes_first_then_the_least_tried(bruno: Membership) -> None:
    people(1, 2, 3)
    phone_wave()
    CallTask.objects.filter(customer__external_id="C-1").update(tries=1)
    CallTask.objects.filter(customer__external_id="C-3").update(agreed=True, due_at=timezone.now(), tries=2)
    order = []
    while task := take_next(bruno):
        order.append(task.customer.external_id)
        note_call(task, outcome=Outcome.WRONG_NUMBER, by=bruno)
    assert order == ["C-3", "C-2", "C-1"]


def test_nobody_is_called_by_two_at_once(cast: Cast, bruno: Membership) -> None:
    people(1)
    phone_wave()
    phone_wave(name="Another list, the same person")
    mine = take_next(bruno)
    assert mine and take_next(bruno) == mine
    assert take_next(cast.alicia) is None
    with later(0.3):  # Bruno went home without a word
        theirs = take_next(cast.alicia)
        assert theirs and theirs.customer == mine.customer
        with pytest.raises(NotYours):
            note_call(mine, outcome=Outcome.NO_ANSWER, by=bruno)
    assert CallTask.objects.exclude(claimed_by=None).count() == 1


def test_three_calls_without_an_answer_end_it(bruno: Membership) -> None:
    people(1)
    wave = phone_wave()
    for hours in (0, 30, 60):
        with later(hours):
            task = take_next(bruno)
            assert task
            note_call(task, outcome=Outcome.NO_ANSWER, by=bruno)
            assert take_next(bruno) is None
    invitation = Invitation.objects.get(programme=wave)
    assert invitation.state == Invitation.State.CLOSED and CallTask.objects.get().done_at
    with later(90):
        assert take_next(bruno) is None
    row = call_lists(timezone.now())[0]
    assert (row.people, row.answered, row.refused, row.unreached, row.waiting) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(("outcome", "reason"), [("refused", "unsubscribed"), ("wrong_number", "bounced")])
def test_a_no_and_a_wrong_number_are_not_called_again(bruno: Membership, outcome: str, reason: str) -> None:
    person = people(1)[0]
    phone_wave()
    task = take_next(bruno)
    assert task
    note_call(task, outcome=outcome, by=bruno)
    kept = Suppression.objects.get()
    assert (kept.channel, kept.address, kept.reason, kept.customer) == ("phone", "+34600000001", reason, person)
    second = phone_wave(name="Next")
    assert second.invitations.get().skip_reason == reason


def test_an_answer_counts_for_the_programme_and_a_detractor_opens_a_case(cast: Cast, bruno: Membership) -> None:
    give_starters(cast.organization)
    people(1, 2)
    wave = phone_wave()
    client = cast.sign_in(bruno)
    assert "2" in client.get("/o/andina/calls/").content.decode()
    client.post("/o/andina/calls/next/")
    task = held_by(bruno)
    assert task
    page = client.get("/o/andina/calls/").content.decode()
    person = task.customer  # either: both are due
    assert f"tel:{person.mobile}" in page
    assert f"Buenos días. ¿Hablo con {person.name}?" in page  # the customer's language, not the reader's
    assert task.invitation.content.nps.text("es") in page
    told = {"score": "3", "comment": "La factura 😡", "consent": "yes"}
    assert client.post(f"/o/andina/calls/{task.pk}/answer/", told).status_code == 302
    answer = Response.objects.get()
    assert (answer.invitation_id, answer.channel, answer.score) == (task.invitation_id, "phone", 3)
    assert answer.wants_contact is True and answer.language == "es"
    progress = progress_of(wave)
    assert (progress.sent, progress.answered, progress.calls) == (1, 1, 1)
    follow_up(answer.pk)
    assert Case.objects.get().response == answer
    assert AuditEntry.objects.get(action="response.recorded").actor == bruno
    assert held_by(bruno) and held_by(bruno) != task  # the next one is on the line already


def test_consent_that_was_not_asked_for_is_no_refusal(cast: Cast, bruno: Membership) -> None:
    people(1)
    phone_wave()
    task = take_next(bruno)
    assert task
    cast.sign_in(bruno).post(f"/o/andina/calls/{task.pk}/answer/", {"score": "10"})
    assert Response.objects.get().wants_contact is None


@pytest.mark.parametrize(
    ("form", "asks"),
    [("usted", "contacto con usted"), ("tu", "contacto contigo"), ("vos", "contacto con vos")],
)
def test_consent_is_asked_as_a_question_in_the_form_of_address(
    cast: Cast, bruno: Membership, inside: Organization, form: str, asks: str
) -> None:
    Organization.objects.filter(pk=inside.pk).update(address_form=form)
    people(1)
    phone_wave()
    task = take_next(bruno)
    assert task and task.invitation.content.contact
    page = cast.sign_in(bruno).get("/o/andina/calls/").text
    assert f"¿Podemos ponernos en {asks} " in page and "contacto conmigo" not in page


def test_what_an_answer_no_longer_brings_up_is_not_kept(cast: Cast, bruno: Membership) -> None:
    why = question("why", "choice", options=(Option("price", {"en": "Price"}), Option("bill", {"en": "Bill"})))
    asked = content(
        why,
        question("unclear", "csat", after=("why", "bill")),
        question("which", "text", after=("unclear", "1", "2")),
        question("rescue", "text", classes=["detractor"]),
    )
    people(1)
    phone_wave(survey=live(asked))
    task = take_next(bruno)
    assert task
    client = cast.sign_in(bruno)
    page = client.get("/o/andina/calls/").text
    assert 'data-question="q-which" data-after="q-unclear" data-brings="1 2"' in page
    told = {"score": "9", "q-why": "price", "q-unclear": "1", "q-which": "The second page", "q-rescue": "Call me"}
    assert client.post(f"/o/andina/calls/{task.pk}/answer/", told).status_code == 302
    assert values_in(Response.objects.get().answers.all()) == {"why": "price"}


def test_what_is_missing_is_said_where_it_is_and_what_was_typed_stays(cast: Cast, bruno: Membership) -> None:
    people(1)
    phone_wave()
    task = take_next(bruno)
    assert task
    client = cast.sign_in(bruno)
    answer = client.post(f"/o/andina/calls/{task.pk}/answer/", {"comment": "Nobody called back"})
    assert answer.status_code == 422
    assert ">10: " in answer.content.decode(), "the ends of the scale are read out"
    assert "The score is missing" in answer.content.decode() and "Nobody called back" in answer.content.decode()
    wrong = {
        "": "Choose a day",
        "soon": "Choose a day",
        "2020-01-01T10:00": "is over",
        "2999-01-01T10:00": "closed by then",
    }
    for at, words in wrong.items():
        refused = client.post(f"/o/andina/calls/{task.pk}/back/", {"at": at})
        assert refused.status_code == 422 and words in refused.content.decode()
    assert client.post(f"/o/andina/calls/{task.pk}/outcome/", {"outcome": "answered"}).status_code == 302
    assert not CallAttempt.objects.exists() and not Response.objects.exists()


def test_a_promised_call_is_on_the_customers_clock(cast: Cast, bruno: Membership) -> None:
    customer(1, phone="+5491123456789", timezone="America/Buenos_Aires")
    phone_wave()
    task = take_next(bruno)
    assert task
    zone = ZoneInfo("America/Buenos_Aires")
    wanted = (timezone.now().astimezone(zone) + timedelta(days=2)).replace(hour=9, minute=15, second=0, microsecond=0)
    client = cast.sign_in(bruno)
    client.post(f"/o/andina/calls/{task.pk}/back/", {"at": wanted.strftime("%Y-%m-%dT%H:%M")})
    task.refresh_from_db()
    assert task.due_at == wanted and task.agreed and task.tries == 0 and held_by(bruno) is None
    assert "Promised calls" in client.get("/o/andina/calls/").content.decode()


def test_what_somebody_else_holds_cannot_be_noted(cast: Cast, bruno: Membership) -> None:
    people(1)
    phone_wave()
    task = take_next(bruno)
    assert task
    alicia = cast.sign_in(cast.alicia)
    told = alicia.post(f"/o/andina/calls/{task.pk}/answer/", {"score": "1"}, follow=True).content.decode()
    assert "no longer yours" in told and not Response.objects.exists()
    cast.sign_in(bruno).post(f"/o/andina/calls/{task.pk}/release/")
    assert held_by(bruno) is None and take_next(cast.alicia) == task


def test_a_paused_or_closed_programme_calls_nobody(bruno: Membership) -> None:
    people(1, 2)
    wave = phone_wave()
    assert take_next(bruno)
    pause(wave, by=None)
    assert held_by(bruno) is None and take_next(bruno) is None
    Programme.objects.filter(pk=wave.pk).update(state=Programme.State.RUNNING)
    assert take_next(bruno)
    wave.refresh_from_db()
    close(wave, by=None)
    assert take_next(bruno) is None


def test_events_and_reminders_of_a_telephone_programme_send_no_mail(bruno: Membership) -> None:
    person = people(1)[0]
    trigger = launched(channel="phone", mode="trigger", window=ANY_HOUR, quarantine_days=0, reminders=[1])
    take_events(trigger, [Fact(person, timezone.now())], by=None)
    task = take_next(bruno)
    assert task and task.invitation.programme == trigger
    note_call(task, outcome=Outcome.NO_ANSWER, by=bruno)
    assert remind(trigger, timezone.now() + timedelta(days=5)) == 0
    assert not Message.objects.exists()


def test_hours_of_interviewers_are_measured_once_there_are_calls(cast: Cast, bruno: Membership) -> None:
    assert not effort_for(100).is_measured and effort_for(100).hours == 10
    people(*range(1, 12))
    phone_wave()
    while task := take_next(bruno):
        CallTask.objects.filter(pk=task.pk).update(claimed_at=timezone.now() - timedelta(minutes=6))
        task.refresh_from_db()
        note_call(task, outcome=Outcome.WRONG_NUMBER, by=bruno)
    effort = effort_for(100)
    assert effort.is_measured and round(effort.minutes) == 6 and effort.calls == 1 and round(effort.hours) == 10
    people(20)
    draft = draft_wave(channel="phone")
    assert "What the calls take" in cast.sign_in(cast.alicia).get(f"/o/andina/programmes/{draft.pk}/").content.decode()


def test_the_planner_speaks_of_telephones_where_the_channel_is_one(cast: Cast, inside: Organization) -> None:
    client = cast.sign_in(cast.alicia)
    customer(1)
    people(2)
    draft = draft_wave(channel="phone", quarantine_days=0)
    where = f"/o/andina/programmes/{draft.pk}/"
    page = client.get(where).content.decode()
    assert "No valid telephone" in page and "three times at most" in page and "Launch: 1 person to call" in page
    change_programme(draft, by=None, channel="email")
    assert "No valid telephone" not in client.get(where).content.decode()


def test_an_empty_list_says_why_and_finance_has_none(cast: Cast, inside: Organization) -> None:
    assert "Nobody is to be called" in cast.sign_in(cast.bruno).get("/o/andina/calls/").content.decode()
    assert cast.sign_in(cast.member(Role.FINANCE)).get("/o/andina/calls/").status_code == 403


@pytest.fixture
def crowd(transactional_db: None) -> tuple[Organization, list[Membership]]:
    organization = Organization.objects.create(slug="andina", name="Andina Telecom")
    with entered(organization):
        users = [User.objects.create(email=f"i{n}@andina.example") for n in range(8)]
        callers = [Membership.objects.create(organization=organization, user=u, role=Role.AGENT) for u in users]
        people(1, 2, 3, 4, 5)
        phone_wave()
        phone_wave(name="The same people once more")
    return organization, callers


def test_however_many_call_at_once_nobody_is_held_twice(crowd: tuple[Organization, list[Membership]]) -> None:
    organization, callers = crowd

    def take(caller: Membership) -> None:
        try:
            with entered(organization):
                take_next(caller)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(take, callers * 2))
    with entered(organization):
        held = list(CallTask.objects.exclude(claimed_by=None).values_list("customer_id", "claimed_by_id"))
    assert len(held) == 5
    assert len({person for person, _caller in held}) == len({caller for _person, caller in held}) == 5


def test_a_stranger_finds_no_list(cast: Cast) -> None:
    assert Client().get("/o/andina/calls/").status_code == 302
    assert cast.sign_in(cast.carla).get("/o/andina/calls/").status_code == 404
