"""The daily limit of a telephone programme counts calls, and the planner speaks of calls, texts and mails by the channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from nps_platform.tenancy.models import Membership, Organization
from surveys.actions import simulate
from surveys.actions.calling import note_call, take_next
from surveys.calling import call_lists
from surveys.models import CallAttempt, CallTask, Programme
from tests.conftest import Cast
from tests.responses.test_calls import bruno, people, phone_wave  # noqa: F401
from tests.surveys.waves import customer, draft_wave, launched

Outcome = CallAttempt.Outcome
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_the_list_brings_as_many_calls_a_day_as_the_programme_says_those_repeated_too(
    cast: Cast,
    bruno: Membership,  # noqa: F811
) -> None:
    people(1, 2, 3, 4)
    with time_machine.travel(TUESDAY, tick=True):
        phone_wave(daily_cap=2)
        assert CallTask.objects.filter(due_at__lte=timezone.now()).count() == 4  # nobody waits for a day of their own
        first = take_next(bruno)
        assert first and [one.due for one in call_lists(timezone.now())] == [1]
        note_call(first, outcome=Outcome.NO_ANSWER, by=bruno)
        assert take_next(bruno) and take_next(cast.alicia) is None
        page = cast.sign_in(cast.alicia).get("/o/andina/calls/").content.decode()
        assert "2 of 2" in page and "today’s calls are made" in page
        CallTask.objects.filter(customer__external_id="C-4").update(agreed=True, due_at=timezone.now())
        promised = take_next(cast.alicia)
        assert promised and promised.customer.external_id == "C-4"  # what was promised is kept
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=True):
        assert take_next(bruno) and take_next(cast.alicia)


def test_a_call_that_was_put_back_is_none(bruno: Membership) -> None:  # noqa: F811
    people(1, 2)
    phone_wave(daily_cap=1)
    taken = take_next(bruno)
    assert taken
    CallTask.objects.filter(pk=taken.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert take_next(bruno)


def test_the_simulator_counts_calls_and_says_what_the_end_of_the_wave_cuts_off(inside: Organization) -> None:
    people(*range(1, 11))
    with time_machine.travel(TUESDAY, tick=False):
        found = simulate(draft_wave(channel="phone", daily_cap=4, open_days=3))
    assert found.effort and found.effort.all_calls == 20  # two a person, until calls were made
    assert [day.invitations for day in found.days] == [4, 4, 4, 4, 4]
    assert found.days[0].day == TUESDAY.date() and found.days[-1].day.isoweekday() == 6
    assert found.after_close == 4
    with time_machine.travel(TUESDAY, tick=False):
        unlimited = simulate(draft_wave(channel="phone"))
    assert unlimited.days == () and unlimited.patience.rest_until


def test_mails_that_a_short_wave_would_take_back_are_said(cast: Cast, inside: Organization) -> None:
    for n in range(1, 8):
        customer(n)
    draft = draft_wave(daily_cap=1, open_days=4)
    found = simulate(draft)
    assert (found.recipients, found.after_close) == (7, 2)
    page = cast.sign_in(cast.alicia).get(f"/o/andina/programmes/{draft.pk}/").content.decode()
    assert "The wave closes before 2 mails leave" in page


@pytest.mark.parametrize(
    ("channel", "says", "never"),
    [
        ("email", ["Mails leave on", "Schedule 2 mails", "called spam"], ["Messages leave", "We call"]),
        ("sms", ["Messages leave on", "Schedule 2 messages", "can’t be delivered"], ["Mails leave", "mails", "spam"]),
        ("email_or_sms", ["Messages leave on", "Schedule 2 messages", "spam"], ["Mails leave", "2 mails"]),
        ("phone", ["We call on", "10:00", "2 people to call", "Days of calling"], ["Mails leave", "mails", "spam"]),
    ],
)
def test_the_planner_speaks_as_the_channel_is(
    cast: Cast, inside: Organization, channel: str, says: list[str], never: list[str]
) -> None:
    people(1, 2)
    draft = draft_wave(channel=channel, daily_cap=1 if channel == "phone" else None)
    page = cast.sign_in(cast.alicia).get(f"/o/andina/programmes/{draft.pk}/").content.decode()
    body = page[page.index('id="sentences"') : page.index("</footer>")]
    assert [word for word in says if word not in body] == []
    assert [word for word in never if word in body] == []


def test_saving_a_telephone_plan_as_it_stands_keeps_the_usual_hours(cast: Cast, inside: Organization) -> None:
    draft = draft_wave(channel="phone")
    cast.sign_in(cast.alicia).post(f"/o/andina/programmes/{draft.pk}/", {"name": "Por teléfono"})
    assert Programme.objects.get(pk=draft.pk).window == {}
    assert Programme.objects.get(pk=draft.pk).name == "Por teléfono"


def test_a_launched_programme_is_simulated_again_with_lists_of_who_is_next(cast: Cast, inside: Organization) -> None:
    customer(1)
    monthly = launched(every="month", quarantine_days=7)
    alicia = cast.sign_in(cast.alicia)
    where = f"/o/andina/programmes/{monthly.pk}/"
    customer(2)
    assert f'href="{where}simulation/"' in alicia.get(where).content.decode()
    page = alicia.get(f"{where}simulation/")
    assert page.context["simulation"].recipients == 2 and page.context["simulation"].first_at == monthly.next_at
    assert b"C-2" in alicia.get(f"{where}people.csv?foreseen").getvalue()
    assert b"C-2" not in alicia.get(f"{where}people.csv").getvalue()
    once = launched(name="Una vez", quarantine_days=0)
    assert (
        f'href="/o/andina/programmes/{once.pk}/simulation/"'
        not in alicia.get(f"/o/andina/programmes/{once.pk}/").content.decode()
    )
    assert "Nothing more is to come" in alicia.get(f"/o/andina/programmes/{once.pk}/simulation/").content.decode()


def test_the_list_of_whom_a_plan_calls_holds_the_numbers_that_are_dialled(cast: Cast, inside: Organization) -> None:
    customer(1, phone="+34 912 345 678")  # a landline: no text reaches it, a call does
    draft = draft_wave(channel="phone")
    listed = cast.sign_in(cast.alicia).get(f"/o/andina/programmes/{draft.pk}/people.csv").getvalue().decode("utf-8-sig")
    assert listed.splitlines()[1] == "C-1,Mercedes Aliaga 1,+34912345678,es,"


def test_nobody_is_due_where_it_is_no_hour_for_calls(cast: Cast, bruno: Membership, inside: Organization) -> None:  # noqa: F811
    inside.contact_hours = {"JP": {"from": "09:00", "to": "18:00", "weekdays": [1, 2, 3, 4, 5]}}
    inside.save()
    people(1, 2)
    customer(3, phone="+81 90 1234 5678", timezone="Asia/Tokyo", country="JP")
    with time_machine.travel(datetime(2026, 3, 3, 8, tzinfo=UTC), tick=True):  # 17:00 in Tokyo
        phone_wave()
        assert [one.due for one in call_lists(timezone.now())] == [3]
    alicia = cast.sign_in(cast.alicia)
    with time_machine.travel(TUESDAY, tick=True):  # 19:00 there; nobody has looked at the list meanwhile
        assert [one.due for one in call_lists(timezone.now())] == [2]
        for _both in range(2):
            taken = take_next(bruno)
            assert taken and taken.customer.country == ""
            note_call(taken, outcome=Outcome.REFUSED, by=bruno)
        page = alicia.get("/o/andina/calls/").content.decode()
        assert "Nobody can be called at this moment" in page and "Call the next person" not in page
        assert take_next(bruno) is None
        CallTask.objects.update(agreed=True, due_at=timezone.now())  # they named this hour themselves
        assert [one.due for one in call_lists(timezone.now())] == [1]
