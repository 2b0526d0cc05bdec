"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Received:
    """One mail as it came over the wire, and when."""

    recipient: str
    message: EmailMessage
    at: float

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    def link(self, pattern: str) -> str:
        """The first address in the mail that holds `pattern`; fails the check where there is none."""
        found = re.search(rf"https?://\S*{pattern}[^\s\"'<>)]*", self.text) or re.search(
            rf"https?://[^\s\"'<>]*{pattern}[^\s\"'<>]*", self.html
        )
        if not found:
            raise AssertionError(f"no link like {pattern} in the mail to {self.recipient}:\n{self.text[:400]}")
        return found.group(0).replace("&amp;", "&")


class Mailbox:
    """Collects every mail; `slow` seconds a mail let a wave last long enough to kill a worker in its midst."""

    def __init__(self, port: int) -> None:
        self.received: list[Received] = []
        self.slow = 0.0
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, answer: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answer[:-1], "250-PIPELINING", answer[-1]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            self.received += [Received(to.lower(), message, time.monotonic()) for to in envelope.rcpt_tos]
        if self.slow:
            time.sleep(self.slow)
        return "250 kept"

    def to(self, address: str) -> list[Received]:
        with self._lock:
            return [mail for mail in self.received if mail.recipient == address.lower()]

    def wait_for(self, address: str, *, after: int = 0, within: float = 30) -> Received:
        """The newest mail to `address`, once there are more than `after`."""
        limit = time.monotonic() + within
        while time.monotonic() < limit:
            mails = self.to(address)
            if len(mails) > after:
                return mails[-1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address} within {within:.0f} s")
