"""How likely a class is to leave, as the value at risk reckons with it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from closeloop.models.kinds import CLASSES
from nps_platform.tenancy.scope import TenantModel


class ChurnRate(TenantModel):
    """A class's churn over twelve months (METHOD §7), observed over `base_customers`, or assumed where there are too few."""

    nps_class = models.CharField(max_length=10, choices=CLASSES)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    is_observed = models.BooleanField(default=False)
    base_customers = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "nps_class"], name="one_churn_per_class")]

    def __str__(self) -> str:
        return f"{self.nps_class}: {self.share}"
