"""What a mail server says decides what becomes of a mail, whether it is asked in turn or all at once."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from nps_platform.messaging.transport import Outcome, open_transport

BODY = b"Subject: Hola\r\n\r\nUno\r\n.oculto\r\n..\r\nfin"


class _Answers(socketserver.StreamRequestHandler):
    """Refuses what an address says it refuses; `lenient` says 354 to DATA even when nobody is to get it."""

    server: Any

    def handle(self) -> None:
        self.say("220 test")
        accepted = False
        while line := self.rfile.readline():
            verb, address = line[:4].upper(), line.decode()
            self.server.heard.append(verb.decode())
            if verb == b"EHLO":
                self.say("250-test", *(["250-PIPELINING"] if self.server.pipelining else []), "250 8BITMIME")
            elif verb == b"RCPT" and "+" in address:
                self.say(f"{address.partition('+')[2][:3]} 5.1.1 <{address.strip()}> no")
            elif verb == b"DATA":
                self.data(accepted)
            else:
                accepted = verb == b"RCPT"
                self.say("221 bye" if verb == b"QUIT" else "250 ok")

    def data(self, accepted: bool) -> None:
        if not accepted and not self.server.lenient:
            return self.say("503 nobody to send it to")
        self.say("354 go")
        kept = b""
        while (line := self.rfile.readline()) != b".\r\n":
            kept += line
        if accepted:
            self.server.kept.append(kept)
        return self.say("250 kept" if accepted else "554 nobody")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@pytest.fixture(params=["in turn", "at once", "at once, lenient"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Answers) as server:
        server.daemon_threads = True
        server.heard, server.kept = [], []  # type: ignore[attr-defined]
        server.pipelining, server.lenient = request.param != "in turn", "lenient" in request.param  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        port = server.server_address[1]
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield server
        server.shutdown()


def test_each_address_gets_its_own_verdict_over_one_connection(server: Any) -> None:
    cases = [
        ("ana@example.com", Outcome.SENT),
        ("gone+550@example.com", Outcome.BOUNCED),
        ("eva@ñandú.example", Outcome.SENT),
        ("full+452@example.com", Outcome.LATER),
        ("a@example.com>\r\nRCPT TO:<b@example.com", Outcome.REFUSED),
        ("ñ@example.com", Outcome.REFUSED),
        ("leo@example.com", Outcome.SENT),
    ]
    with open_transport() as transport:
        verdicts = [transport.deliver(address, BODY) for address, _expected in cases]

    assert [verdict.outcome for verdict in verdicts] == [expected for _address, expected in cases]
    assert not any("@" in verdict.detail for verdict in verdicts)
    assert server.kept == [BODY.replace(b"\n.", b"\n..") + b"\r\n"] * 3, (
        "dots are doubled on the wire, nothing else changes"
    )
    assert server.heard.count("EHLO") == 1 and server.heard.count("RCPT") == 5
