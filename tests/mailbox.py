"""A real IMAP server in the test's process (pymap, its mailboxes in memory), which gets what an SMTP server receives."""

from __future__ import annotations

import imaplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from pytest_django.fixtures import Settings

from tests.smtp import free_port

USER, PASSWORD = "reply", "secret"


@dataclass
class Post:
    """The mailbox as its owner sees it."""

    port: int

    @contextmanager
    def open(self) -> Iterator[imaplib.IMAP4]:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        server.login(USER, PASSWORD)
        yield server
        server.logout()

    def deliver(self, raw: bytes) -> None:
        """What the mail server does with a mail to the address."""
        with self.open() as server:
            status, told = server.append("INBOX", "", "", raw)
            assert status == "OK", told

    def empty(self, folder: str) -> None:
        with self.open() as server:
            if server.select(f'"{folder}"')[0] == "OK":
                server.store("1:*", "+FLAGS", r"(\Deleted)")
                server.expunge()

    def count(self, folder: str) -> int:
        with self.open() as server:
            status, told = server.select(f'"{folder}"', readonly=True)
            return int(told[0] or 0) if status == "OK" else 0


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Post]:
    """One server for the whole run."""
    port = free_port()
    command = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([*command, "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD])
    _wait_for(port)
    yield Post(port)
    server.terminate()
    server.wait(10)


@pytest.fixture
def mailbox(imap_server: Post, settings: Settings) -> Post:
    """The deployment's mailbox, empty."""
    for folder in ("INBOX", "Circulo", "Circulo-failed"):
        imap_server.empty(folder)
    settings.IMAP_URL = f"imap://{USER}:{PASSWORD}@127.0.0.1:{imap_server.port}/INBOX"
    return imap_server


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the IMAP server did not start")
