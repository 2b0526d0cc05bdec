"""A kind of message of the tests' own, and the clock's hands for leases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_platform.celery import app
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.kinds import Mail, MessageKind, _kinds, register_kind
from nps_platform.messaging.models import Message


class LetterBook:
    """Sends letters and remembers what it was told about them."""

    def __init__(self) -> None:
        self.unwanted: set[str] = set()
        self.fates: list[tuple[str, str]] = []

    def render(self, message: Message) -> Mail:
        if message.subject == "broken":
            raise ValueError(message.subject)
        return Mail(subject=message.subject, text=message.text or "Hola, ñandú.", html="<p>Hola, ñandú.</p>")

    def settled(self, messages: Iterable[Message]) -> None:
        self.fates += [(message.to_address, message.state) for message in messages]

    def owe(self, *addresses: str, **fields: Any) -> list[Message]:
        messages = [
            Message(kind="letter", to_address=address, **({"subject": "Carta"} | fields)) for address in addresses
        ]
        enqueue(messages)
        return messages

    @staticmethod
    def states() -> dict[str, str]:
        return dict(Message.objects.order_by("pk").values_list("to_address", "state"))

    @staticmethod
    def make_due() -> None:
        Message.objects.update(due_at=timezone.now())

    @staticmethod
    def let_lease_run_out() -> None:
        Message.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))


@pytest.fixture
def letters() -> Iterator[LetterBook]:
    """The kind is registered for one test."""
    book = LetterBook()
    register_kind(
        MessageKind(
            "letter", book.render, settled=book.settled, still_wanted=lambda m: m.to_address not in book.unwanted
        )
    )
    yield book
    _kinds.pop("letter")


@pytest.fixture
def tasks_at_once() -> Iterator[None]:
    """A task that is nudged runs here and now, as if a worker had been waiting for it."""
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield
    app.conf.task_always_eager = before
