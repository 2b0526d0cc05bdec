"""A mail server that answers each recipient as it was told to, and remembers how it was talked to."""

from __future__ import annotations

import socketserver
import threading
from typing import Any

from pytest_django.fixtures import Settings

CUT, CUT_ONCE, GONE = "goes away", "goes away the first time", "goes away and lets nobody in any more"
_END = b"\r\n.\r\n"


class MailServer(socketserver.ThreadingTCPServer):
    """`pipelining` is offered; a `lenient` one says 354 to DATA even when nobody is to get the message.

    `answers` maps (RCPT, DATA or CONTENT, recipient) to what is said then, with CRLF between lines, or to CUT, CUT_ONCE, GONE.
    """

    daemon_threads = True

    def __init__(self, *, pipelining: bool = True, lenient: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.pipelining, self.lenient = pipelining, lenient
        self.answers: dict[tuple[str, str], str] = {}
        self.sender_answer = self.reset_answer = "250 ok"
        self.kept: list[tuple[str, bytes]] = []  # recipient and content as they came
        self.heard: list[str] = []
        self.rounds = 0  # how often it had said everything and waited for more

    def __enter__(self) -> MailServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def receive(self, settings: Settings) -> None:
        """The project's mail comes here."""
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", self.server_address[1]
        settings.EMAIL_URL = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"

    def says(self, step: str, recipient: str, usually: str) -> bytes:
        said = self.answers.get((step, recipient), usually)
        if said == CUT_ONCE:
            del self.answers[step, recipient]
        return self.said(said)

    def said(self, said: str) -> bytes:
        if said == GONE:
            self.socket.close()
        if said in (CUT, CUT_ONCE, GONE):
            raise ConnectionAbortedError
        return f"{said}\r\n".encode()


class _Talk(socketserver.BaseRequestHandler):
    server: MailServer
    request: Any

    def handle(self) -> None:
        self.recipient, self.begun, self.accepted, self.in_content = "", False, False, False
        self.request.sendall(b"220 test\r\n")
        unread: bytes | None = b""
        while unread is not None and (chunk := self.request.recv(1 << 16)):
            self.server.rounds += 1
            unread = self._all_of(unread + chunk)

    def _all_of(self, unread: bytes) -> bytes | None:
        """Answer what is complete and return the rest; None where it goes away, having said what it owed until then."""
        said = b""
        try:
            while end := self._end(unread):
                part, unread = unread[:end], unread[end:]
                said += self._content(part) if self.in_content else self._command(part[:4].upper().decode(), part)
        except ConnectionAbortedError:
            return None
        finally:
            self.request.sendall(said)
        return unread

    def _end(self, unread: bytes) -> int:
        if self.in_content and unread.startswith(b".\r\n"):
            return 3
        mark = _END if self.in_content else b"\r\n"
        return unread.find(mark) + len(mark) if mark in unread else 0

    def _command(self, verb: str, line: bytes) -> bytes:
        self.server.heard.append(verb)
        if verb == "EHLO":
            return b"250-test\r\n" + (b"250-PIPELINING\r\n" if self.server.pipelining else b"") + b"250 8BITMIME\r\n"
        if verb == "MAIL":
            if self.begun:
                return b"503 one after the other\r\n"
            self.begun, self.accepted = self.server.sender_answer.startswith("250"), False
            return f"{self.server.sender_answer}\r\n".encode()
        if verb == "RCPT":
            self.recipient = line.decode().partition("<")[2].partition(">")[0]
            said = self.server.says("RCPT", self.recipient, "250 ok")
            self.accepted = said.startswith(b"25") and self.begun
            return said
        if verb == "DATA":
            possible = self.accepted or self.server.lenient
            said = self.server.says("DATA", self.recipient, "354 go" if possible else "503 nobody to send it to")
            self.in_content = said.startswith(b"354")
            return said
        if verb == "RSET":
            self.begun = False
        return self.server.said(self.server.reset_answer if verb == "RSET" else "221 bye")

    def _content(self, content: bytes) -> bytes:
        self.begun = self.in_content = False
        if not self.accepted:
            return b"554 nobody\r\n"
        answered = self.server.answers.get(("CONTENT", self.recipient), "250")
        if not answered.startswith(("4", "5")):
            self.server.kept.append((self.recipient, content))
        return self.server.says("CONTENT", self.recipient, "250-kept\r\n250 2.0.0 number 7")
