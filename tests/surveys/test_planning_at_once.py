"""Several workers plan windows of one wave at once (decision 26): everybody is asked once, and whoever pauses it waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from time import sleep
from typing import Any

import pytest
from django.db import connection, connections

from nps_platform.customers.models import Account
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.actions import launch, pause, programmes, resume, waves, windows
from surveys.actions.waves import plan_next_batch
from surveys.models import Invitation, Programme, SkipReason, WaveWindow
from tests.conftest import Cast
from tests.surveys.waves import customer, draft_wave

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer: run with DATABASE_URL"
)


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(windows, "WINDOW", 3)
    for room in (programmes, waves):  # nobody is told: the workers below come by themselves
        monkeypatch.setattr(room, "nudge", lambda *_told: None)
    yield
    connections.close_all()


def worker(organization: Organization, programme: Programme) -> None:
    try:
        with entered(organization):
            while plan_next_batch(programme.pk):
                pass
    finally:
        connections.close_all()


def prepared(**fields: Any) -> Programme:
    """Launched and cut into windows."""
    programme = draft_wave(**fields)
    launch(programme, by=None)
    assert plan_next_batch(programme.pk)
    return programme


@pytest.mark.django_db(transaction=True)
def test_two_are_at_it_at_once_and_everybody_is_asked_once(
    cast: Cast, small_windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with entered(cast.organization):
        people = sorted(customer(n).pk for n in range(16))
        programme = prepared()
        assert WaveWindow.objects.count() == 6
    both, calls = Barrier(2), iter(range(99))

    def meet(*_messages: Message) -> None:
        if next(calls) < 2:
            both.wait(20)  # broken, and the test with it, where the second waits for the first

    monkeypatch.setattr(waves, "announce", meet)
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(worker, cast.organization, programme) for _worker in range(4)]
        assert [one.result() for one in done] == [None] * 4
    with entered(cast.organization):
        assert sorted(programme.invitations.values_list("customer_id", flat=True)) == people
        invited = set(programme.invitations.values_list("pk", "customer_id"))
        assert set(Message.objects.values_list("source_id", "customer_id")) == invited
        assert Message.objects.count() == 16 and not WaveWindow.objects.exists()
        programme.refresh_from_db()
        assert programme.state == Programme.State.RUNNING
        assert programme.counts == {"eligible": 16, "recipients": 16, "skipped": {}}


@pytest.mark.django_db(transaction=True)
def test_of_an_account_one_contact_is_asked_however_many_plan(
    cast: Cast, small_windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with entered(cast.organization):
        accounts = [Account.objects.create(external_id=f"A-{n}", name=f"Cuenta {n}") for n in range(4)]
        for n in range(16):
            customer(n, account=accounts[n % 4])
        programme = prepared(account_quarantine_days=30)
    inside, most, lock = [0], [0], Lock()
    planned = waves._plan_window

    def counted(*args: object) -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        sleep(0.05)
        planned(*args)  # type: ignore[arg-type]
        with lock:
            inside[0] -= 1

    monkeypatch.setattr(waves, "_plan_window", counted)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _worker: worker(cast.organization, programme), range(3)))
    with entered(cast.organization):
        asked = programme.invitations.exclude(state=Invitation.State.SKIPPED)  # some may have left already
        assert sorted(asked.values_list("customer__account_id", flat=True)) == [account.pk for account in accounts]
        assert programme.invitations.filter(skip_reason=SkipReason.QUARANTINED).count() == 12
    assert most == [1]


@pytest.mark.django_db(transaction=True)
def test_a_pause_waits_for_windows_under_way_and_lets_none_begin(
    cast: Cast, small_windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with entered(cast.organization):
        for n in range(16):
            customer(n)
        programme = prepared()
    under_way, go_on = Event(), Event()

    def announced(*_messages: Message) -> None:
        under_way.set()
        go_on.wait(20)

    def paused() -> None:
        try:
            with entered(cast.organization):
                pause(Programme.objects.get(pk=programme.pk), by=None)
        finally:
            connections.close_all()

    monkeypatch.setattr(waves, "announce", announced)
    with ThreadPoolExecutor(3) as pool:
        planning = pool.submit(worker, cast.organization, programme)
        assert under_way.wait(20)
        pausing = pool.submit(paused)
        sleep(0.5)
        assert not pausing.done()  # what is under way is held too, so it waits
        go_on.set()
        assert (planning.result(20), pausing.result(20)) == (None, None)
    with entered(cast.organization):
        assert set(Message.objects.values_list("state", flat=True)) == {Message.State.HELD}
        asked = Message.objects.count()
        assert asked == programme.invitations.count() < 16
        assert not plan_next_batch(programme.pk)
        assert Message.objects.count() == asked
        programme.refresh_from_db()
        resume(programme, by=None)
        while plan_next_batch(programme.pk):
            pass
        assert Message.objects.exclude(state=Message.State.HELD).count() == programme.invitations.count() == 16
