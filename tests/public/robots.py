"""Asking by the WSGI application itself, as a server does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from nps_platform.wsgi import application

Visit = Callable[..., int]


@pytest.fixture
def visit() -> Iterator[Visit]:
    """`visit("HEAD", "/s/…", {"User-Agent": …})`: the status that the application answers with."""
    requests = RequestFactory()

    def ask(method: str, address: str, headers: dict[str, str], data: bytes = b"", content_type: str = "") -> int:
        told: list[str] = []
        environ = requests.generic(method, address, data, headers=headers).environ
        environ["CONTENT_TYPE"] = content_type

        def begin(status: str, headers: Any, info: Any = None) -> Callable[[bytes], object]:
            told.append(status)
            return told.append  # type: ignore[return-value]

        body = application(environ, begin)
        assert all(isinstance(piece, bytes) for piece in body)
        return int(told[0][:3])

    # As Django's own test client does: the test's connection stays open between requests.
    request_started.disconnect(close_old_connections)
    yield ask
    request_started.connect(close_old_connections)
