"""Whom a case that presses is brought before, and that it was."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closeloop.models.case import Case
from closeloop.models.policies import LONGEST, CasePolicy
from closeloop.models.timeline import CaseEvent
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel

MOST_REPETITIONS = 10


class Promise(models.TextChoices):
    """What is owed: a word (the first, and each answer to the customer's), or the solution."""

    CONTACT = "contact", pgettext_lazy("promise", "Our word to the customer")
    RESOLUTION = "resolution", pgettext_lazy("promise", "The solution")


class EscalationStep(TenantModel):
    """At so much of a target's time somebody hears of the case, and again every so often; who left no longer does, those who
    look after all cases do in their place."""

    class Whom(models.TextChoices):
        ASSIGNEE = "assignee", _("Whoever has the case")
        TEAM = "team", _("Their team")
        MANAGER = "manager", _("Their manager")
        PERSON = "person", _("This person:")

    policy = models.ForeignKey(CasePolicy, on_delete=models.CASCADE, related_name="steps")
    promise = models.CharField(_("for"), max_length=10, choices=Promise, default=Promise.CONTACT)
    after_percent = models.PositiveSmallIntegerField(
        _("at, percent of the time"), default=100, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    whom = models.CharField(_("goes to"), max_length=8, choices=Whom, default=Whom.MANAGER)
    person = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    repeat_every_minutes = models.PositiveIntegerField(
        _("again every, business minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
    )
    repeat_times = models.PositiveSmallIntegerField(
        _("times"), default=0, validators=[MaxValueValidator(MOST_REPETITIONS)]
    )

    class Meta:
        ordering = ["promise", "after_percent", "id"]

    def __str__(self) -> str:
        return f"{self.promise} {self.after_percent} %"


class Escalation(TenantModel):
    """One step, or a repetition of it, that was taken, once for each run of the clock (`since`)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="escalations")
    step = models.ForeignKey(EscalationStep, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    repetition = models.PositiveSmallIntegerField(default=0)  # 0: the step itself
    due_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    event = models.ForeignKey(CaseEvent, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "case", "step", "since", "repetition"], name="escalation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.step_id} {self.repetition}"
