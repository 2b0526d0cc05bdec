"""A case, why it came about and how it ended."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closeloop.models.kinds import CLASSES, Priority
from closeloop.models.policies import CasePolicy
from closeloop.models.rules import AlertRule
from closeloop.querysets import CaseManager
from closeloop.urgency import Risk, rank, urgency
from nps_platform.customers.models import Account, Customer
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.scope import TenantModel
from responses.models import Response


class RootCause(TenantModel):
    """The organisation's own tree of causes; `key` is stable for the API."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    key = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="cause_key_once")]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    SOLVED = "solved", _("Solved")
    EXPLAINED = "explained", _("Explained")
    REPLACED = "replaced", _("Replaced")
    CREDITED = "credited", _("Credited")
    NO_REMEDY = "no_remedy", _("No remedy")


class Case(TenantModel):
    """One answer that somebody acts on. `number` counts within the organisation. Times of METHOD §9 are written beside it."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        CONTACTED = "contacted", _("Contacted")
        RESOLVED = "resolved", _("Resolved")
        CONFIRMED = "confirmed", _("Confirmed by the customer")
        REOPENED = "reopened", _("Reopened")

    number = models.PositiveBigIntegerField()
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="case")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    rule = models.ForeignKey(AlertRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    nps_class = models.CharField(max_length=10, choices=CLASSES)
    state = models.CharField(max_length=14, choices=State, default=State.NEW)
    # Kept beside the state so that the inbox's ordered scan needs no IN (…): open = not resolved, not confirmed.
    is_open = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    assignee = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    opened_at = models.DateTimeField(default=timezone.now)
    # What holds for it, remembered: a policy that is changed reaches the open cases alone.
    policy = models.ForeignKey(CasePolicy, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    contact_minutes = models.PositiveIntegerField(null=True, blank=True)  # none: the organisation's own target
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    # First contact, on the business clock; None for somebody who refused it before there was any.
    due_at = models.DateTimeField(null=True, blank=True)
    # After first contact: by when we answer the customer's last word (said when), on the same clock.
    answer_since = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    # From when on whichever of the two holds now is due soon.
    contact_soon_at = models.DateTimeField(null=True, blank=True)
    # The stretches [from, to] in which the resolution clock ran, the last open while it runs: it pauses while the customer's
    # turn it is, and where hours change it is counted anew from these.
    resolution_ran = models.JSONField(default=list, blank=True)
    resolution_extra_minutes = models.PositiveIntegerField(default=0)  # granted as the case was opened again
    resolution_due_at = models.DateTimeField(null=True, blank=True)  # None without a target and while the clock stands
    resolution_soon_at = models.DateTimeField(null=True, blank=True)
    resolution_seconds = models.PositiveIntegerField(default=0)  # business time used up to the last stop
    resolution_was_late = models.BooleanField(default=False)
    # When the next escalation step is due; None where none is to come while things stay as they are.
    escalate_at = models.DateTimeField(null=True, blank=True)
    # What holds now, the earliest of them. Never empty, as the list goes on from it; at rest it only gives a place in the list.
    act_by = models.GeneratedField(
        expression=models.Case(
            models.When(refuses_contact=True, then=Coalesce("resolution_due_at", "due_at", "opened_at")),
            default=Least(
                Coalesce("answer_due_at", "due_at", "resolution_due_at", "opened_at"),
                Coalesce("resolution_due_at", "answer_due_at", "due_at", "opened_at"),
            ),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    # Our word went out and the customer's turn it is: nothing is overdue meanwhile (METHOD §9).
    is_waiting = models.BooleanField(default=False)
    # The customer asked not to be contacted: no word is due until they say otherwise, or write to us (METHOD §9).
    refuses_contact = models.BooleanField(default=False)
    contact_allowed_at = models.DateTimeField(null=True, blank=True)  # when they did: first contact is owed since then
    is_at_rest = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(is_waiting=True) | models.Q(refuses_contact=True, resolution_due_at=None),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    root_cause = models.ForeignKey(RootCause, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    # What is at risk (closeloop/urgency.py): revenue of twelve months, None where none is known; the class's churn; its place.
    yearly_value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    churn = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal(0), db_default=Decimal(0))
    risk_rank = models.FloatField(default=0.0, db_default=0.0)
    # The nearest day by which something was promised and is still to be kept; beside the case for the inbox's rows.
    promised_for = models.DateField(null=True, blank=True)
    # What the customer said of how it was handled, once it was closed (LoopSettings.asks_handling); 1 to 5.
    handling = models.PositiveSmallIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CaseManager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="case_number_once")]
        indexes = [
            # Serves: the inbox, due first; with team or person; and newest first.
            models.Index(fields=["organization", "is_open", "is_at_rest", "act_by", "id"], name="case_due_first"),
            models.Index(fields=["organization", "assignee", "is_open", "is_at_rest", "act_by"], name="case_mine"),
            models.Index(fields=["organization", "is_open", "-id"], name="case_newest"),
            models.Index(fields=["organization", "is_open", "is_at_rest", "-risk_rank", "id"], name="case_by_risk"),
            # Serves: the sweep for escalation steps that are due.
            models.Index(
                fields=["organization", "escalate_at"],
                condition=models.Q(is_open=True, escalate_at__isnull=False),
                name="case_escalates",
            ),
            # Serves: whether somebody of an audience has an open case (planning).
            models.Index(
                fields=["organization", "customer"], condition=models.Q(is_open=True), name="case_open_of_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever changes what is owed by when changes its place."""
        self.place_by_risk()
        if (named := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*named, "risk_rank"}
        super().save(*args, **kwargs)

    def place_by_risk(self) -> None:
        """By the same time as `act_by`, which the database only knows once it is saved. Unsaved."""
        word, end = self.answer_due_at or self.due_at, self.resolution_due_at
        owed = [end or self.due_at] if self.refuses_contact else [word, end]
        held = [at for at in owed if at] or [self.opened_at]
        self.risk_rank = rank(self.yearly_value, self.churn, min(held))

    def risk(self, now: datetime) -> Risk | None:
        """The sum behind its place; None where nothing is due or no revenue known."""
        if self.owed_by is None or not self.yearly_value:
            return None
        return Risk(self.yearly_value, self.churn, urgency(self.owed_by, now))

    @property
    def who(self) -> str:
        """The customer's name, else the visitor's or the account's; a case keeps none once the person was erased."""
        unknown = gettext("A visitor") if self.response.collector_id else gettext("Erased customer")
        return str(self.customer or self.response.visitor or self.account or unknown)

    @property
    def owed_by(self) -> datetime | None:
        """By when the customer hears from us; None where nothing is due."""
        return None if self.is_at_rest or not self.is_open else self.act_by
