"""By when we owe a customer a word and a solution, for which cases."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.scope import TenantModel

LONGEST = 10_000 * 60
SOON_PERCENT = 75


class CasePolicy(TenantModel):
    """Targets in business minutes. The first policy (by position) whose class and priority fit holds for a case; where none
    fits, first contact is owed by the organisation's own target and a solution by none."""

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    classes = models.JSONField(_("classes"), default=list, blank=True)  # empty: any
    priorities = models.JSONField(_("priorities"), default=list, blank=True)  # empty: any
    contact_minutes = models.PositiveIntegerField(
        _("first contact, business minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    resolution_minutes = models.PositiveIntegerField(
        _("resolution, business minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
    )
    soon_percent = models.PositiveSmallIntegerField(
        _("due soon from, share of the target in percent"),
        default=SOON_PERCENT,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="case_policy_name_once")]

    def __str__(self) -> str:
        return self.name

    def fits(self, nps_class: str, priority: int) -> bool:
        """Whether it is meant for cases like this."""
        return (not self.classes or nps_class in self.classes) and (not self.priorities or priority in self.priorities)
