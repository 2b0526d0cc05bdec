"""A real name server in the test's process: answers TXT questions over UDP from a dictionary."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from pytest_django.fixtures import Settings


class _Answers(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        data, socket = self.request
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text(omit_final_dot=True).lower()
        self.server.asked.append(name)
        if name in self.server.silent:
            return
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        texts = self.server.records.get(name)
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            quoted = [" ".join(f'"{text[i : i + 250]}"' for i in range(0, len(text), 250)) for text in texts]
            if quoted:
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *quoted))
        socket.sendto(answer.to_wire(), self.client_address)


class NameServer(socketserver.ThreadingUDPServer):
    """`records`: name → TXT records; names in `silent` are never answered; `asked` is what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.records: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.asked: list[str] = []


@pytest.fixture
def name_server(settings: Settings) -> Iterator[NameServer]:
    """The project asks this server for the length of a test."""
    with NameServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.DNS_SERVERS = [f"127.0.0.1#{server.server_address[1]}"]
        yield server
        server.shutdown()
