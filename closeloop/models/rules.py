"""Which answers concern whom, and whom the silence of those who were asked."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.models.kinds import Priority
from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Membership, Team, Unit
from nps_platform.tenancy.scope import TenantModel
from surveys.models import Survey, Touchpoint


class AlertRule(TenantModel):
    """The first rule (by position) that holds for an answer decides about its case; every one that holds alerts."""

    class Match(models.TextChoices):
        ALL = "all", pgettext_lazy("conditions of a rule", "all of this")
        ANY = "any", pgettext_lazy("conditions of a rule", "any of this")

    class Trigger(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("what a rule waits for", "an answer comes in")
        NO_ANSWER = "no_answer", pgettext_lazy("what a rule waits for", "an invitation gets no answer")
        BOUNCE = "bounce", pgettext_lazy("what a rule waits for", "an invitation can’t be delivered")

    class Handing(models.TextChoices):
        NAMED = "named", _("the team or person below")
        IN_TURN = "in_turn", _("whoever of the team has least to do")
        ACCOUNT_OWNER = "account_owner", _("the account’s manager")

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    trigger = models.CharField(_("what it waits for"), max_length=10, choices=Trigger, default=Trigger.ANSWER)
    no_answer_days = models.PositiveSmallIntegerField(_("days without an answer"), default=7)
    # Of NO_ANSWER: whose time was up by then was looked at. Set when the rule begins to work, so that it tells of no past.
    looked_until = models.DateTimeField(null=True, blank=True, editable=False)
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
