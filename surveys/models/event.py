"""What happens to customers: events that trigger a question, and incidents in which nobody is asked."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import TenantModel
from surveys.models.invitation import HELD, Invitation, SkipReason
from surveys.models.programme import Programme


class Event(TenantModel):
    """Something happened to a customer, told once under its id; with it the invitation it led to, or the reason for none."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="events")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(_("event number"), max_length=100)
    occurred_at = models.DateTimeField(_("happened at"))
    properties = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    invitation = models.ForeignKey(Invitation, on_delete=models.SET_NULL, null=True, blank=True, related_name="events")
    skip_reason = models.CharField(max_length=16, choices=SkipReason, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            # Told twice, it counts once.
            models.UniqueConstraint(fields=["organization", "programme", "event_id"], name="event_told_once")
        ]
        indexes = [
            # Serves: a programme's latest events, and its counts by reason.
            models.Index(fields=["organization", "programme", "-id"], name="event_newest"),
            # Serves: events whose people a case or an incident keeps back.
            models.Index(
                fields=["organization", "programme", "due_at"],
                condition=models.Q(skip_reason__in=HELD),
                name="event_held",
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class Incident(TenantModel):
    """Something is broken for everybody of a unit and below it (None: for all): nobody there is asked until it ends."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    note = models.CharField(_("what happened"), max_length=200)
    starts_at = models.DateTimeField(_("since"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    declared_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_at", "-id"]
        # Serves: those that are on now.
        indexes = [models.Index(fields=["organization", "ends_at"], name="incident_on")]

    def __str__(self) -> str:
        return self.note
