"""A year of four programmes: nobody is asked more often than the rules say, everybody's turn comes, and who is kept is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import time_machine
from django.utils import timezone

from nps_platform.customers.models import Account
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Due, Organization
from responses.actions import record_response
from surveys.actions import Fact, reserve, take_events
from surveys.models import Invitation, Programme, SkipReason, Stage
from surveys.tasks import sweep
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.surveys.waves import customer, launched, published

FIRST = datetime(2026, 1, 7, 8, tzinfo=UTC)
ACCOUNT_DAYS = 10
KEPT = 6
# A worker that looks once a week catches up with the days between, and a year costs a seventh of the time.
EVERY = 7
# What may keep somebody from a wave here: they were asked lately, or are kept for another one, or were not drawn.
PATIENCE = {SkipReason.OPEN_INVITATION, SkipReason.QUARANTINED, SkipReason.RESERVED, SkipReason.NOT_SAMPLED}


def test_in_a_year_of_four_programmes_nobody_is_asked_more_often_than_the_rules_say(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    inside.timezone, inside.account_quarantine_days = "America/Santiago", ACCOUNT_DAYS
    inside.relational_quarantine_days, inside.transactional_quarantine_days = 90, 30
    inside.save()
    accounts = [Account.objects.create(external_id=f"A{n}", name=f"A{n}") for n in range(3)]
    # Draws go by a person's number: with the same numbers and seeds each run is the same year.
    people = [customer(n, pk=10_000 + n, account=accounts[n % 3] if n < 9 else None) for n in range(24)]
    with time_machine.travel(FIRST, tick=False) as clock:
        quarterly = launched(
            name="Relacional", every="quarter", starts_on=date(2026, 1, 31), starts_at=time(9), sample={"share": 0.6},
            reminders=[4], open_days=20, seed=1,
        )  # fmt: skip
        continuous = launched(
            published(kind="phase", stage=Stage.objects.create(name="Uso")),
            name="Uso", mode="continuous", period_days=120, starts_at=time(3), open_days=15, seed=2,
        )  # fmt: skip
        half_yearly = launched(
            name="Semestral",
            every="half_year",
            starts_on=date(2026, 2, 10),
            sample={"number": KEPT},
            open_days=30,
            seed=3,
        )
        trigger = launched(
            published(kind="transactional"), name="Llamada", mode="trigger", delay_minutes=60, open_days=10, seed=4
        )
        for day in range(0, 365, EVERY):
            clock.move_to(FIRST + timedelta(days=day))
            if day in (0, 126):  # early enough before either wave that those who are kept are free on its day
                assert reserve(half_yearly, by=None) == KEPT
            callers = [person for n, person in enumerate(people) if (n * 7 + day) % 9 == 0]
            take_events(trigger, [Fact(person, timezone.now(), f"{day}-{person.pk}") for person in callers], by=None)
            _a_day()
    programmes = (quarterly, continuous, half_yearly, trigger)
    _nobody_was_asked_too_often(programmes)
    assert quarterly.waves.count() == 4 and half_yearly.waves.count() == 2
    assert continuous.waves.count() == 365
    assert asked_in(*programmes) == {person.pk for person in people}
    _who_calls_often_rests_from_waves_that_keep_nobody(quarterly)
    _who_is_kept_is_asked(half_yearly)
    for programme in programmes:
        assert asked_in(programme), programme.name


def asked_in(*programmes: Programme) -> set[int]:
    sent = Invitation.objects.filter(programme__in=programmes).exclude(sent_at=None)
    return set(sent.values_list("customer_id", flat=True))


def _who_calls_often_rests_from_waves_that_keep_nobody(quarterly: Programme) -> None:
    """Everybody calls within the ninety days before each later wave: by the rules (PRODUCT P4) only the reserve helps."""
    for wave in quarterly.waves.all():
        assert set(wave.counts["skipped"]) <= PATIENCE
        assert bool(wave.counts["recipients"]) == (wave.number == 1), wave.counts


def _who_is_kept_is_asked(half_yearly: Programme) -> None:
    """But those whose colleague was asked within the account's ten days: one of them for each account at most."""
    for wave in half_yearly.waves.all():
        assert set(wave.counts["skipped"]) <= PATIENCE
        assert KEPT - 3 <= wave.counts["recipients"] <= KEPT, wave.counts


def _a_day() -> None:
    """Workers run, mails leave, some answer."""
    Due.objects.update(due_at=timezone.now())
    sweep()
    due = Message.objects.filter(state=Message.State.QUEUED, kind="invitation", due_at__lte=timezone.now())
    ids = list(due.values_list("source_id", flat=True))
    due.update(state=Message.State.SENT, sent_at=timezone.now())
    left = Invitation.objects.filter(pk__in=ids, state="planned")
    answering = [invitation for invitation in left.order_by("pk") if invitation.customer_id % 3 == 0]
    left.update(state="sent", sent_at=timezone.now())
    for invitation in answering:
        invitation.refresh_from_db()
        record_response(invitation, score=9)


def _nobody_was_asked_too_often(programmes: tuple[Programme, ...]) -> None:
    days = {programme.pk: 90 if programme.survey.kind == "relational" else 30 for programme in programmes}
    sent = Invitation.objects.exclude(sent_at=None).order_by("created_at", "pk").select_related("customer")
    by_person: dict[int, list[Invitation]] = {}
    by_account: dict[int, list[Invitation]] = {}
    for invitation in sent:
        by_person.setdefault(invitation.customer_id, []).append(invitation)
        if invitation.customer.account_id:
            by_account.setdefault(invitation.customer.account_id, []).append(invitation)
    assert any(len(invitations) > 1 for invitations in by_person.values())
    for invitations in by_person.values():
        for before, after in pairwise(invitations):
            apart = (after.created_at.date() - before.created_at.date()).days
            assert apart >= days[after.programme_id], (before, after)
            closed = before.answered_at or before.expires_at
            assert closed and closed <= after.created_at  # one question at a time
    for invitations in by_account.values():
        for before, after in pairwise(invitations):
            assert (after.created_at.date() - before.created_at.date()).days >= ACCOUNT_DAYS
    occasions = [(i.programme_id, i.customer_id, i.occasion) for i in Invitation.objects.all()]
    assert len(occasions) == len(set(occasions))
