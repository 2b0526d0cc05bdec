"""SMTP with one round trip a mail: the next one's envelope leaves right behind the message before it.

RFC 2920 §3.1 lets a message's content be the first of a group of commands and DATA the last. A mail whose content has not
begun to leave was certainly not sent; one whose content left and was not answered may have been.
"""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.core.mail.backends.smtp import EmailBackend

from nps_platform.messaging.addresses import wire_address
from nps_platform.messaging.delivery import CantConnect, Delivery, Dotless, Outcome, Outgoing

_DONE, _WILL_FORWARD, _GO_AHEAD, _FOR_GOOD = 250, 251, 354, 500
_POLICY = b"5.7."
_LOST = (OSError, smtplib.SMTPException)
# What the first digit of the reply to a message means; nothing else should come.
_ENDS = {2: Outcome.SENT, 4: Outcome.LATER, 5: Outcome.REFUSED}
_LONGEST_LINE = 8192  # bytes; RFC 5321 promises 512


class SmtpTransport:
    """Mails in their order over `connection`, which is opened anew after it was lost."""

    def __init__(self, connection: EmailBackend, *, sender: str) -> None:
        self._connection = connection
        self._mail_from = f"MAIL FROM:<{sender}>\r\n".encode()
        self._line: _Line | None = None

    def deliver(self, mails: Iterable[Outgoing]) -> Iterator[Delivery]:
        finished = False
        try:
            yield from self._each(_letter(self._mail_from, mail) for mail in mails)
            finished = True
        finally:
            if not finished:  # replies that nobody has read would be taken for those to the next mail
                self._hang_up()

    def _each(self, letters: Iterator[_Letter]) -> Iterator[Delivery]:
        letter, following, asked = next(letters, None), next(letters, None), False
        while letter is not None:
            refused = self._asked_before(letter) if asked and self._line else self._asked_now(letter)
            if refused:
                asked, after = False, next(letters, None)
                yield refused
            else:
                asked = self._hand_over(letter, following)
                after = next(letters, None)  # is made while the server takes this one
                yield self._verdict()
            letter, following = following, after

    def _asked_before(self, letter: _Letter) -> Delivery | None:
        """The answer to commands that left behind the message before; lost with the connection, they are given again."""
        try:
            return self._answers(self._line_in_use())
        except _LOST:
            self._hang_up()
            return self._asked_now(letter)

    def _asked_now(self, letter: _Letter) -> Delivery | None:
        """MAIL, RCPT and DATA; None once the server waits for the message."""
        if not letter.commands:
            return Delivery(Outcome.REFUSED, "the address can't be written to")
        line = self._open_line()
        try:
            if not line.pipelining:
                return self._in_turn(line, letter.commands)
            line.send(*letter.commands)
            return self._answers(line)
        except _LOST as error:
            self._hang_up()
            return Delivery(Outcome.LATER, type(error).__name__)

    def _in_turn(self, line: _Line, commands: tuple[bytes, ...]) -> Delivery | None:
        for command, judge in zip(commands, _JUDGES, strict=True):
            line.send(command)
            if refused := judge(*line.reply()):
                self._reset(line, b"RSET\r\n")
                return refused
        return None

    def _answers(self, line: _Line) -> Delivery | None:
        """All three have an answer of their own. A server that now waits for a message to nobody gets an empty one."""
        replies = [line.reply() for _judge in _JUDGES]
        refused = next(filter(None, (judge(*reply) for judge, reply in zip(_JUDGES, replies, strict=True))), None)
        if refused:
            waits = replies[-1][0] == _GO_AHEAD
            self._reset(line, *([b".\r\n"] if waits else []), b"RSET\r\n")
        return refused

    def _reset(self, line: _Line, *commands: bytes) -> None:
        """Back to where a MAIL may come. The refusal stands, even if the server goes away over this."""
        try:
            for command in commands:
                line.send(command)
                line.reply()
        except _LOST:
            self._hang_up()

    def _hand_over(self, letter: _Letter, following: _Letter | None) -> bool:
        """Send the message; whether the commands of the next one left with it."""
        line = self._line_in_use()
        ahead = following.commands if following and line.pipelining else ()
        line.send(letter.content, *ahead)
        return bool(ahead)

    def _verdict(self) -> Delivery:
        """What the server says of a message that it was handed. What says nothing certain is uncertain."""
        try:
            code, words = self._line_in_use().reply()
        except _LOST as error:
            self._hang_up()
            return Delivery(Outcome.UNCERTAIN, type(error).__name__)
        outcome = _ENDS.get(code // 100)
        if outcome is None:
            self._hang_up()
            return Delivery(Outcome.UNCERTAIN, _said(code, words))
        return Delivery(outcome, "" if outcome == Outcome.SENT else _said(code, words))

    def _open_line(self) -> _Line:
        """Raises CantConnect."""
        if self._line is None:
            try:
                self._connection.open()
                assert self._connection.connection is not None
                self._line = _Line(self._connection.connection)
            except _LOST as error:
                self._hang_up()
                raise CantConnect(type(error).__name__) from error
        return self._line

    def _line_in_use(self) -> _Line:
        """Never a new one: what was said on the old one would be forgotten."""
        assert self._line is not None
        return self._line

    def _hang_up(self) -> None:
        """Without QUIT: the server is gone, or nobody knows what it would answer to."""
        smtp, self._connection.connection, self._line = self._connection.connection, None, None
        if smtp is not None:
            with suppress(OSError):
                smtp.close()


class _Line:
    """An open connection past smtplib, whose sending and reading cost more than a quick server does.

    What can't be sent is told by the next `reply`, which raises OSError or SMTPException.
    """

    def __init__(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        self.pipelining = smtp.has_extn("pipelining")
        assert smtp.sock is not None
        self._socket: socket.socket = smtp.sock
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""
        self._broken: OSError | None = None

    def send(self, *parts: bytes) -> None:
        try:
            self._socket.sendall(b"".join(parts))
        except OSError as error:
            self._broken = error

    def reply(self) -> tuple[int, bytes]:
        """Code and words of the next reply, however many lines it has."""
        if self._broken:
            raise self._broken
        words = []
        while True:
            line = self._next_line()
            words.append(line[4:].strip())
            if line[3:4] != b"-":
                return _code(line), b"\n".join(words)

    def _next_line(self) -> bytes:
        while True:
            line, end, rest = self._unread.partition(b"\n")
            if end:
                self._unread = rest
                return line
            if len(line) > _LONGEST_LINE:
                raise NotSmtp
            received = self._socket.recv(4096)
            if not received:
                raise smtplib.SMTPServerDisconnected
            self._unread += received


class NotSmtp(smtplib.SMTPException):
    """The server said something that is no reply."""


def _code(line: bytes) -> int:
    if not line[:3].isdigit():
        raise NotSmtp
    return int(line[:3])


class _Letter(NamedTuple):
    """A mail as it goes over the wire; no commands where the address can't be written to."""

    commands: tuple[bytes, ...]
    content: bytes


def _letter(mail_from: bytes, mail: Outgoing) -> _Letter:
    try:
        recipient = wire_address(mail.recipient)
    except UnicodeError:
        return _Letter((), b"")
    return _Letter((mail_from, f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"), _on_the_wire(mail.data))


def _on_the_wire(data: bytes) -> bytes:
    """Dots that begin a line doubled, and the dot that ends it all (RFC 5321 §4.5.2)."""
    if not isinstance(data, Dotless) and (b"\n." in data or data.startswith(b".")):
        data = (b"." if data.startswith(b".") else b"") + data.replace(b"\n.", b"\n..")
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _sender_refused(code: int, words: bytes) -> Delivery | None:
    """A refused sender is our configuration, not this person's address: wait for somebody to mend it."""
    return None if code == _DONE else Delivery(Outcome.LATER, _said(code, words))


def _recipient_refused(code: int, words: bytes) -> Delivery | None:
    if code in (_DONE, _WILL_FORWARD):
        return None
    if code < _FOR_GOOD:
        return Delivery(Outcome.LATER, _said(code, words))
    return Delivery(Outcome.REFUSED if words.startswith(_POLICY) else Outcome.BOUNCED, _said(code, words))


def _message_refused(code: int, words: bytes) -> Delivery | None:
    """DATA itself was refused: nothing was sent."""
    if code == _GO_AHEAD:
        return None
    return Delivery(Outcome.LATER if code < _FOR_GOOD else Outcome.REFUSED, _said(code, words))


# One for each command, in their order.
_JUDGES: tuple[Callable[[int, bytes], Delivery | None], ...] = (_sender_refused, _recipient_refused, _message_refused)


def _said(code: int, words: bytes) -> str:
    """The server's words without the address it may repeat."""
    kept = [word for word in words.decode("utf-8", "replace").split() if "@" not in word]
    return f"{code} {' '.join(kept)}"[:300]
