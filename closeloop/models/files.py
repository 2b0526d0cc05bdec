"""Files of a case: what customers sent, and what went out with a reply."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils import timezone

from closeloop.models.case import Case
from closeloop.models.talking import CannedReply
from closeloop.models.timeline import CaseEvent
from nps_platform.customers.storage import private_files
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel, current_organization


def file_path(instance: object, filename: str) -> str:
    """A name that says nothing of what people called the file."""
    return f"cases/{current_organization().pk}/{uuid4().hex}"


class CaseFile(TenantModel):
    """One file, let in by `lib.files`: of an entry of the timeline; of a reply still being written (no entry yet); or of a canned
    reply.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    event = models.ForeignKey(CaseEvent, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    canned = models.ForeignKey(CannedReply, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=100)  # its media type, by what it contains
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to=file_path, storage=private_files)
    added_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
