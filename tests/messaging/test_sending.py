"""Sending: each mail once, each refusal where it belongs, nothing forgotten when a server or a worker goes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.headerregistry import Address
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from nps_platform.customers.models import Customer, Suppression
from nps_platform.messaging import sending
from nps_platform.messaging.actions import NotResendable, cancel, enqueue, hold, release, resend
from nps_platform.messaging.delivery import Delivery, Outcome, Outgoing, Transport
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import claim_batch, recover, send_batch
from nps_platform.messaging.tasks import sweep
from nps_platform.tenancy.models import Due, Organization
from tests.conftest import Cast
from tests.messaging.letters import LetterBook, letters, tasks_at_once  # noqa: F401
from tests.messaging.mail_server import CUT, GONE, MailServer
from tests.smtp import Collected, smtp_server  # noqa: F401

State = Message.State


def test_a_mail_leaves_as_it_was_written(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
) -> None:
    letters.owe(
        "m@mail.example", to_name="María\nBcc: x@evil.example", subject="Año nuevo\nX-Evil: 1", text="a=b\n.\nfin"
    )
    send_batch()
    (mail,) = smtp_server.messages
    assert mail["To"].addresses == (Address("María Bcc: x@evil.example", "m", "mail.example"),)
    assert mail["Subject"] == "Año nuevo X-Evil: 1"
    assert mail["X-Evil"] is None and mail["Bcc"] is None
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and plain.get_content().splitlines() == ["a=b", ".", "fin"]
    assert html and "Hola, ñandú." in html.get_content()
    row = Message.objects.get()
    assert (row.state, row.message_id, row.attempts) == (State.SENT, mail["Message-ID"], 1)
    assert letters.fates == [("m@mail.example", State.SENT)]


def test_refusals_end_where_they_belong(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
) -> None:
    customer = Customer.objects.create(external_id="C", email="gone@mail.example")
    smtp_server.refuse = {
        "gone@mail.example": "550 5.1.1 <gone@mail.example> no such user",
        "policy@mail.example": "550 5.7.1 relay denied",
        "full@mail.example": "452 4.2.2 mailbox full",
    }
    smtp_server.refuse_data = {"spam@mail.example": "554 looks like spam"}
    letters.owe("gone@mail.example", customer=customer)
    letters.owe("policy@mail.example", "full@mail.example", "spam@mail.example", "fine@mail.example")
    letters.owe("ñandú@mail.example", "fine@ñandú.example", subject="Carta", to_name="Eva")
    letters.owe("broken@mail.example", subject="broken")
    letters.unwanted = {"unwanted@mail.example"}
    letters.owe("unwanted@mail.example")
    send_batch()
    assert letters.states() == {
        "gone@mail.example": State.BOUNCED,
        "policy@mail.example": State.FAILED,
        "full@mail.example": State.QUEUED,
        "spam@mail.example": State.FAILED,
        "fine@mail.example": State.SENT,
        "ñandú@mail.example": State.FAILED,
        "fine@ñandú.example": State.SENT,
        "broken@mail.example": State.FAILED,
        "unwanted@mail.example": State.CANCELLED,
    }
    assert sorted(smtp_server.recipients) == ["fine@mail.example", "fine@xn--and-6ma2c.example"]
    suppression = Suppression.objects.get()
    assert (suppression.address, suppression.reason) == ("gone@mail.example", Suppression.Reason.BOUNCED)
    bounced = Message.objects.get(to_address="gone@mail.example")
    assert bounced.error == "550 5.1.1 no such user"  # the server's words, without the address
    waiting = Message.objects.get(to_address="full@mail.example")
    assert waiting.due_at > timezone.now()
    smtp_server.refuse = {}
    letters.make_due()
    send_batch()
    assert letters.states()["full@mail.example"] == State.SENT


def test_a_server_that_is_away_loses_nothing(inside: Organization, letters: LetterBook, settings: Settings) -> None:  # noqa: F811
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letters.owe("a@mail.example", "b@mail.example")
    assert send_batch() is False
    rows = Message.objects.all()
    assert {(m.state, m.attempts, m.claim) for m in rows} == {(State.QUEUED, 0, "")}
    assert all(m.due_at > timezone.now() for m in rows)


def test_without_a_mail_server_mails_are_kept_in_the_outbox(inside: Organization, letters: LetterBook) -> None:  # noqa: F811
    letters.owe("a@mail.example")
    send_batch()
    row = Message.objects.get()
    assert (row.state, row.message_id) == (State.SENT, "")
    assert letters.fates == [("a@mail.example", State.SENT)]


def test_a_dead_worker_leaves_nothing_behind_and_nobody_gets_a_mail_twice(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
) -> None:
    letters.owe("begun@mail.example", "claimed@mail.example")
    letters.owe("staff@andina.example", audience=Message.Audience.STAFF)
    claim_batch("dead", 10)
    # Killed between the mark and the settling: the server may have taken it.
    Message.objects.exclude(to_address="claimed@mail.example").update(state=State.SENDING)
    assert recover(timezone.now()) == 0  # its lease still runs
    letters.let_lease_run_out()
    assert recover(timezone.now()) == 3
    send_batch()
    assert letters.states() == {
        "begun@mail.example": State.AMBIGUOUS,
        "claimed@mail.example": State.SENT,
        "staff@andina.example": State.SENT,
    }
    assert "begun@mail.example" not in smtp_server.recipients
    begun = Message.objects.get(to_address="begun@mail.example")
    resend(begun, by=None)
    send_batch()
    assert smtp_server.recipients.count("begun@mail.example") == 1


class _Watched:
    """A transport that looks at the ledger whenever it takes a mail, and stops for a reason of its own after three."""

    def __init__(self, stop: type[BaseException] | None = None) -> None:
        self.stop = stop
        self.seen: list[dict[str, str]] = []

    def deliver(self, mails: Iterable[Outgoing]) -> Iterator[Delivery]:
        for mail in mails:
            self.seen.append(LetterBook.states())
            if self.stop and len(self.seen) == 3:
                raise self.stop
            yield Delivery(Outcome.SENT, mail.recipient)


def _send_by(transport: Transport) -> None:
    taken = claim_batch("mine", 20)
    sending._send_chunk(transport, "mine", taken, sending._prepared(taken))


def test_a_mail_is_marked_before_the_transport_has_it(inside: Organization, letters: LetterBook) -> None:  # noqa: F811
    letters.owe("a@mail.example", "b@mail.example", "c@mail.example")
    watched = _Watched()
    _send_by(watched)
    assert len(watched.seen) == 3 and all(set(states.values()) == {State.SENDING} for states in watched.seen)
    assert set(letters.states().values()) == {State.SENT}


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_whatever_stops_a_worker_half_way_nothing_that_may_have_left_goes_back(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    stop: type[BaseException],
) -> None:
    letters.owe(*(f"{name}@mail.example" for name in "abcde"))
    with pytest.raises(stop):
        _send_by(_Watched(stop))
    assert list(letters.states().values()) == [State.SENT, State.SENT, State.AMBIGUOUS, State.QUEUED, State.QUEUED]
    assert letters.fates[-1] == ("c@mail.example", State.AMBIGUOUS)


def test_a_connection_that_breaks_makes_one_mail_uncertain_and_no_other(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    settings: Settings,
) -> None:
    letters.owe(*(f"{name}@mail.example" for name in "abcde"))
    with MailServer() as server:
        server.receive(settings)
        server.answers = {
            ("CONTENT", "b@mail.example"): CUT,
            ("DATA", "c@mail.example"): CUT,
            ("CONTENT", "d@mail.example"): GONE,
        }
        assert send_batch() is False
    assert list(letters.states().values()) == [
        State.SENT,
        State.AMBIGUOUS,
        State.QUEUED,
        State.AMBIGUOUS,
        State.QUEUED,
    ]
    assert [recipient[0] for recipient, _content in server.kept] == ["a", "b", "d"]
    with MailServer() as server:
        server.receive(settings)
        letters.make_due()
        send_batch()
    assert [recipient[0] for recipient, _content in server.kept] == ["c", "e"]  # the uncertain wait for a person


def test_a_mail_that_can_not_be_written_holds_up_no_other(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
) -> None:
    letters.owe("a@mail.example", "ñandú@mail.example", "b\r\nBcc: x@evil.example", "c@mail.example", to_name="Eva")
    send_batch()
    assert list(letters.states().values()) == [State.SENT, State.FAILED, State.FAILED, State.SENT]
    assert smtp_server.recipients == ["a@mail.example", "c@mail.example"]


def test_only_what_failed_or_is_uncertain_is_sent_again(inside: Organization, letters: LetterBook) -> None:  # noqa: F811
    (message,) = letters.owe("a@mail.example")
    send_batch()
    with pytest.raises(NotResendable):
        resend(message, by=None)


def test_a_run_is_held_even_after_a_worker_took_it(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
) -> None:
    letters.owe(*(f"c{n}@mail.example" for n in range(45)), group_id=7)
    taken = claim_batch("mine", 500)
    hold(7, kinds=["letter"])
    with sending.open_transport() as transport:
        sending._send_chunk(transport, "mine", taken[:20], sending._prepared(taken))
    assert smtp_server.messages == []
    assert set(letters.states().values()) == {State.HELD}
    release(7, kinds=["letter"])
    send_batch()
    assert len(smtp_server.messages) == 45
    assert cancel(kinds=("letter",), group_id=7) == 0  # what has left stays as it was


def test_the_urgent_goes_first_and_each_row_is_claimed_once(inside: Organization, letters: LetterBook) -> None:  # noqa: F811
    letters.owe("wave1@mail.example", "wave2@mail.example", priority=6)
    letters.owe("alert@mail.example", priority=1)
    first, second = claim_batch("one", 2), claim_batch("two", 2)
    assert [m.to_address for m in first] == ["alert@mail.example", "wave1@mail.example"]
    assert [m.to_address for m in second] == ["wave2@mail.example"]


def test_the_sweep_sends_what_no_nudge_reached_and_then_forgets_the_organisation(
    cast: Cast,
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    smtp_server: Collected,  # noqa: F811
    tasks_at_once: None,  # noqa: F811
) -> None:
    letters.owe("a@mail.example")
    assert smtp_server.messages == []
    sweep()
    assert smtp_server.recipients == ["a@mail.example"]
    for _look in range(2):
        Due.objects.update(due_at=timezone.now())
        sweep()
    assert not Due.objects.exists()


def test_one_organisation_keeps_two_workers_busy_and_an_alert_still_calls_one(
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    letters.owe(*(f"c{n}@mail.example" for n in range(4)), priority=6)
    for claim in ("one", "two"):
        claim_batch(claim, 1)
    with django_capture_on_commit_callbacks() as nudges:
        letters.owe("wave@mail.example", priority=6)
    assert nudges == []
    with django_capture_on_commit_callbacks() as nudges:
        letters.owe("alert@mail.example", priority=1)
    assert len(nudges) == 1
    letters.let_lease_run_out()  # both died: whoever comes next calls a worker
    with django_capture_on_commit_callbacks() as nudges:
        letters.owe("next@mail.example", priority=6)
    assert len(nudges) == 1


def test_one_source_is_owed_a_message_once_whatever_its_address_is_by_then(inside: Organization) -> None:
    def owe(**changed: Any) -> int:
        return enqueue([Message(**{"kind": "invitation", "source_id": 7, "to_address": "a@mail.example", **changed})])

    assert [owe(), owe(), owe(to_address="corrected@mail.example")] == [1, 0, 0]
    assert [owe(source_id=8), owe(kind="reminder"), owe(kind="reminder", step=1)] == [1, 1, 1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(kind="invitation", source_id=7, to_address="corrected@mail.example")
