"""What goes out of a case: prepared words, and links for outsiders."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from surveys.models import Touchpoint


class CannedReply(TenantModel):
    """A text to start a reply from; `{{customer_name|there}}` is filled, an unfilled blank blocks sending.

    With classes or a touchpoint it belongs to the playbook: cases that fit offer it beside the text.
    """

    name = models.CharField(_("name"), max_length=80)
    folder = models.CharField(_("folder"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    text = models.TextField(_("text"))
    classes = models.JSONField(default=list, blank=True)  # of NpsClass; empty: any
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("touchpoint")
    )
    uses = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["language", "folder", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "language", "name"], name="canned_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_play(self) -> bool:
        """Whether the playbook holds it."""
        return bool(self.classes or self.touchpoint_id)

    def fits(self, case: Case) -> bool:
        """Whether the playbook offers it in this case."""
        here = self.touchpoint_id in (None, case.response.touchpoint_id)
        return self.is_play and here and (not self.classes or case.nps_class in self.classes)


class Forward(TenantModel):
    """A case shown to an outsider by an expiring link, without the fields that were hidden; their answer lands in the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="forwards")
    email = models.EmailField(_("e-mail"))
    text = models.TextField(_("message"), blank=True)
    hidden_fields = models.JSONField(default=list)  # among "name", "contact", "account", "comment", "value"
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # How often the guest looked, and when last.
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True, blank=True)
    # A reminder after so many business days without an answer, at most so many; `remind_at` is the next one's.
    remind_every = models.PositiveSmallIntegerField(null=True, blank=True)
    reminders_left = models.PositiveSmallIntegerField(default=0)
    reminded = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        # Serves: the reminders that are due.
        indexes = [
            models.Index(
                fields=["organization", "remind_at"], condition=models.Q(remind_at__isnull=False), name="forward_remind"
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        return make_token(Door.FORWARD, self.organization_id, self.pk)

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
