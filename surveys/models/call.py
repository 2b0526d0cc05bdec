"""Surveys by telephone: whom to call when, who has them on the line, and what came of each call."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from surveys.models.invitation import Invitation


class CallTask(TenantModel):
    """One invited person on the call list. Whether they are still to be called says the invitation."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="call")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_index=False, related_name="+")
    # Not before; by the programme's hours in the person's time zone, or as they asked (`agreed`).
    due_at = models.DateTimeField()
    agreed = models.BooleanField(default=False)
    # Calls that nobody answered.
    tries = models.PositiveSmallIntegerField(default=0)
    # Who has them now; after `claimed_until` somebody else may.
    claimed_by = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # However many call at once: nobody is called by two, nobody calls two.
            models.UniqueConstraint(
                fields=["organization", "customer"],
                condition=models.Q(claimed_by__isnull=False),
                name="one_caller_a_person",
            ),
            models.UniqueConstraint(
                fields=["organization", "claimed_by"],
                condition=models.Q(claimed_by__isnull=False),
                name="one_person_a_caller",
            ),
        ]
        # Serves: who is next.
        indexes = [
            models.Index(
                fields=["organization", "-agreed", "tries", "due_at"],
                condition=models.Q(done_at__isnull=True),
                name="call_next",
            )
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class CallAttempt(TenantModel):
    """One call and what came of it."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Answered the survey")
        NO_ANSWER = "no_answer", _("No answer")
        CALL_BACK = "call_back", _("Asked to be called back")
        REFUSED = "refused", _("Refused")
        WRONG_NUMBER = "wrong_number", _("Wrong number")

    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="attempts")
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=14, choices=Outcome)
    call_back_at = models.DateTimeField(null=True, blank=True)
    # From taking the person to the outcome.
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.outcome
