"""Setting up who is told, and sending again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nps_platform.lib.sealing import seal
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from nps_platform.webhooks.kinds import TEST
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from nps_platform.webhooks.signing import new_secret
from nps_platform.webhooks.telling import announce, owe

BOTH_SIGN = timedelta(hours=24)
MOST_ENDPOINTS = 20


class TooMany(Exception):
    """An organisation has at most MOST_ENDPOINTS."""


@transaction.atomic
def add_endpoint(
    *, url: str, description: str = "", events: Sequence[str] = (), by: Membership | None
) -> tuple[Endpoint, str]:
    """Tell `url` from now on; the endpoint and its secret, which is shown this once. Raises TooMany."""
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise TooMany
    secret = new_secret()
    endpoint = Endpoint.objects.create(
        url=url, description=description, events=sorted(events), sealed_secret=seal(secret), created_by=by
    )
    record("webhook.created", endpoint, by=by, events=endpoint.events)
    return endpoint, secret


@transaction.atomic
def change_endpoint(endpoint: Endpoint, *, by: Membership | None, **changes: Any) -> None:
    """`changes` among url, description, events. At a new address nothing has failed yet."""
    moved = changes.get("url", endpoint.url) != endpoint.url
    if "events" in changes:
        changes["events"] = sorted(changes["events"])
    if moved:
        changes |= {"failing_since": None, "failures": 0, "quiet_until": None}
    for name, value in changes.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(changes))
    record("webhook.changed", endpoint, by=by, moved=moved, events=endpoint.events)
    if moved:
        announce([endpoint])


@transaction.atomic
def remove_endpoint(endpoint: Endpoint, *, by: Membership | None) -> None:
    """Nothing is sent any more; its log goes with it."""
    record("webhook.deleted", endpoint, by=by)
    endpoint.delete()


@transaction.atomic
def change_secret(endpoint: Endpoint, *, by: Membership | None) -> str:
    """A new secret, shown this once; the old one signs beside it for BOTH_SIGN."""
    secret = new_secret()
    endpoint.sealed_old_secret, endpoint.old_secret_until = endpoint.sealed_secret, timezone.now() + BOTH_SIGN
    endpoint.sealed_secret = seal(secret)
    endpoint.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    record("webhook.secret", endpoint, by=by)
    return secret


@transaction.atomic
def switch_endpoint(endpoint: Endpoint, *, on: bool, by: Membership | None) -> None:
    """Off: nothing more is written down for it, what waits stays. On: what waits goes out now."""
    if endpoint.is_on == on:
        return
    endpoint.off, endpoint.off_at = ("", None) if on else (Endpoint.Off.PAUSED, timezone.now())
    endpoint.failing_since, endpoint.failures, endpoint.quiet_until = None, 0, None
    endpoint.save(update_fields=["off", "off_at", "failing_since", "failures", "quiet_until"])
    record("webhook.switched", endpoint, by=by, on=on)
    if on:
        announce([endpoint])


@transaction.atomic
def send_test(endpoint: Endpoint, *, by: Membership | None) -> Delivery:
    """An event that says nothing, to this endpoint alone, also where it is off."""
    event = Event.objects.create(data={"text": "Circulo can reach this address."})
    record("webhook.tested", endpoint, by=by)
    (delivery,) = owe(event, {endpoint: TEST})
    return delivery


def failed_since(endpoint: Endpoint, since: datetime | None) -> QuerySet[Delivery]:
    """What was given up, of events from `since` on."""
    rows = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.FAILED)
    return rows.filter(event__at__gte=since) if since else rows


@transaction.atomic
def send_again(endpoint: Endpoint, deliveries: QuerySet[Delivery], *, by: Membership | None) -> int:
    """The same events with the same ids go out once more, delivered or not; how many."""
    again = list(deliveries.values_list("pk", flat=True))
    now = timezone.now()
    many = Delivery.objects.filter(pk__in=again).update(state=Delivery.State.WAITING, due_at=now, tries=0)
    Endpoint.objects.filter(pk=endpoint.pk).update(quiet_until=None)
    if many:
        record("webhook.replayed", endpoint, by=by, many=many)
        announce([endpoint])
    return many
