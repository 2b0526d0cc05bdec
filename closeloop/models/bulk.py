"""The same done to many cases, in one go that can be watched and taken back."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


class BulkWork(TenantModel):
    """What is done (`data` holds the form's values), by whom, and how far it is."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("Assign")
        TAG = "tag", _("Tag")
        REPLY = "reply", _("Reply")
        RESOLVE = "resolve", _("Resolve")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    # Until then it can be taken back without a trace.
    starts_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # Serves: what somebody began lately.
            models.Index(fields=["organization", "by", "-id"], name="bulk_of_person"),
            # Serves: the work that is due.
            models.Index(
                fields=["organization", "starts_at"],
                condition=models.Q(state__in=["waiting", "running", "undoing"]),
                name="bulk_to_do",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} × {self.total}"


class BulkItem(TenantModel):
    """One case of it; `before` is what undoing puts back, `after` when the case was left."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Undone")
        KEPT = "kept", _("Changed since")

    work = models.ForeignKey(BulkWork, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    before = models.JSONField(default=dict)
    after = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "work", "state", "id"], name="bulk_item_to_do")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.state}"
