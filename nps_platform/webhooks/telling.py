"""The outbox: what happened is written down for whoever wants it, in the transaction that made it so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from celery import signature
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge
from nps_platform.webhooks.models import Delivery, Endpoint, Event

DUE = "webhooks"
DELIVER = "webhooks.deliver"


def tell(
    kind: str, data: Callable[[], dict[str, Any]], *, at: datetime | None = None, customer: Customer | None = None
) -> None:
    """Owe an event of `kind` to every endpoint that wants it; `data` is asked only where somebody does.

    Call it inside the transaction of what happened. `customer` is whom the data names: forgotten with them.
    """
    names = {endpoint: endpoint.name_of(kind) for endpoint in Endpoint.objects.filter(off="")}
    takers = {endpoint: name for endpoint, name in names.items() if name}
    if takers:
        event = Event.objects.create(at=at or timezone.now(), data=data(), customer=customer)
        owe(event, takers)


def owe(event: Event, takers: dict[Endpoint, str]) -> list[Delivery]:
    """Owe one event to `takers`, each by the name it goes under there."""
    owed = [Delivery(endpoint=endpoint, event=event, kind=name) for endpoint, name in takers.items()]
    Delivery.objects.bulk_create(owed)
    announce(takers)
    return owed


def announce(endpoints: Iterable[Endpoint]) -> None:
    """Say that there is something to send; a worker is told on commit, the sweep makes good."""
    is_due(DUE)
    for endpoint in endpoints:
        nudge(signature(DELIVER), current_organization().pk, endpoint.pk)
