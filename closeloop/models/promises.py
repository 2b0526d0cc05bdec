"""What we said we would do for a customer, by a day."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.models.case import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


class Pledge(TenantModel):
    """ "We replace the router by 21 Nov." Whoever looks after the case is reminded on the day and while it is overdue."""

    class State(models.TextChoices):
        OPEN = "open", _("To be kept")
        KEPT = "kept", pgettext_lazy("promise", "Kept")
        BROKEN = "broken", pgettext_lazy("promise", "Not kept")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="promises")
    text = models.CharField(_("what we promise"), max_length=200)
    due_on = models.DateField(_("by"))
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    # The day of the next reminder; empty once it is settled.
    remind_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            # Serves: the reminders that are due.
            models.Index(
                fields=["organization", "remind_on"], condition=models.Q(state="open"), name="promise_to_remind"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()
