"""The one ledger of everything that leaves."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


class Message(TenantModel):
    """One mail, from owed to settled.

    To a customer or guest it is at-most-once: a row whose worker died while *sending* becomes *ambiguous* and waits for a
    person; to staff it is at-least-once. `kind` names the renderer (registered by the room that asked), `source_id` its row.
    """

    class Audience(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        STAFF = "staff", _("Colleague")
        GUEST = "guest", _("Guest")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        HELD = "held", _("Held")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Bounced")
        FAILED = "failed", _("Failed")
        AMBIGUOUS = "ambiguous", _("Uncertain")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=30)
    source_id = models.BigIntegerField(null=True)
    # Groups a run of messages for progress and pause (a programme's id for invitations and reminders).
    group_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.CUSTOMER)
    to_address = models.EmailField(_("to"))
    to_name = models.CharField(max_length=200, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    language = models.CharField(max_length=8, default="en")
    # Empty for kinds whose renderer makes them again from rows that no longer change.
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=5)  # 1 first: alerts and replies go ahead of waves
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            # Launching twice, or a task run twice, owes the same message once.
            models.UniqueConstraint(
                fields=["organization", "kind", "source_id", "to_address"],
                condition=models.Q(kind__in=["invitation", "reminder"]),
                name="one_message_per_source",
            )
        ]
        indexes = [
            # Serves: what a worker takes next.
            models.Index(fields=["organization", "state", "priority", "due_at"], name="message_queue"),
            # Serves: a programme's progress.
            models.Index(fields=["organization", "group_id", "state"], name="message_group"),
            # Serves: the outbox, newest first.
            models.Index(fields=["organization", "-id"], name="message_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
