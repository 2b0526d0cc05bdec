"""What a mail server says decides what becomes of a mail, whether it is asked in turn or all at once."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings

from nps_platform.messaging.delivery import CantConnect, Delivery, Outcome, Outgoing
from nps_platform.messaging.transport import open_transport
from tests.certificates import own_certificate
from tests.messaging.mail_server import CUT, CUT_ONCE, GONE, MailServer
from tests.smtp import Collected, free_port, smtp_server  # noqa: F401

BODY = b"Subject: Hola\r\n\r\nUno\r\n.oculto\r\n..\r\n.\r\nfin"
ON_THE_WIRE = b"Subject: Hola\r\n\r\nUno\r\n..oculto\r\n...\r\n..\r\nfin\r\n.\r\n"
SENT, LATER, BOUNCED, REFUSED, UNCERTAIN = (
    Outcome.SENT,
    Outcome.LATER,
    Outcome.BOUNCED,
    Outcome.REFUSED,
    Outcome.UNCERTAIN,
)


@pytest.fixture(params=["in turn", "at once", "at once, lenient"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[MailServer]:
    with MailServer(pipelining=request.param != "in turn", lenient="lenient" in request.param) as server:
        server.receive(settings)
        yield server


def sent(*recipients: str) -> list[Delivery]:
    with open_transport() as transport:
        return list(transport.deliver(Outgoing(recipient, BODY) for recipient in recipients))


def outcomes(*recipients: str) -> list[Outcome]:
    return [delivery.outcome for delivery in sent(*recipients)]


def test_each_address_gets_its_own_verdict_over_one_connection(server: MailServer) -> None:
    server.answers = {
        ("RCPT", "gone@x.example"): "550 5.1.1 <gone@x.example> no such user",
        ("RCPT", "policy@x.example"): "550-5.7.1 relaying\r\n550 5.7.1 denied",
        ("RCPT", "full@x.example"): "452 4.2.2 mailbox full",
        ("RCPT", "moved@x.example"): "251 will forward",
        ("DATA", "busy@x.example"): "451 not now",
        ("CONTENT", "spam@x.example"): "554 5.6.0 spam",
        ("CONTENT", "slow@x.example"): "450 4.7.1 come again",
    }
    cases = [
        ("gone@x.example", BOUNCED),
        ("ana@x.example", SENT),
        ("gone@x.example", BOUNCED),
        ("policy@x.example", REFUSED),
        ("eva@ñandú.example", SENT),
        ("full@x.example", LATER),
        ("moved@x.example", SENT),
        ("a@x.example>\r\nRCPT TO:<b@x.example", REFUSED),
        ("ñ@x.example", REFUSED),
        ("spam@x.example", REFUSED),
        ("leo@x.example", SENT),
        ("slow@x.example", LATER),
        ("full@x.example", LATER),
        ("busy@x.example", LATER),
        ("last@x.example", SENT),
    ]
    told = sent(*(address for address, _expected in cases))
    assert [delivery.outcome for delivery in told] == [expected for _address, expected in cases]
    assert not any("@" in delivery.detail for delivery in told)
    assert told[0].detail == "550 5.1.1 no such user" and told[9].detail == "554 5.6.0 spam"
    kept = ["ana@x.example", "eva@xn--and-6ma2c.example", "moved@x.example", "leo@x.example", "last@x.example"]
    assert server.kept == [(address, ON_THE_WIRE) for address in kept], "each got its own, dots doubled, nothing else"
    assert server.heard.count("EHLO") == 1 and server.heard.count("RCPT") == 13


def test_a_refused_sender_holds_everybody_back_and_accuses_nobody(server: MailServer) -> None:
    server.sender_answer = "550 5.7.1 who are you"
    assert sent("a@x.example", "b@x.example") == [Delivery(LATER, "550 5.7.1 who are you")] * 2
    assert server.kept == []


def test_a_mail_that_left_and_was_not_answered_is_uncertain_and_the_next_takes_a_new_connection(
    server: MailServer,
) -> None:
    server.answers = {("CONTENT", "b@x.example"): CUT, ("CONTENT", "e@x.example"): CUT}
    told = sent("a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example")
    assert [delivery.outcome for delivery in told] == [SENT, UNCERTAIN, SENT, SENT, UNCERTAIN]
    assert [recipient for recipient, _content in server.kept] == [f"{name}@x.example" for name in "abcde"]
    assert server.heard.count("EHLO") == 2


@pytest.mark.parametrize("answer", ["what is that?", "354 go on", "250", "250 "])
def test_only_a_clear_yes_is_a_yes(server: MailServer, answer: str) -> None:
    server.answers = {("CONTENT", "a@x.example"): answer}
    expected = SENT if answer.startswith("250") else UNCERTAIN
    assert outcomes("a@x.example", "b@x.example") == [expected, SENT]
    assert [recipient for recipient, _content in server.kept] == ["a@x.example", "b@x.example"]


def test_a_connection_lost_before_the_go_ahead_means_that_nothing_was_sent(server: MailServer) -> None:
    server.answers = {("DATA", "a@x.example"): CUT, ("DATA", "c@x.example"): CUT, ("RCPT", "e@x.example"): CUT}
    assert outcomes(*(f"{name}@x.example" for name in "abcdef")) == [LATER, SENT, LATER, SENT, LATER, SENT]
    assert [recipient for recipient, _content in server.kept] == ["b@x.example", "d@x.example", "f@x.example"]


def test_what_was_asked_ahead_of_its_turn_and_lost_is_asked_again(settings: Settings) -> None:
    """A server that closes after so many mails, or says 421, costs nobody their turn."""
    with MailServer() as server:
        server.receive(settings)
        server.answers = {
            ("DATA", "b@x.example"): CUT_ONCE,
            ("RCPT", "c@x.example"): CUT_ONCE,
            ("DATA", "e@x.example"): "421 closing",
        }
        assert outcomes(*(f"{name}@x.example" for name in "abcdef")) == [SENT, SENT, SENT, SENT, LATER, SENT]
        assert [recipient for recipient, _content in server.kept] == [f"{name}@x.example" for name in "abcdf"]


def test_a_refusal_stands_though_the_server_goes_away_over_it(server: MailServer) -> None:
    server.answers = {("RCPT", "gone@x.example"): "550 5.1.1 no such user"}
    server.reset_answer = CUT
    assert outcomes("gone@x.example", "a@x.example") == [BOUNCED, SENT]


def test_when_nobody_lets_us_in_again_what_was_told_is_true_and_the_rest_never_left(server: MailServer) -> None:
    server.answers = {("CONTENT", "b@x.example"): GONE}
    told: list[Delivery] = []
    with pytest.raises(CantConnect), open_transport() as transport:
        for delivery in transport.deliver(Outgoing(f"{name}@x.example", BODY) for name in "abcd"):
            told.append(delivery)
    assert [delivery.outcome for delivery in told] == [SENT, UNCERTAIN]
    assert [recipient for recipient, _content in server.kept] == ["a@x.example", "b@x.example"]


def test_answers_nobody_read_are_never_taken_for_the_next_mails(server: MailServer) -> None:
    def broken() -> Iterator[Outgoing]:
        yield from (Outgoing(f"{name}@x.example", BODY) for name in "abc")
        raise ZeroDivisionError

    server.answers = {("RCPT", "d@x.example"): "550 5.1.1 no such user"}
    with open_transport() as transport:
        with pytest.raises(ZeroDivisionError):
            list(transport.deliver(broken()))
        told = transport.deliver([Outgoing("d@x.example", BODY), Outgoing("e@x.example", BODY)])
        assert [delivery.outcome for delivery in told] == [BOUNCED, SENT]


def test_where_the_server_can_take_it_a_mail_costs_one_round_trip(settings: Settings) -> None:
    for pipelining, rounds in ((True, 1 + 1 + 20 + 1), (False, 1 + 20 * 4 + 1)):
        with MailServer(pipelining=pipelining) as server:
            server.receive(settings)
            assert outcomes(*(f"c{n}@x.example" for n in range(20))) == [SENT] * 20
            assert server.rounds == rounds, (
                "hello, the first envelope, each mail with the envelope of the next, goodbye"
            )


def test_all_of_it_works_behind_starttls(
    smtp_server: Collected,  # noqa: F811
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # whom this machine trusts
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    settings.EMAIL_USE_TLS, settings.EMAIL_PORT = True, free_port()
    controller = Controller(
        smtp_server, hostname="127.0.0.1", port=settings.EMAIL_PORT, tls_context=context, require_starttls=True
    )
    controller.start()
    try:
        smtp_server.refuse = {"gone@x.example": "550 5.1.1 no such user"}
        assert outcomes("a@x.example", "gone@x.example", *["b@x.example"] * 30) == [SENT, BOUNCED, *[SENT] * 30]
        assert len(smtp_server.messages) == 31
    finally:
        controller.stop()
