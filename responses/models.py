"""What they answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Account, Customer
from nps_platform.lib.nps import NpsClass
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import TenantModel
from surveys.models import Invitation, Stage, Survey, SurveyKind, Touchpoint


class Response(TenantModel):
    """One confirmed answer. What it is counted by (kind, touchpoint, unit, account) is written beside it and stays as it was."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        IMPORT = "import", _("Import")
        API = "api", _("API")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    kind = models.CharField(max_length=14, choices=SurveyKind)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses")
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="responses")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    nps_class = models.CharField(max_length=10, choices=[(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT])
    comment = models.TextField(_("comment"), blank=True)
    wants_contact = models.BooleanField(_("wants to be contacted"), null=True)
    language = models.CharField(max_length=8, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    answered_at = models.DateTimeField(_("answered at"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    corrected_at = models.DateTimeField(null=True, blank=True)
    # Set by the company's first contact: from then on a new score is kept as *after contact*, outside NPS (METHOD §1).
    contacted_at = models.DateTimeField(null=True, blank=True)
    # Claimed by the room above when it has decided about a case: the row is the truth, the signal only a nudge.
    followed_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=models.Q(invitation__isnull=False), name="one_answer_per_invitation"
            ),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=10), name="score_0_to_10"),
        ]
        indexes = [
            # Serves: scores over time by kind.
            models.Index(
                fields=["organization", "kind", "answered_at"], include=["score", "nps_class"], name="response_by_kind"
            ),
            # Serves: a customer's last answer as of a date, and their history.
            models.Index(fields=["organization", "customer", "-answered_at"], name="response_by_customer"),
            # Serves: comments beside the charts, newest first.
            models.Index(fields=["organization", "-answered_at"], name="response_newest"),
            # Serves: the sweep for answers nobody followed up.
            models.Index(
                fields=["organization", "id"],
                condition=models.Q(followed_up_at__isnull=True),
                name="response_unfollowed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def loop_token(self) -> str:
        """The customer's own door back to this answer."""
        return make_token(Door.LOOP, self.organization_id, self.pk)


class ScoreChange(TenantModel):
    """What an answer said before it was corrected, or what was given after contact; never enters NPS."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        AFTER_CONTACT = "after_contact", _("After contact")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=14, choices=Kind)
    # correction: the score and comment that were replaced; after contact: the new ones.
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"
