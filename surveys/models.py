"""What we ask: the journey, the surveys that listen along it, and whom each wave invites."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer, Segment
from nps_platform.lib.nps import NpsClass
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


class Stage(TenantModel):
    """A stretch of the customer's journey (a phase), or a way in (a channel)."""

    class Kind(models.TextChoices):
        PHASE = "phase", _("Phase")
        CHANNEL = "channel", _("Channel")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PHASE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="stage_name_once")]

    def __str__(self) -> str:
        return self.name


class Touchpoint(TenantModel):
    """One interaction within a stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="touchpoints", verbose_name=_("stage"))
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    importance = models.PositiveSmallIntegerField(
        _("importance"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    moment_of_truth = models.BooleanField(_("moment of truth"), default=False)
    target = models.SmallIntegerField(
        _("target NPS"), null=True, blank=True, validators=[MinValueValidator(-100), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["stage__position", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "stage", "name"], name="touchpoint_name_once_per_stage")
        ]

    def __str__(self) -> str:
        return self.name


class SurveyKind(models.TextChoices):
    RELATIONAL = "relational", _("Relational")
    PHASE = "phase", _("Phase")
    TRANSACTIONAL = "transactional", _("Transactional")


class Survey(TenantModel):
    """A questionnaire. Once published its texts no longer change, so that an old mail can be shown as it was: a duplicate is the way on."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=SurveyKind, default=SurveyKind.RELATIONAL)
    stage = models.ForeignKey(
        Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="surveys", verbose_name=_("stage")
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("touchpoint"),
    )
    languages = models.JSONField(_("languages"), default=list)
    # What is recommended: the company, a product, a service ("Andina Telecom").
    subject_name = models.CharField(_("what is recommended"), max_length=80, blank=True)
    ask_contact = models.BooleanField(_("ask whether we may contact them"), default=True)
    # The mail's own words, {language: {"subject", "greeting", "intro", "signature", "reminder"}}.
    mail_texts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Question(TenantModel):
    """One thing asked after or with the score. `shown_for` lists classes; empty means everybody. Texts: {language: {"text", "help"}}."""

    class Kind(models.TextChoices):
        NPS = "nps", _("Recommendation, 0 to 10")
        TEXT = "text", _("Text")
        CONTACT = "contact", _("Consent to be contacted")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)
    shown_for = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "survey", "key"], name="question_key_once_per_survey")
        ]

    def __str__(self) -> str:
        return self.key


class ThankYou(TenantModel):
    """The page after the answer, one per class. Texts: {language: {"title", "body"}}."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="thanks")
    nps_class = models.CharField(max_length=10, choices=[(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT])
    texts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "survey", "nps_class"], name="one_thank_you_per_class")
        ]

    def __str__(self) -> str:
        return self.nps_class


class Programme(TenantModel):
    """Who is asked what, when and how. Today: a wave by e-mail."""

    class Mode(models.TextChoices):
        WAVE = "wave", _("Wave")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLANNING = "planning", _("Being planned")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("survey"))
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.WAVE)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    audience = models.ForeignKey(
        Segment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("audience"),
        help_text=_("Empty: every customer."),
    )
    # Empty: the organisation's quarantine for this kind of survey. 0 waives it and the open-invitation rule.
    quarantine_days = models.PositiveSmallIntegerField(_("quarantine, days"), null=True, blank=True)
    reminder_days = models.PositiveSmallIntegerField(_("reminder after, days"), null=True, blank=True)
    open_days = models.PositiveSmallIntegerField(
        _("open for, days"), default=21, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Planning walks customers by id and may be taken up again after a crash.
    planned_up_to = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # {"eligible", "recipients", "skipped": {reason: n}} once planned
    created_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SkipReason(models.TextChoices):
    """Why somebody of the audience is not asked; the first that holds (CONTRACT)."""

    ERASED = "erased", _("Erased")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    COMPLAINED = "complained", _("Complained about a mail")
    BOUNCED = "bounced", _("Address bounced")
    SUPPRESSED = "suppressed", _("Suppressed by us")
    NO_PERMISSION = "no_permission", _("No permission")
    NO_ADDRESS = "no_address", _("No valid e-mail")
    OPEN_INVITATION = "open_invitation", _("Has an open invitation")
    QUARANTINED = "quarantined", _("Asked recently")


class Invitation(TenantModel):
    """One person asked once by one programme, or the reason why not. The personal link is signed over its id."""

    class State(models.TextChoices):
        SKIPPED = "skipped", _("Skipped")
        PLANNED = "planned", _("To be sent")
        SENT = "sent", _("Sent")
        ANSWERED = "answered", _("Answered")
        BOUNCED = "bounced", _("Bounced")
        CLOSED = "closed", _("Closed without answer")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="invitations")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    skip_reason = models.CharField(max_length=16, choices=SkipReason, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "programme", "customer"], name="invited_once_per_programme")
        ]
        indexes = [
            # Serves: quarantine and open invitations (who was asked lately).
            models.Index(fields=["organization", "customer", "-created_at"], name="invitation_by_customer"),
            # Serves: progress, reminders and closing of a programme.
            models.Index(fields=["organization", "programme", "state"], name="invitation_by_state"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def token(self) -> str:
        return make_token(Door.SURVEY, self.organization_id, self.pk)

    @property
    def unsubscribe_token(self) -> str:
        return make_token(Door.UNSUBSCRIBE, self.organization_id, self.pk)
