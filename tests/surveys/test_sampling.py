"""Drawing people: by number, share or precision, in strata, by a stored seed; in a window, at most so many a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Account, AttributeDefinition, Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization, Unit
from surveys.actions import BadPlan, declare_incident, let_go, reserve, simulate
from surveys.actions.reminding import keep_to_window
from surveys.models import Invitation, Programme, SkipReason, Stage
from surveys.planning.sampling import allotted
from surveys.tasks import LOOK_AGAIN, next_step_at
from tests.surveys.waves import customer, draft_wave, launched, planned, published

R = SkipReason


def asked_by(programme: Programme) -> set[int]:
    rows = programme.invitations.exclude(state=Invitation.State.SKIPPED)
    return set(rows.values_list("customer_id", flat=True))


@pytest.mark.parametrize(
    ("sample", "drawn"), [({"number": 5}, 5), ({"share": 0.25}, 10), ({"number": 99}, 40), ({"precision": 30}, 40)]
)
def test_as_many_are_drawn_as_the_sample_says(inside: Organization, sample: dict[str, Any], drawn: int) -> None:
    for n in range(40):
        customer(n)
    programme = draft_wave(sample=sample)
    foreseen = simulate(programme)
    planned(programme)
    assert foreseen.recipients == len(asked_by(programme)) == drawn
    assert foreseen.eligible == foreseen.recipients + foreseen.skips == 40
    assert programme.counts["skipped"] == foreseen.skipped == ({R.NOT_SAMPLED: 40 - drawn} if drawn < 40 else {})


def test_the_seed_draws_the_same_people_again_and_each_wave_others(inside: Organization) -> None:
    for n in range(60):
        customer(n)
    survey = published()
    drawn = [
        asked_by(launched(survey, sample={"number": 20}, seed=seed, quarantine_days=0, name=str(i)))
        for i, seed in enumerate((7, 7, 8))
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@given(st.dictionaries(st.text("abc", max_size=2), st.integers(0, 50), max_size=6), st.floats(0, 1))
def test_strata_share_out_exactly_and_in_proportion(sizes: dict[str, int], share: float) -> None:
    total = sum(sizes.values())
    number = round(total * share)
    shares = allotted(sizes, number)
    assert sum(shares.values()) == number
    for stratum, size in sizes.items():
        assert shares[stratum] <= size
        assert not total or abs(shares[stratum] - number * size / total) < 1


@pytest.mark.parametrize("strata", ["unit", "attribute:plan"])
def test_a_stratified_draw_takes_from_each_in_proportion(inside: Organization, strata: str) -> None:
    AttributeDefinition.objects.create(key="plan", label="Plan")
    north, south = (Unit.objects.create(name=name, code=name, path=f"/{n}/") for n, name in enumerate(("N", "S"), 1))
    for n in range(40):
        customer(n, unit=north if n < 30 else south, attributes={"plan": "basic" if n < 30 else "gold"})
    programme = launched(sample={"number": 8}, strata=strata)
    units = Customer.objects.filter(pk__in=asked_by(programme)).values_list("unit__code", flat=True)
    assert Counter(units) == {"N": 6, "S": 2}


def test_mails_leave_in_the_window_of_the_persons_zone_on_working_days_at_most_so_many_a_day(
    inside: Organization,
) -> None:
    inside.timezone, inside.holidays = "Europe/Rome", ["2026-03-10"]
    inside.save()
    chile = Unit.objects.create(name="Chile", code="cl", path="/9/", timezone="America/Santiago")
    for n in range(5):
        customer(n, unit=chile if n == 0 else None, timezone="Asia/Kathmandu" if n == 1 else "")
    window = {"from": "09:00", "to": "13:00", "weekdays": [1, 2, 3, 4, 5]}
    with time_machine.travel(datetime(2026, 3, 7, 12, tzinfo=UTC), tick=False):  # a Saturday
        programme = draft_wave(window=window, daily_cap=2)
        foreseen = simulate(programme)
        planned(programme)
    monday, wednesday, thursday = date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12)  # Tuesday is a holiday
    assert [(day.day, day.invitations) for day in foreseen.days] == [(monday, 2), (wednesday, 2), (thursday, 1)]
    assert foreseen.last_date == thursday
    utc = {"Europe/Rome": 8, "America/Santiago": 12, "Asia/Kathmandu": 3}
    for message in Message.objects.select_related("customer__unit"):
        zone = message.customer.timezone or (message.customer.unit and message.customer.unit.timezone) or "Europe/Rome"
        assert message.due_at.hour == utc[zone], zone
    assert Counter(m.due_at.date() for m in Message.objects.all()) == {monday: 2, wednesday: 2, thursday: 1}
    assert set(Invitation.objects.values_list("due_at")) == set(Message.objects.values_list("due_at"))


def test_a_countrys_contact_hours_hold_within_the_window(inside: Organization) -> None:
    inside.timezone, inside.contact_hours = "Europe/Rome", {"IT": {"from": "10:00", "to": "20:00"}}
    inside.save()
    customer(1, country="IT")
    customer(2)
    with time_machine.travel(datetime(2026, 3, 9, 5, tzinfo=UTC), tick=False):
        launched(window={"from": "09:00", "to": "13:00"})
    assert sorted(Message.objects.values_list("customer__country", "due_at__hour")) == [("", 8), ("IT", 9)]


def test_a_mail_that_waited_too_long_keeps_to_contact_hours_without_a_window(inside: Organization) -> None:
    inside.timezone, inside.contact_hours = "Europe/Rome", {"IT": {"from": "10:00", "to": "20:00"}}
    inside.save()
    abroad = Unit.objects.create(name="Italia", code="it", path="/7/", country="IT")
    customer(1, unit=abroad)
    with time_machine.travel(datetime(2026, 3, 9, 9, tzinfo=UTC), tick=False) as clock:
        programme = launched()
        assert Message.objects.get().due_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
        clock.move_to(datetime(2026, 3, 9, 22, tzinfo=UTC))  # 23:00 there
        keep_to_window(programme, timezone.now())
        assert Message.objects.get().due_at == datetime(2026, 3, 10, 9, tzinfo=UTC)
        step = next_step_at(programme)
        assert step is not None and step <= timezone.now() + LOOK_AGAIN


def test_one_contact_of_an_account_rests_while_another_was_asked(inside: Organization) -> None:
    inside.account_quarantine_days = 30
    inside.save()
    account = Account.objects.create(external_id="A", name="A")
    for n in range(3):
        customer(n, account=account)
    customer(9)
    programme = draft_wave()
    assert simulate(programme).skipped == {R.QUARANTINED: 2}
    planned(programme)
    assert programme.counts["skipped"] == {R.QUARANTINED: 2}
    assert simulate(draft_wave(published(), account_quarantine_days=0, quarantine_days=1)).recipients == 2


def test_people_are_kept_for_a_later_programme_until_it_has_asked(inside: Organization) -> None:
    for n in range(10):
        customer(n)
    survey = published()
    now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    with time_machine.travel(now, tick=False) as clock:
        renewal = draft_wave(survey, name="Renovación", sample={"number": 4}, starts_on=date(2026, 7, 1))
        wide = draft_wave(survey, quarantine_days=90)
        (short,) = simulate(wide).patience.shortages
        assert (short.name, short.wanted, short.left) == ("Renovación", 4, 0)
        assert reserve(renewal, by=None) == 4
        foreseen = simulate(wide)
        assert foreseen.skipped == {R.RESERVED: 4}
        assert foreseen.patience.shortages == ()
        assert foreseen.patience.rest_until == date(2026, 7, 30)
        planned(wide)
        let_go(renewal, by=None)
        reserve(renewal, by=None)
        clock.move_to(datetime(2026, 7, 1, 9, tzinfo=UTC))
        planned(renewal)
    assert len(asked_by(renewal)) == 4 and asked_by(renewal).isdisjoint(asked_by(wide))
    renewal.refresh_from_db()
    assert not renewal.reserves and simulate(draft_wave(survey, quarantine_days=0)).skipped == {}


def test_who_runs_short_is_told_by_its_own_quarantine(inside: Organization) -> None:
    for n in range(10):
        customer(n)
    with time_machine.travel(datetime(2026, 5, 1, 9, tzinfo=UTC), tick=False):
        draft_wave(published(), name="Relacional", sample={"number": 4}, starts_on=date(2026, 7, 10))
        stage = Stage.objects.create(name="Uso")
        draft_wave(published(kind="phase", stage=stage), name="Uso", sample={"number": 4}, starts_on=date(2026, 7, 10))
        shortages = simulate(draft_wave(published(kind="transactional"))).patience.shortages
    # 70 days later the relational wave (90 days) still finds nobody; the stage's (30 days) finds all ten.
    assert [(short.name, short.left) for short in shortages] == [("Relacional", 0)]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"sample": {"number": 0}}, "sample"),
        ({"sample": {"number": 5, "share": 0.5}}, "sample"),
        ({"sample": {"share": 0.5, "seed": 1}}, "sample"),
        ({"mode": "trigger", "sample": {"number": 5}}, "sample"),
        ({"strata": "attribute:none"}, "strata"),
        ({"reminders": [7, 3]}, "reminders"),
        ({"window": {"from": "13:00", "to": "09:00"}}, "window"),
        ({"window": {"weekdays": [0]}}, "window"),
        ({"window": {"until": "09:00"}}, "window"),
        ({"window": {"from": "9"}}, "window"),
    ],
)
def test_a_plan_nobody_could_keep_is_refused_at_its_field(
    inside: Organization, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadPlan) as refused:
        draft_wave(**settings)
    assert list(refused.value.problems) == [field]


people = st.lists(
    st.tuples(
        st.sampled_from(["", "erased", "suppressed", "no_address", "twin", "incident", "asked", "free", "free"]),
        st.sampled_from(["A", "B", ""]),
    ),
    max_size=14,
)
plans = st.fixed_dictionaries(
    {
        "sample": st.sampled_from([{}, {"number": 3}, {"share": 0.5}, {"precision": 40}]),
        "strata": st.sampled_from(["", "unit"]),
        "quarantine_days": st.sampled_from([0, 30]),
        "account_quarantine_days": st.sampled_from([0, 30]),
        "daily_cap": st.sampled_from([None, 2]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=people, plan=plans)
def test_eligible_is_who_is_sent_plus_who_is_skipped_and_the_simulator_says_so_before(
    inside: Organization, crowd: list[tuple[str, str]], plan: dict[str, Any]
) -> None:
    for model in (Message, Invitation, Programme, Customer, Account):
        model.objects.all().delete()
    survey, units = published(), Unit.objects.get_or_create(code="u", defaults={"name": "U", "path": "/1/"})[0]
    accounts = {name: Account.objects.create(external_id=name, name=name) for name in ("A", "B")}
    declare_incident(unit=units, note="Outage", by=None)
    for n, (fate, account) in enumerate(crowd):
        person = customer(n, account=accounts.get(account), unit=units if fate == "incident" else None)
        if fate == "erased":
            Customer.objects.filter(pk=person.pk).update(erased_at=datetime.now(UTC), email="")
        elif fate == "suppressed":
            suppress(person.email, reason="unsubscribed")
        elif fate in ("no_address", "twin"):
            Customer.objects.filter(pk=person.pk).update(email="x" if fate == "no_address" else "c0@mail.example")
        elif fate == "asked":
            earlier = draft_wave(survey, name="earlier")
            Invitation.objects.create(
                programme=earlier, survey=survey, customer=person, language="es", state="sent",
                sent_at=datetime.now(UTC) - timedelta(days=3),
            )  # fmt: skip
    programme = draft_wave(survey, **plan)
    foreseen = simulate(programme)
    assert foreseen.eligible == len(crowd) == foreseen.recipients + sum(foreseen.skipped.values())
    planned(programme)
    rows = Counter(programme.invitations.values_list("skip_reason", flat=True))
    assert rows.pop("", 0) == foreseen.recipients == programme.counts["recipients"]
    assert dict(rows) == foreseen.skipped == programme.counts["skipped"]
    assert Message.objects.filter(group_id=programme.pk).count() == foreseen.recipients


def test_the_year_in_which_somebody_was_asked_turns_on_the_organisations_clock(inside: Organization) -> None:
    inside.timezone = "Asia/Tokyo"
    inside.save()
    customer(1)
    with time_machine.travel(datetime(2025, 3, 3, 9, tzinfo=UTC), tick=False):
        planned(draft_wave())
    transactional = draft_wave(published(kind="transactional"))
    with time_machine.travel(datetime(2025, 12, 31, 14, tzinfo=UTC), tick=False):  # 23:00 there
        assert simulate(transactional).patience.second_time == 1
    with time_machine.travel(datetime(2025, 12, 31, 16, tzinfo=UTC), tick=False):  # one in the morning
        assert simulate(transactional).patience.second_time == 0
