"""An address on this machine that is told, and the hands of its clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_platform.tenancy.models import Due, Organization
from nps_platform.webhooks.actions import add_endpoint
from nps_platform.webhooks.models import Delivery, Endpoint
from nps_platform.webhooks.tasks import sweep
from nps_platform.webhooks.telling import tell
from tests.receiver import Receiver


@dataclass
class Hook:
    """An endpoint, its secret, and what came there."""

    pk: int
    secret: str
    receiver: Receiver

    @property
    def row(self) -> Endpoint:
        return Endpoint.objects.get(pk=self.pk)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(got.body) for got in self.receiver.got]

    @property
    def kinds(self) -> list[str]:
        return [body["type"] for body in self.told]

    @property
    def last(self) -> Delivery:
        return Delivery.objects.filter(endpoint=self.pk).latest("id")


Hooks = Callable[..., Hook]


@pytest.fixture
def hooks(inside: Organization, receiver: Receiver) -> Hooks:
    """`hooks("case.opened", …)`: an endpoint that wants these events, or all."""

    def add(*events: str, url: str = "") -> Hook:
        endpoint, secret = add_endpoint(url=url or f"{receiver.url}/hook", events=events, by=None)
        return Hook(endpoint.pk, secret, receiver)

    return add


def happen(kind: str = "case.opened", **data: Any) -> None:
    """Something happens, and the sweep comes by."""
    tell(kind, lambda: data or {"case": {"id": 7}})
    sweep()


def later(**ago: float) -> None:
    """As if what waits were due, everybody were ready for it, and all of it had begun so long ago."""
    now = timezone.now()
    Delivery.objects.update(due_at=now)
    Endpoint.objects.update(quiet_until=None)
    if ago:
        Endpoint.objects.exclude(failing_since=None).update(failing_since=now - timedelta(**ago))
    Due.objects.update(due_at=now)
    sweep()
