"""What a person has begun to write in a case and not sent."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


class Draft(TenantModel):
    """One person's unsent words in one case: theirs alone, gone when they are sent or the customer is erased."""

    class Tab(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Note")
        CALL = "call", _("Call")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    tab = models.CharField(max_length=5, choices=Tab)
    text = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["updated_at", "id"]
        constraints = [
            # Serves also: what one has begun in these cases.
            models.UniqueConstraint(fields=["organization", "author", "case", "tab"], name="one_draft_a_tab")
        ]

    def __str__(self) -> str:
        return self.tab
