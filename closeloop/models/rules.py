"""Which answers concern whom, and that they were told."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.models.kinds import Priority
from nps_platform.customers.models import Segment
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership, Team, Unit
from nps_platform.tenancy.scope import TenantModel
from responses.models import Response
from surveys.models import Survey, Touchpoint


class AlertRule(TenantModel):
    """The first rule (by position) that holds for an answer decides about its case; every one that holds alerts."""

    class Match(models.TextChoices):
        ALL = "all", pgettext_lazy("conditions of a rule", "all of this")
        ANY = "any", pgettext_lazy("conditions of a rule", "any of this")

    class Handing(models.TextChoices):
        NAMED = "named", _("the team or person named here")
        IN_TURN = "in_turn", _("whoever of the team has fewest open cases")
        ACCOUNT_OWNER = "account_owner", _("the account’s manager")

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    match = models.CharField(_("how many conditions"), max_length=3, choices=Match, default=Match.ALL)
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
    # Deleted, it leaves the mark: a rule of a touchpoint that is gone holds for nobody, not for everybody.
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("touchpoint")
    )
    had_touchpoint = models.BooleanField(default=False, editable=False)
    # With all below it; a unit that a rule names is not deleted (tenancy asks).
    unit = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    # The account's revenue of the last twelve months loaded (the customer's own where there is no account), both ends in.
    value_from = models.DecimalField(_("yearly revenue from"), max_digits=14, decimal_places=2, null=True, blank=True)
    value_to = models.DecimalField(_("yearly revenue to"), max_digits=14, decimal_places=2, null=True, blank=True)
    only_if_contact_wanted = models.BooleanField(_("only if contact is wanted"), default=False)
    opens_case = models.BooleanField(_("open a case"), default=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    handing = models.CharField(_("whose the case is"), max_length=14, choices=Handing, default=Handing.NAMED)
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
