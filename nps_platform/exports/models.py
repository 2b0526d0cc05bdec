"""One export, from asked for to gone."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.storage import private_files
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel, current_organization


def export_path(instance: Export, filename: str) -> str:
    """A name that says nothing of what is in it."""
    return f"exports/{current_organization().pk}/{uuid4().hex}.{instance.format}"


class Export(TenantModel):
    """A table as a file. It holds what `asked_by` may see; an API key asks for what the API gives."""

    class Kind(models.TextChoices):
        CASES = "cases", _("Cases")
        TIMELINES = "timelines", _("Timelines of cases")
        NOTES = "notes", _("Notes in cases")
        RESPONSES = "responses", _("Answers")
        CUSTOMERS = "customers", _("Customers")
        REVENUE = "money", _("Revenue by month")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, for programs")
        XLSX = "xlsx", _("XLSX, for Excel and others")

    class State(models.TextChoices):
        WORKING = "working", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("No longer there")

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.CSV)
    # The address's question that the page was narrowed by: read again, by the same forms, when the file is made.
    query = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WORKING)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=export_path, storage=private_files, blank=True)
    file_bytes = models.BigIntegerField(default=0)
    asked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by_label = models.CharField(max_length=160, blank=True)  # the API key's name
    language = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=30, blank=True)

    class Meta:
        # Serves: the list, newest first.
        indexes = [models.Index(fields=["organization", "-id"], name="export_newest")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def who(self) -> str:
        return str(self.asked_by or self.asked_by_label)

    @property
    def file_name(self) -> str:
        """What the browser calls it."""
        return f"circulo-{self.kind}-{self.created_at:%Y-%m-%d}.{self.format}"

    @property
    def is_there(self) -> bool:
        return self.state == self.State.DONE and self.expires_at is not None and self.expires_at > timezone.now()
