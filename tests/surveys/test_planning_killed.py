"""A worker that is killed while it plans, and several that go on at once: everybody is asked, nobody twice."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection, connections

from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.actions import launch, programmes, waves, windows
from surveys.actions.waves import plan_next_batch
from surveys.models import Programme, WaveWindow
from tests.conftest import Cast
from tests.surveys.waves import customer, draft_wave


def planned_by_a_worker(organization: Organization, programme_id: int) -> None:
    try:
        with entered(organization):
            while plan_next_batch(programme_id):
                pass
    finally:
        connections.close_all()


def killed_in_its_second_window(organization: Organization, programme_id: int) -> int:
    """A process of its own plans and is killed when the second window's people are invited and their mails owed, before its
    commit; the signal that ended it."""
    pid = os.fork()
    if not pid:
        connection.connection = None  # the parent's stays the parent's
        windows = []

        def owed_and_killed(*messages: Message) -> None:
            windows.append(messages)
            if len(windows) == 2:
                os.kill(os.getpid(), signal.SIGKILL)

        with patch.object(waves, "announce", owed_and_killed):
            planned_by_a_worker(organization, programme_id)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_whole_windows_and_several_go_on_from_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOW", 4)
    monkeypatch.setattr(windows, "WINDOW_OF_ONE_WRITER", 4)
    monkeypatch.setattr(
        programmes, "nudge", lambda *_told: None
    )  # here nobody is told: the workers below come by themselves
    with entered(cast.organization):
        people = [customer(n) for n in range(18)]
        programme = draft_wave()
        launch(programme, by=None)
    connections.close_all()
    assert killed_in_its_second_window(cast.organization, programme.pk) == -signal.SIGKILL
    with entered(cast.organization):
        assert programme.invitations.count() == Message.objects.count() == 4
        assert WaveWindow.objects.count() == 4  # of five
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _worker: planned_by_a_worker(cast.organization, programme.pk), range(4)))
    with entered(cast.organization):
        assert sorted(programme.invitations.values_list("customer_id", flat=True)) == [one.pk for one in people]
        assert sorted(Message.objects.values_list("customer_id", flat=True)) == [one.pk for one in people]
        programme.refresh_from_db()
        assert programme.state == Programme.State.RUNNING and programme.counts["recipients"] == 18
        planned_by_a_worker(cast.organization, programme.pk)  # and once more
        assert Message.objects.count() == programme.invitations.count() == 18
