"""A personal link never stands in a log, whatever the page answered."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from nps_platform.lib.logs import WithoutTokens
from surveys.models import Invitation


def _routes(resolver: URLResolver) -> Iterator[str]:
    """Every address of the public doors, as it is written in `public_urls.py`."""
    for one in resolver.url_patterns:
        yield from _routes(one) if isinstance(one, URLResolver) else [str(one.pattern)]


DOORS = sorted(route for route in _routes(get_resolver(settings.PUBLIC_URLCONF)) if "<str:token>" in route)


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


@pytest.mark.parametrize("door", DOORS)
def test_what_is_refused_is_logged_without_its_link(db: None, log: _Kept, door: str) -> None:
    token = Invitation(pk=7, organization_id=3).token
    assert Client().post(f"/{door}".replace("<str:token>", token), {"score": "12"}).status_code in (404, 405)
    assert log.lines
    assert not [line for line in log.lines if token in line]
    assert f"/{door.partition('/')[0]}/…" in log.lines[-1]


def test_the_console_has_the_filter() -> None:
    consoles = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert consoles
    assert all(any(isinstance(kept, WithoutTokens) for kept in handler.filters) for handler in consoles)
