"""The planner's sentences: every choice of a plan is a control; what is wrong stands beside it, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from nps_platform.customers.models import AttributeDefinition
from nps_platform.tenancy.models import AuditEntry, Organization
from surveys.actions import simulate
from surveys.actions.programmes import SETTINGS
from surveys.models import Programme, Reservation
from surveys.planner.form import ProgrammeForm
from surveys.planner.simulation import calendar_of
from surveys.planner.words import settings_of, words_of
from tests.conftest import Cast
from tests.surveys.waves import customer, draft_wave, published

HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 5, 14, 9, tzinfo=UTC)


def here(programme: Programme, step: str = "") -> str:
    return f"/o/andina/programmes/{programme.pk}/{step}"


def change(client: Client, programme: Programme, **words: str) -> Any:
    return client.post(here(programme), words, headers=HTMX)


def test_every_choice_is_made_on_the_page(cast: Cast, inside: Organization) -> None:
    alicia, programme = cast.sign_in(cast.alicia), draft_wave()
    AttributeDefinition.objects.create(key="plan", label="Plan")
    told = {
        "sample": "share",
        "share": "12.5",
        "strata": "attribute:plan",
        "cadence": "quarter",
        "begins": "date",
        "starts_on": "2026-05-18",
        "starts_at": "09:30",
        "weekdays": "12345",
        "holidays": "off",
        "opens": "09:00",
        "closes": "13:00",
        "daily_cap": "600",
        "reminders": "2",
        "reminder_1": "3",
        "reminder_2": "7",
        "quarantine_days": "120",
        "account_quarantine_days": "60",
        "open_case": "asked",
    }
    with time_machine.travel(NOW, tick=False):
        assert change(alicia, programme, **told).status_code == 200
        page = alicia.get(here(programme)).text
    programme.refresh_from_db()
    assert (programme.mode, programme.every, programme.sample) == ("wave", "quarter", {"share": 0.125})
    assert (programme.starts_on, programme.starts_at) == (date(2026, 5, 18), time(9, 30))
    assert programme.window == {"from": "09:00", "to": "13:00", "weekdays": [1, 2, 3, 4, 5]}
    assert (programme.strata, programme.daily_cap, programme.reminders) == ("attribute:plan", 600, [3, 7])
    assert (programme.quarantine_days, programme.account_quarantine_days) == (120, 60)
    assert programme.ask_despite_open_case
    for value in ("12.5", "2026-05-18", "09:30", "600"):
        assert f'value="{value}"' in page, value
    change(alicia, programme, cadence="continuous", period_days="45", begins="")
    programme.refresh_from_db()
    assert (programme.mode, programme.period_days, programme.starts_on) == ("continuous", 45, None)
    change(alicia, programme, cadence="trigger", delay="2", delay_unit="days")
    programme.refresh_from_db()
    assert (programme.mode, programme.delay_minutes) == ("trigger", 2880)
    assert "Wait for events…" in alicia.get(here(programme)).text


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"sample": {"number": 3000}, "strata": "unit", "daily_cap": 70},
        {"sample": {"precision": 2.5}, "every": "month", "starts_on": date(2026, 5, 31), "starts_at": time(17, 5)},
        {"mode": "trigger", "sample": {"share": 0.333}, "delay_minutes": 90, "quarantine_days": 0},
        {"mode": "continuous", "period_days": 7, "starts_at": time(0), "window": {"from": "09:15", "to": "20:00"}},
        {"window": {"weekdays": [6, 7], "holidays": True}, "reminders": [1, 2, 3, 20], "open_days": 33},
        {"window": {"from": "00:00"}, "account_quarantine_days": 11, "ask_despite_open_case": True},
    ],
)
def test_saving_what_stands_there_changes_nothing(inside: Organization, settings: dict[str, Any]) -> None:
    """Whatever was set by API stands on the page, and stays."""
    programme = draft_wave(**settings)
    form = ProgrammeForm(words_of(programme), programme=programme)
    with time_machine.travel(NOW, tick=False):
        assert form.is_valid(), form.errors
    told = settings_of(form.cleaned_data, programme)
    assert {name: getattr(programme, name) for name in SETTINGS} | told == {
        name: getattr(programme, name) for name in SETTINGS
    } | {"name": programme.name, "survey": programme.survey}


def test_other_sentences_come_with_a_choice_and_stay_out_of_the_way_otherwise(cast: Cast, inside: Organization) -> None:
    alicia, programme = cast.sign_in(cast.alicia), draft_wave()
    shape = ProgrammeForm(programme=programme).shape
    same = change(alicia, programme, open_days="30", shape=shape)
    assert same.headers["HX-Reswap"] == "none" and 'id="simulation"' in same.text
    drawn = change(alicia, programme, sample="number", shape=shape)
    assert "HX-Reswap" not in drawn.headers and 'name="number" value="500"' in drawn.text
    programme.refresh_from_db()
    assert (programme.sample, programme.open_days) == ({"number": 500}, 30)
    assert 'name="period_days"' not in drawn.text
    assert 'name="period_days" value="90"' in change(alicia, programme, cadence="continuous").text


@pytest.mark.parametrize(
    ("words", "wrong", "says"),
    [
        ({"sample": "number", "number": "muchas"}, "number", "whole number"),
        ({"sample": "share", "share": "0"}, "share", "0.0001"),
        ({"sample": "precision", "precision": "101"}, "precision", "100"),
        ({"begins": "date", "starts_on": "2020-01-01"}, "starts_on", "This day is over."),
        ({"opens": "13:00", "closes": "09:00"}, "closes", "closes before it opens"),
        ({"reminders": "2", "reminder_1": "7", "reminder_2": "7"}, "reminder_2", "Later than the one before."),
        ({"reminders": "1", "reminder_1": "30", "open_days": "21"}, "reminder_1", "By then the survey is closed."),
        ({"cadence": "trigger", "sample": "number"}, "sample", "only a share"),
        ({"cadence": "trigger", "delay": "91", "delay_unit": "days"}, "delay", "At most 90 days."),
        ({"daily_cap": "0"}, "daily_cap", "1"),
        ({"quarantine_days": "7"}, "quarantine_days", "7"),
    ],
)
def test_what_can_not_be_kept_is_said_beside_its_word(
    cast: Cast, inside: Organization, words: dict[str, str], wrong: str, says: str
) -> None:
    alicia, programme = cast.sign_in(cast.alicia), draft_wave()
    before = programme.updated_at
    for headers in (HTMX, {}):  # with script and without
        answer = alicia.post(here(programme), words, headers=headers)
        assert answer.status_code == 422
        assert f'id="id_{wrong}_error"' in answer.text
        assert says in answer.text.split(f'id="id_{wrong}_error"')[1].split("</span>")[0]
        assert answer.text.count('class="err text-sm"') == 1
        for name, typed in words.items():
            stands = (f'value="{typed}"', f'value="{typed}" selected')
            assert any(text in answer.text.split(f'name="{name}"')[1] for text in stands), name
    assert "Not saved:" in alicia.post(here(programme), words, headers=HTMX).text
    programme.refresh_from_db()
    assert programme.updated_at == before


def test_only_what_was_seen_is_launched(cast: Cast, inside: Organization) -> None:
    alicia, programme = cast.sign_in(cast.alicia), draft_wave()
    customer(1)
    seen = programme.updated_at.isoformat()
    assert f'value="{seen}"' in alicia.get(here(programme)).text
    change(alicia, programme, open_days="30")
    page = alicia.post(here(programme, "launch/"), {"seen": seen}, follow=True)
    assert "The plan changed after this simulation." in page.text
    programme.refresh_from_db()
    assert programme.state == Programme.State.DRAFT
    alicia.post(here(programme, "launch/"), {"seen": programme.updated_at.isoformat()})
    late = change(alicia, programme, open_days="60")
    assert late.headers["HX-Redirect"] == here(programme)
    programme.refresh_from_db()
    assert (programme.state, programme.open_days) == (Programme.State.PLANNING, 30)


def test_a_later_programme_s_people_are_kept_from_the_page_that_would_take_them(
    cast: Cast, inside: Organization
) -> None:
    for n in range(10):
        customer(n)
    survey = published()
    with time_machine.travel(NOW, tick=False):
        alicia = cast.sign_in(cast.alicia)
        renewal = draft_wave(survey, name="Renovación", sample={"number": 4}, starts_on=date(2026, 7, 1))
        wide = draft_wave(survey)
        assert "would lack" in alicia.get(here(wide)).text
        page = alicia.post(here(renewal, "reserve/"), {"asked_on": wide.pk}, follow=True)
        assert page.redirect_chain == [(here(wide), 302)]
        assert "would lack" not in page.text and "Kept for another programme" in page.text
        assert Reservation.objects.count() == 4
        assert "Let them go" in alicia.get(here(renewal)).text
        alicia.post(here(renewal, "let-go/"))
        assert not Reservation.objects.exists()
        # What begins at once has nobody to keep.
        assert "no longer possible" in alicia.post(here(wide, "reserve/"), follow=True).text
    assert AuditEntry.objects.filter(action="programme.let_go").count() == 1


def test_the_calendar_holds_every_mail_once(inside: Organization) -> None:
    for n in range(23):
        customer(n)
    with time_machine.travel(NOW, tick=False):  # a Thursday
        weekdays = {"weekdays": [1, 2, 3, 4, 5]}
        busy = draft_wave(daily_cap=2, window=weekdays, reminders=[3], starts_on=date(2026, 5, 18))
        foreseen = simulate(busy)
        calendar = calendar_of(foreseen.days)
        # A reminder that would fall on a weekend waits for Monday, like the mail before it.
        assert calendar is not None and calendar.columns == 5
        assert calendar.days[0].day == date(2026, 5, 18) and calendar.invitations == foreseen.recipients == 23
        drawn = sum(one.invitations + one.reminders for one in calendar.days)
        assert drawn + calendar.later == calendar.messages == 46
        assert foreseen.first_at is not None
        assert foreseen.first_at.astimezone(ZoneInfo(inside.timezone)).date() == date(2026, 5, 18)
        plain = calendar_of(simulate(draft_wave(daily_cap=8, window=weekdays)).days)
        assert plain is not None and (plain.columns, len(plain.days), plain.later) == (5, 10, 0)


def test_a_plan_says_where_contact_hours_hold_beside_its_own(cast: Cast, inside: Organization) -> None:
    alicia, programme = cast.sign_in(cast.alicia), draft_wave()
    assert "Contact hours by country" not in alicia.get(here(programme)).text
    inside.contact_hours = {
        "JP": {"from": "09:00", "to": "18:00", "weekdays": [1]},
        "ES": {"from": "10:00", "to": "20:00"},
    }
    inside.save()
    assert "Contact hours by country hold as well: " in (page := alicia.get(here(programme)).text)
    assert "JP, ES." in page or "ES, JP." in page
