"""What is told of an erased person: the event stays, their number in the company's own books goes."""

from __future__ import annotations

from typing import Any

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.webhooks.models import Event


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_events)


def forget_events(customer: Customer) -> None:
    """Also what still waits to be sent says no more than our own ids."""
    for event in Event.objects.filter(customer=customer):
        Event.objects.filter(pk=event.pk).update(data=_unnamed(event.data), customer=None)


def _unnamed(data: dict[str, Any]) -> dict[str, Any]:
    parts = {name: _unnamed(part) if isinstance(part, dict) else part for name, part in data.items()}
    return {**parts, "customer": None} if "customer" in parts else parts
