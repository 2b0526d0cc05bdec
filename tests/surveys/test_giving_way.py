"""A stage's survey beats an interaction's, but takes nothing back that is leaving at this very moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_platform.messaging import sending
from nps_platform.messaging.delivery import Delivery, Outcome
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from surveys.actions import Fact, take_events
from surveys.actions.calling import note_call, take_next
from surveys.models import CallAttempt, CallTask, Invitation, Programme, SkipReason, Stage
from tests.conftest import Cast
from tests.surveys.test_events import trigger
from tests.surveys.waves import customer, launched, published, send_everything

State = Invitation.State


def stage_survey() -> Any:
    return published(kind="phase", stage=Stage.objects.create(name="Alta"))


class SlowServer:
    """Takes one mail, and while it does, something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile: Callable[[], object] | None = meanwhile

    def deliver(self, mails: Iterable[Any]) -> Iterator[Delivery]:
        for _mail in mails:
            if self._meanwhile:
                meanwhile, self._meanwhile = self._meanwhile, None
                meanwhile()
            yield Delivery(Outcome.SENT, "250 ok")


def send_while(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    server = SlowServer(meanwhile)

    @contextmanager
    def opened() -> Iterator[SlowServer]:
        yield server

    monkeypatch.setattr(sending, "open_transport", opened)
    send_everything()


def adds_up(programme: Programme) -> dict[str, Any]:
    programme.refresh_from_db()
    counts = programme.counts
    assert counts["eligible"] == counts["recipients"] + sum(counts["skipped"].values())
    return counts


def test_what_is_being_sent_stays_and_the_stage_leaves_its_people_out(
    inside: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving, free = customer(1), customer(2)
    interaction = trigger()
    take_events(interaction, [Fact(leaving, timezone.now(), "call-1")], by=None)
    asked: list[Programme] = []
    send_while(monkeypatch, lambda: asked.append(launched(stage_survey())))
    (sent,) = Invitation.objects.filter(programme=interaction)
    assert (sent.state, sent.skip_reason) == (State.SENT, "")
    (stage,) = asked
    mine = dict(Invitation.objects.filter(programme=stage).values_list("customer_id", "skip_reason"))
    assert mine == {leaving.pk: SkipReason.OPEN_INVITATION, free.pk: ""}
    assert adds_up(stage) == {"eligible": 2, "recipients": 1, "skipped": {SkipReason.OPEN_INVITATION: 1}}
    send_everything()
    got = Message.objects.filter(state=Message.State.SENT).values_list("customer_id", flat=True)
    assert sorted(got) == [leaving.pk, free.pk]


def test_a_stage_told_of_by_an_event_says_so_too(inside: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    person = customer(1)
    interaction = trigger()
    take_events(interaction, [Fact(person, timezone.now(), "call-1")], by=None)
    stage = launched(stage_survey(), mode="trigger")
    told: list[Any] = []
    send_while(monkeypatch, lambda: told.extend(take_events(stage, [Fact(person, timezone.now(), "joined")], by=None)))
    assert [event.skip_reason for event in told] == [SkipReason.OPEN_INVITATION]
    assert adds_up(stage)["skipped"] == {SkipReason.OPEN_INVITATION: 1}
    assert Message.objects.filter(state=Message.State.SENT).count() == 1


def test_what_gave_way_is_counted_where_it_was_asked(inside: Organization) -> None:
    person = customer(1)
    interaction = trigger(delay_minutes=600)
    take_events(interaction, [Fact(person, timezone.now(), "call-1")], by=None)
    launched(stage_survey())
    assert adds_up(interaction) == {"eligible": 1, "recipients": 0, "skipped": {SkipReason.OPEN_INVITATION: 1}}


def test_who_is_on_the_line_is_asked_to_the_end(inside: Organization, cast: Cast) -> None:
    on_the_line, waiting = (customer(n, phone=f"+34 600 12 34 5{n}") for n in (1, 2))
    hours = {"from": "00:00", "to": "24:00"}
    interaction = trigger(channel="phone", window=hours)
    earlier = timezone.now() - timedelta(minutes=1)
    take_events(interaction, [Fact(one, earlier, f"call-{one.pk}") for one in (on_the_line, waiting)], by=None)
    CallTask.objects.filter(customer=waiting).update(tries=1)
    task = take_next(cast.bruno)
    assert task and task.customer_id == on_the_line.pk
    stage = launched(stage_survey())
    assert adds_up(stage)["skipped"] == {SkipReason.OPEN_INVITATION: 1}
    assert set(CallTask.objects.filter(done_at=None).values_list("customer_id", flat=True)) == {on_the_line.pk}
    note_call(task, outcome=CallAttempt.Outcome.NO_ANSWER, by=cast.bruno)
    states = dict(interaction.invitations.values_list("customer_id", "state"))
    assert states == {on_the_line.pk: State.SENT, waiting.pk: State.SKIPPED}
