"""A personal link never stands in a log, whatever the page answered."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from nps_platform.lib.logs import WithoutTokens
from surveys.models import Invitation


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(WithoutTokens())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def log() -> _Kept:
    """What the console would be given: the same filter, kept."""
    handler = _Kept()
    logging.getLogger("django.request").addHandler(handler)
    return handler


def test_a_refused_answer_is_logged_without_its_link(db: None, log: _Kept) -> None:
    token = Invitation(pk=7, organization_id=3).token
    assert Client().post(f"/s/{token}", {"score": "12"}).status_code == 404
    assert log.lines
    assert not [line for line in log.lines if token in line]
    assert "/s/…" in log.lines[-1]


def test_the_console_has_the_filter() -> None:
    consoles = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert consoles
    assert all(any(isinstance(kept, WithoutTokens) for kept in handler.filters) for handler in consoles)
