"""A real SMTP server in the test's process: collects what arrives, refuses whom it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings


@dataclass
class Collected:
    """What the server saw. `refuse` maps an address to the answer it gets at RCPT, `refuse_data` to the one after DATA."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, answer: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answer[:-1], "250-PIPELINING", answer[-1]]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        if address in self.refuse_data:
            return self.refuse_data[address]
        self.recipients.append(address)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that arrived for one address."""
        return [m for m, recipient in zip(self.messages, self.recipients, strict=True) if recipient == address]


@pytest.fixture
def smtp_server(settings: Settings) -> Iterator[Collected]:
    """The project's mail goes to this server for the length of a test."""
    collected = Collected(port=free_port())
    controller = Controller(collected, hostname=collected.host, port=collected.port)
    controller.start()
    settings.EMAIL_URL = f"smtp://{collected.host}:{collected.port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = collected.host, collected.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield collected
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_of(mail: EmailMessage) -> str:
    """The text part as a reader sees it."""
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
