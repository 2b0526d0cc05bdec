"""What a company gives to put things right, who may give how much, and what was given."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import TenantModel

# Owners have no limit.
LIMITED = ((Role.AGENT.value, Role.AGENT.label), (Role.MANAGER.value, Role.MANAGER.label))


class Remedy(TenantModel):
    """One line of the organisation's own list; costs are in its currency."""

    class Kind(models.TextChoices):
        CREDIT = "credit", _("Credit")
        DISCOUNT = "discount", _("Discount")
        VISIT = "visit", _("Visit")
        GIFT = "gift", _("Gift")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.CREDIT)
    cost = models.DecimalField(_("usual cost"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    is_active = models.BooleanField(_("can be granted"), default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="remedy_name_once")]

    def __str__(self) -> str:
        return self.name


class RemedyLimit(TenantModel):
    """What somebody of a role grants without asking, in the organisation's currency; empty: as much as they see fit.

    Without a row, an agent asks each time and a manager never does.
    """

    role = models.CharField(max_length=16, choices=LIMITED)
    per_grant = models.DecimalField(_("each time"), max_digits=10, decimal_places=2, null=True, blank=True)
    per_month = models.DecimalField(_("in a month"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "role"], name="remedy_limit_once")]

    def __str__(self) -> str:
        return self.role


class Grant(TenantModel):
    """A remedy given in a case, or asked for. Its cost counts from the day on which it was granted."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for approval")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="grants")
    cost = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State)
    asked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            # Serves: what remedies cost in a period, and what somebody granted this month.
            models.Index(fields=["organization", "state", "decided_at"], name="grant_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.remedy_id}: {self.cost} {self.currency}"
