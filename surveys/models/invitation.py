"""One person asked once, or the reason why not."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer, CustomerPermission
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import TenantModel
from surveys.authoring.content import Content, content_for
from surveys.models.programme import Programme
from surveys.models.survey import Survey, SurveyVersion
from surveys.models.wave import Wave


class SkipReason(models.TextChoices):
    """Why somebody of the audience is not asked; the first that holds (CONTRACT)."""

    ERASED = "erased", _("Erased")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    COMPLAINED = "complained", _("Complained about a mail")
    BOUNCED = "bounced", _("Address bounced")
    SUPPRESSED = "suppressed", _("Suppressed by us")
    NO_PERMISSION = "no_permission", _("No permission")
    NO_ADDRESS = "no_address", _("No valid address")
    SAME_ADDRESS = "same_address", _("Shares an address")
    OPEN_CASE = "open_case", _("Has an open case")
    INCIDENT = "incident", _("Incident in their unit")
    OPEN_INVITATION = "open_invitation", _("Has an open invitation")
    QUARANTINED = "quarantined", _("Asked recently")
    RESERVED = "reserved", _("Kept for another programme")
    NOT_SAMPLED = "not_sampled", _("Not drawn")


# Reasons that pass by themselves: who is kept back by one is asked as soon as it is gone, while that still makes sense.
HELD = (SkipReason.OPEN_CASE, SkipReason.INCIDENT)


class Invitation(TenantModel):
    """One person asked once by one programme, or the reason why not. The personal link is signed over its id."""

    class State(models.TextChoices):
        SKIPPED = "skipped", _("Skipped")
        PLANNED = "planned", _("To be sent")
        SENT = "sent", _("Sent")
        ANSWERED = "answered", _("Answered")
        BOUNCED = "bounced", _("Bounced")
        CLOSED = "closed", _("Closed without answer")

    # Rows by the million: keys are kept by statement (decision 25), and no index stands that another one begins with.
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, db_index=False, related_name="+", editable=False
    )
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, db_index=False, related_name="invitations")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, db_index=False, related_name="invitations")
    # What this person is asked, however the survey changes afterwards; empty for those who are not asked.
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_index=False, related_name="invitations")
    # Why now: a wave's number, a continuous programme's period, an event's id. One invitation an occasion.
    occasion = models.CharField(max_length=120, default="1", db_default="1")
    wave = models.ForeignKey(
        Wave, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="invitations"
    )
    # When its mail is to leave, by the programme's window and daily cap; empty for who is not asked.
    due_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=8)
    # By which of the programme's channels this person is asked, and reminded.
    channel = models.CharField(
        max_length=10,
        choices=CustomerPermission.Channel,
        default=Message.Channel.EMAIL,
        db_default=Message.Channel.EMAIL,
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    skip_reason = models.CharField(max_length=16, choices=SkipReason, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0, db_default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)  # they called our mail spam
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # By the customer first. Serves too: quarantine and open invitations (who was asked lately).
            models.UniqueConstraint(
                fields=["organization", "customer", "programme", "occasion"], name="invited_once_per_occasion"
            )
        ]
        indexes = [
            # Serve: the API's list, newest first, of everybody and of one programme. Read backwards: rows go to an end that
            # is known, and its pages are filled, only where ids ascend.
            models.Index(fields=["organization", "id"], name="invitation_newest"),
            models.Index(fields=["organization", "programme", "id"], name="invitation_newest_of"),
            # Serves: progress, reminders and closing of a programme. What follows the state is counted from the index alone.
            models.Index(
                fields=["organization", "programme", "state", "skip_reason", "sent_at", "reminded_at"],
                name="invitation_by_state",
            ),
            # Serves: those of one wave, and who may yet be asked in it.
            models.Index(fields=["organization", "wave", "state", "skip_reason"], name="invitation_by_wave"),
            # Serves: who was not asked and why, newest first (the deliverability page).
            models.Index(
                fields=["organization", "id", "skip_reason"],
                condition=models.Q(state="skipped"),
                name="invitation_skipped",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def content(self) -> Content:
        """What this person was asked."""
        return self.version.parsed if self.version else content_for(self.survey)

    @property
    def token(self) -> str:
        return make_token(Door.SURVEY, self.organization_id, self.pk)

    @property
    def short_token(self) -> str:
        """The personal link as a text carries it."""
        return make_token(Door.SHORT, self.organization_id, self.pk)

    @property
    def address(self) -> str:
        """Where this person is asked: their e-mail, or their number in E.164."""
        return self.customer.email if self.channel == Message.Channel.EMAIL else self.customer.mobile

    @property
    def unsubscribe_token(self) -> str:
        return make_token(Door.UNSUBSCRIBE, self.organization_id, self.pk)
