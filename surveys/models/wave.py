"""One occurrence of a programme, and people kept for the next one."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.scope import TenantModel
from surveys.models.programme import Programme


class Wave(TenantModel):
    """One occurrence: a programme's n-th wave, or the n-th day of a continuous one. Its number is taken once for ever."""

    class State(models.TextChoices):
        PLANNING = "planning", _("Being planned")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNING)
    starts_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What was decided before the first person was, a `planning.preparing.Plan` as JSON; empty until then.
    plan = models.JSONField(default=dict)
    # Planning goes by ranges of customers' ids: up to the first it was cut into windows, up to the second is to be asked.
    planned_up_to = models.BigIntegerField(default=0)
    audience_up_to = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # {"eligible", "recipients", "skipped": {reason: n}}
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # However often a clock is moved or a worker runs twice, an occurrence begins once.
            models.UniqueConstraint(fields=["organization", "programme", "number"], name="wave_number_once")
        ]
        # Serves: what the sweep has in hand.
        indexes = [models.Index(fields=["organization", "state", "closes_at"], name="wave_in_hand")]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class WaveWindow(TenantModel):
    """A range of customers' ids, above `after` and up to `up_to`, whom a wave is still to ask; gone as soon as that is done."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="windows")
    after = models.BigIntegerField()
    up_to = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "wave", "after"], name="window_once")]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.after}…{self.up_to}"


class Reservation(TenantModel):
    """One person kept for a programme's next wave: the others leave them alone until it has asked."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="reservations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            # Serves too: whether somebody is kept for another programme.
            models.UniqueConstraint(fields=["organization", "customer", "programme"], name="reserved_once")
        ]

    def __str__(self) -> str:
        return f"reservation {self.pk}"
