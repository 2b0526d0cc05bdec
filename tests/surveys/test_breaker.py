"""A programme that hurts the sender's name pauses itself and says why; a person decides whether it goes on."""

from __future__ import annotations

from itertools import count

import pytest
from django.utils import timezone

from nps_platform.messaging.fates import mark_complained, mark_returned
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from surveys.actions import launch
from surveys.actions.waves import plan_next_batch
from surveys.models import Programme
from surveys.tasks import watch_returns
from tests.conftest import Cast
from tests.smtp import Collected, plain_of, smtp_server  # noqa: F401
from tests.surveys.waves import customer, draft_wave, send_everything, wave

State = Programme.State
numbers = count(1_000_000)


def left(programme: Programme, how_many: int) -> list[Message]:
    """Mails of the programme that left just now, to people of whom nothing else is kept."""
    now = timezone.now()
    fields = {"kind": "invitation", "group_id": programme.pk, "state": Message.State.SENT, "claimed_at": now}
    some = [next(numbers) for _mail in range(how_many)]
    rows = [Message(source_id=n, to_address=f"l{n}@mail.example", **fields) for n in some]
    return Message.objects.bulk_create(rows)


def looked_at(programme: Programme) -> Programme:
    """The sweep passes by."""
    watch_returns()
    programme.refresh_from_db()
    return programme


def complain(*messages: Message) -> None:
    for message in messages:
        mark_complained(message, timezone.now())


def come_back(*messages: Message) -> None:
    for message in messages:
        mark_returned(message, timezone.now(), why="550 5.1.1 no such user")


@pytest.fixture
def programme(cast: Cast, inside: Organization) -> Programme:
    """Alicia's wave, running."""
    customer(1)
    draft = draft_wave()
    launch(draft, by=cast.alicia)
    while plan_next_batch(draft.pk):
        pass
    return Programme.objects.get()


def test_too_many_complaints_pause_it_and_its_owner_is_told(
    programme: Programme,
    cast: Cast,
    smtp_server: Collected,  # noqa: F811
) -> None:
    mails = left(programme, 1000)
    complain(*mails[:3])
    assert looked_at(programme).state == State.RUNNING  # 0.3 % is the limit, not above it
    complain(mails[3])
    assert looked_at(programme).state == State.PAUSED

    page = cast.sign_in(cast.alicia).get(f"/o/andina/programmes/{programme.pk}/").text
    assert "4 of 1.000 mails were called spam by their readers: 0,40%, the limit is 0,3%." in page
    entry = AuditEntry.objects.get(action="programme.paused_itself")
    assert (entry.target_id, entry.data["returned"], entry.data["sent"]) == (programme.pk, 4, 1000)
    assert Message.objects.get(customer__external_id="C-1").state == Message.State.HELD

    send_everything()
    (mail,) = smtp_server.messages
    assert smtp_server.recipients == ["alicia@andina.example"]
    assert mail["Subject"] == "“Oleada 1” paused itself"
    assert "4 of 1.000 mails were called spam" in plain_of(mail)
    assert f"/o/andina/programmes/{programme.pk}/" in plain_of(mail)


def test_addresses_that_are_gone_pause_it_once_enough_mails_left(programme: Programme) -> None:
    mails = left(programme, 199)
    come_back(*mails[:11])
    assert looked_at(programme).state == State.RUNNING  # too few to say
    left(programme, 1)
    come_back(mails[11])
    assert looked_at(programme).state == State.PAUSED
    because = programme.paused_because or {}
    assert (because["reason"], because["sent"], because["returned"]) == ("bounces", 200, 12)


def test_one_reader_is_not_a_share(programme: Programme) -> None:
    mails = left(programme, 210)
    complain(mails[0])
    assert looked_at(programme).state == State.RUNNING
    complain(mails[1])
    assert looked_at(programme).state == State.PAUSED


def test_a_person_resumes_it_and_it_begins_to_count_anew(programme: Programme, cast: Cast) -> None:
    mails = left(programme, 1000)
    complain(*mails[:4])
    looked_at(programme)
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"/o/andina/programmes/{programme.pk}/resume/")
    assert looked_at(programme).state == State.RUNNING
    complain(mails[4])  # of a mail that left before
    assert looked_at(programme).state == State.RUNNING
    assert "called spam" not in alicia.get(f"/o/andina/programmes/{programme.pk}/").text
    again = left(programme, 400)
    complain(*again[:2])
    assert looked_at(programme).state == State.PAUSED
    assert AuditEntry.objects.filter(action="programme.paused_itself").count() == 2


def test_other_programmes_go_on(programme: Programme) -> None:
    other = wave()
    left(other, 1000)
    complain(*left(programme, 1000)[:9])
    looked_at(programme)
    other.refresh_from_db()
    assert (programme.state, other.state) == (State.PAUSED, State.RUNNING)
