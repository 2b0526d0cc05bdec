"""How a finished mail leaves: by SMTP over one connection, by a provider's backend, or not at all (kept in the outbox)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

_DONE, _WILL_FORWARD, _GO_AHEAD, _FOR_GOOD = 250, 251, 354, 500
_POLICY = b"5.7."


class Outcome(Enum):
    SENT = "sent"
    KEPT = "kept"  # no mail server is set: it stays in the outbox
    BOUNCED = "bounced"  # the address is refused for good
    REFUSED = "refused"  # this message is refused for good
    LATER = "later"  # nothing was sent; try again
    UNCERTAIN = "uncertain"  # it may have been sent


@dataclass(frozen=True)
class Delivery:
    """What became of one mail; `detail` is the server's answer, without addresses."""

    outcome: Outcome
    detail: str = ""


class Transport(Protocol):
    def deliver(self, recipient: str, data: bytes) -> Delivery: ...


class CantConnect(Exception):
    """The mail server doesn't answer: nothing was sent."""


def sender_address() -> str:
    """The bare address mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


@contextmanager
def open_transport() -> Iterator[Transport]:
    """One connection for a batch. Raises CantConnect."""
    if not settings.EMAIL_URL:
        yield KeptInOutbox()
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise CantConnect(type(error).__name__) from error
    try:
        yield SmtpTransport(connection) if isinstance(connection, EmailBackend) else ProviderTransport(connection)
    finally:
        connection.close()


class KeptInOutbox:
    """Nothing leaves: the outbox shows each mail and its links, so that one can play the customer."""

    def deliver(self, recipient: str, data: bytes) -> Delivery:
        return Delivery(Outcome.KEPT)


class SmtpTransport:
    """SMTP, step by step: what fails before DATA was certainly not sent, what fails in it may have been."""

    def __init__(self, connection: EmailBackend) -> None:
        self._connection = connection
        self._sender = sender_address()
        self._broken = False

    @property
    def _smtp(self) -> smtplib.SMTP:
        assert self._connection.connection is not None
        return self._connection.connection

    def deliver(self, recipient: str, data: bytes) -> Delivery:
        if self._broken:
            self._reconnect()
        try:
            refused = self._envelope(_ascii_address(recipient))
        except UnicodeError:
            return Delivery(Outcome.REFUSED, "the address can't be written to")
        except (OSError, smtplib.SMTPException) as error:
            self._broken = True
            return Delivery(Outcome.LATER, type(error).__name__)
        return refused or self._message(data)

    def _envelope(self, recipient: str) -> Delivery | None:
        """MAIL, RCPT and DATA; None once the server waits for the message."""
        self._smtp.ehlo_or_helo_if_needed()
        refused = self._in_one(recipient) if self._smtp.has_extn("pipelining") else self._in_turn(recipient)
        if refused:
            self._smtp.rset()
        return refused

    def _in_turn(self, recipient: str) -> Delivery | None:
        refused = _refused_sender(*self._smtp.mail(self._sender)) or _refused_recipient(*self._smtp.rcpt(recipient))
        return refused or _refused_message(*self._smtp.docmd("DATA"))

    def _in_one(self, recipient: str) -> Delivery | None:
        """The three in one round trip (RFC 2920). A server that now waits for a message to nobody gets an empty one."""
        self._smtp.send(f"MAIL FROM:<{self._sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n")
        mail, rcpt, data = (self._smtp.getreply() for _command in range(3))
        refused = _refused_sender(*mail) or _refused_recipient(*rcpt)
        if refused and data[0] == _GO_AHEAD:
            self._smtp.docmd(".")
        return refused or _refused_message(*data)

    def _message(self, data: bytes) -> Delivery:
        try:
            self._smtp.send(_on_the_wire(data))
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._broken = True
            return Delivery(Outcome.UNCERTAIN, type(error).__name__)
        return self._answered(code, text)

    def _answered(self, code: int, text: bytes | str) -> Delivery:
        if code == _DONE:
            return Delivery(Outcome.SENT)
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._broken = True
        return Delivery(Outcome.LATER if code < _FOR_GOOD else Outcome.REFUSED, _said(code, text))

    def _reconnect(self) -> None:
        """A lost connection is opened anew before the next mail. Raises CantConnect."""
        self._connection.connection = None
        try:
            self._connection.open()
            self._broken = False
        except (OSError, smtplib.SMTPException) as error:
            raise CantConnect(type(error).__name__) from error


def _refused_sender(code: int, text: bytes) -> Delivery | None:
    """A refused sender is our configuration, not this person's address: wait for somebody to mend it."""
    return None if code == _DONE else Delivery(Outcome.LATER, _said(code, text))


def _refused_recipient(code: int, text: bytes) -> Delivery | None:
    if code in (_DONE, _WILL_FORWARD):
        return None
    if code < _FOR_GOOD:
        return Delivery(Outcome.LATER, _said(code, text))
    return Delivery(Outcome.REFUSED if text.startswith(_POLICY) else Outcome.BOUNCED, _said(code, text))


def _refused_message(code: int, text: bytes) -> Delivery | None:
    """DATA itself was refused: nothing was sent."""
    if code == _GO_AHEAD:
        return None
    return Delivery(Outcome.LATER if code < _FOR_GOOD else Outcome.REFUSED, _said(code, text))


def _on_the_wire(data: bytes) -> bytes:
    """Dots that begin a line doubled, and the dot that ends it all (RFC 5321 §4.5.2); replacing is far quicker than a pattern."""
    dotted = data.replace(b"\n.", b"\n..")
    first = b"." if data.startswith(b".") else b""
    return first + dotted + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _ascii_address(address: str) -> str:
    """Domains beyond ASCII in their wire form; UnicodeError where the name before the @ is beyond it too."""
    if not address.isprintable():  # a line break would be a command of its own
        raise UnicodeError("control characters in an address")
    name, _at, domain = address.rpartition("@")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"


def _said(code: int, text: bytes | str) -> str:
    """The server's words without the address it may repeat."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    kept = [word for word in words.split() if "@" not in word]
    return f"{code} {' '.join(kept)}"[:300]


class ProviderTransport:
    """A provider's Django backend (anymail). It takes objects, so the prepared bytes are read back."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def deliver(self, recipient: str, data: bytes) -> Delivery:
        try:
            sent = self._connection.send_messages([_read_back(recipient, data)])
        except (OSError, RuntimeError, ValueError) as error:  # whether it left is not known
            return Delivery(Outcome.UNCERTAIN, type(error).__name__)
        return Delivery(Outcome.SENT if sent else Outcome.REFUSED)


def _read_back(recipient: str, data: bytes) -> EmailMultiAlternatives:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    own = {"from", "to", "subject", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
    mail = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=text.get_content() if text else "",
        from_email=str(parsed["From"]),
        to=[str(parsed["To"] or recipient)],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in own},
    )
    if html:
        mail.attach_alternative(html.get_content(), "text/html")
    return mail
