"""Which answers concern whom, and that they were told."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.kinds import Priority
from nps_platform.customers.models import Segment
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.scope import TenantModel
from responses.models import Response
from surveys.models import Survey


class AlertRule(TenantModel):
    """All stated conditions must hold; the first rule (by position) that holds decides about the case, every one alerts."""

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    classes = models.JSONField(_("classes"), default=list, blank=True)  # empty: any
    score_from = models.PositiveSmallIntegerField(_("score from"), null=True, blank=True)
    score_to = models.PositiveSmallIntegerField(_("score to"), null=True, blank=True)
    words = models.JSONField(_("any of these words"), default=list, blank=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    only_if_contact_wanted = models.BooleanField(_("only if contact is wanted"), default=False)
    opens_case = models.BooleanField(_("open a case"), default=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    sends_alert = models.BooleanField(_("send an alert by e-mail"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Alert(TenantModel):
    """That a colleague is told of an answer: by a mail of its own, or, while it waits, by the next digest."""

    person = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="alerts")
    at = models.DateTimeField(default=timezone.now)
    is_waiting = models.BooleanField(default=False)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "response", "person"], name="one_alert_a_person")
        ]
        indexes = [
            # Serves: what somebody got lately.
            models.Index(fields=["organization", "person", "-at"], name="alert_by_person"),
            # Serves: the digests that are due.
            models.Index(fields=["organization", "at"], condition=models.Q(is_waiting=True), name="alert_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.response_id}"
