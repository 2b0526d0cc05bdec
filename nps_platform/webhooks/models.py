"""Who is told, what happened, and what became of telling them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from nps_platform.webhooks.kinds import OTHER_CHANGES

LONGEST_URL = 2000


class Endpoint(TenantModel):
    """An address that another program listens at."""

    class Off(models.TextChoices):
        """Why nothing is sent."""

        PAUSED = "paused", _("Paused")
        FAILING = "failing", _("Switched off: it failed for three days")
        GONE = "gone", _("Switched off: it answered that it is gone for good")

    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("what it is"), max_length=120, blank=True)
    events = models.JSONField(_("events"), default=list, blank=True)  # none: all of them, later ones too
    off = models.CharField(max_length=10, choices=Off, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    sealed_secret = models.TextField()  # `lib.sealing`
    # After a change the old secret signs beside the new one for a day.
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    # Since when every try failed, how many in a row, and until when it is left alone.
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    quiet_until = models.DateTimeField(null=True, blank=True)
    # One worker at a time sends to it.
    taken_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def is_on(self) -> bool:
        return not self.off

    def name_of(self, kind: str) -> str:
        """What an event is called for this endpoint: its own name, its room's "updated", or "" where it isn't wanted."""
        if not self.events or kind in self.events:
            return kind
        other = OTHER_CHANGES.format(room=kind.partition(".")[0])
        return other if other in self.events else ""


class Event(TenantModel):
    """Something that happened, as it is told; written in the transaction that made it so. Kept for 30 days."""

    id = models.BigAutoField(primary_key=True)
    name = models.UUIDField(default=uuid.uuid4, editable=False)  # stands in `webhook-id`, the same for every try
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        # Serves: what is old enough to go.
        indexes = [models.Index(fields=["organization", "at"], name="webhook_event_age")]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        return f"evt_{self.name.hex}"

    def body(self, kind: str) -> bytes:
        """What is posted: the same bytes at every try."""
        at = self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told: dict[str, Any] = {"type": kind, "timestamp": at, "data": self.data}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


class Delivery(TenantModel):
    """One event owed to one endpoint, at least once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)  # since it was last asked for
    # The last try: HTTP status, or why there was none (a code of `lib.outgoing`).
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    # The latest tries, oldest first: {"at", "status", "error", "milliseconds", "reply"}.
    log = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            # Serves: what is sent next.
            models.Index(fields=["organization", "endpoint", "state", "due_at"], name="webhook_queue"),
            # Serves: the log, newest first.
            models.Index(fields=["organization", "endpoint", "-id"], name="webhook_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
