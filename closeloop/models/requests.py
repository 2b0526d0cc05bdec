"""What people ask of us about their own data."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from responses.models import Response


class DataRequest(TenantModel):
    """Somebody asks from their page for a copy of their data, or to be erased.

    Having the page's link proves nothing, it may have been passed on: a mail to the address on record brings the second link,
    which lives until `expires_at`. Where no address is known (`expires_at` empty) the company looks into it.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("A copy of their data")
        ERASURE = "erasure", _("To be erased")

    kind = models.CharField(max_length=8, choices=Kind)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="data_requests")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-id"]
        # Serves: the list, newest first.
        indexes = [models.Index(fields=["organization", "-asked_at"], name="data_request_newest")]

    def __str__(self) -> str:
        return self.kind

    @property
    def token(self) -> str:
        return make_token(Door.DATA, self.organization_id, self.pk)

    @property
    def waits_for_us(self) -> bool:
        """No mail could be sent: somebody of the company has to find out who asks."""
        return self.expires_at is None and self.done_at is None

    @property
    def is_open(self) -> bool:
        """Whether the link in the mail still opens."""
        return self.expires_at is not None and self.expires_at > timezone.now()
