"""What we do with an answer: rules, cases, and everything that happens to them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closeloop.querysets import CaseManager
from nps_platform.customers.models import Account, Customer, Segment
from nps_platform.lib.folding import folded_column
from nps_platform.lib.nps import NpsClass
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.scope import TenantModel
from responses.models import Response
from surveys.models import Survey

CLASSES = [(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT]


class Priority(models.IntegerChoices):
    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")


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
    # First contact, on the business clock; None for somebody who refused it before there was any.
    due_at = models.DateTimeField(null=True, blank=True)
    # After first contact: by when we answer the customer's last word, on the same clock; `act_by` is the one that holds now.
    answer_due_at = models.DateTimeField(null=True, blank=True)
    # It is never empty, as the list goes on from it; while the case is at rest it only gives a place in the list.
    act_by = models.GeneratedField(
        expression=Coalesce("answer_due_at", "due_at", "opened_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    # Our word went out and the customer's turn it is: nothing is overdue meanwhile (METHOD §9).
    is_waiting = models.BooleanField(default=False)
    # The customer asked not to be contacted: nothing is due until they say otherwise, or write to us (METHOD §9).
    refuses_contact = models.BooleanField(default=False)
    contact_allowed_at = models.DateTimeField(null=True, blank=True)  # when they did: first contact is owed since then
    is_at_rest = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(is_waiting=True) | models.Q(refuses_contact=True), output_field=models.BooleanField()
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
    updated_at = models.DateTimeField(auto_now=True)

    objects = CaseManager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="case_number_once")]
        indexes = [
            # Serves: the inbox, due first; with team or person; and newest first.
            models.Index(fields=["organization", "is_open", "is_at_rest", "act_by", "id"], name="case_due_first"),
            models.Index(fields=["organization", "assignee", "is_open", "is_at_rest", "act_by"], name="case_mine"),
            models.Index(fields=["organization", "is_open", "-id"], name="case_newest"),
            # Serves: whether somebody of an audience has an open case (planning).
            models.Index(
                fields=["organization", "customer"], condition=models.Q(is_open=True), name="case_open_of_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def who(self) -> str:
        """The customer's name, else the visitor's or the account's; a case keeps none once the person was erased."""
        unknown = gettext("A visitor") if self.response.collector_id else gettext("Erased customer")
        return str(self.customer or self.response.visitor or self.account or unknown)

    @property
    def owed_by(self) -> datetime | None:
        """By when the customer hears from us; None where nothing is due."""
        return None if self.is_at_rest or not self.is_open else self.act_by


class CaseEvent(TenantModel):
    """One entry of a case's timeline; never changed. `data` holds what the kind needs (assignee, outcome, call result …)."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        ASSIGNED = "assigned", _("Assigned")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        NOTE = "note", _("Note")
        REPLY = "reply", _("Reply")
        FORWARD = "forward", _("Forwarded")
        WITHDRAWN = "withdrawn", _("Link withdrawn")
        GUEST_ANSWER = "guest_answer", _("Guest's answer")
        CUSTOMER_REPLY = "customer_reply", _("Customer's reply")
        CALL = "call", _("Call")
        CORRECTED = "corrected", _("Score corrected")
        AFTER_CONTACT = "after_contact", _("Score after contact")
        RESOLVED = "resolved", _("Resolved")
        CONFIRMED = "confirmed", _("Confirmed")
        REOPENED = "reopened", _("Reopened")
        WISH = "wish", _("Wish about contact")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    actor_label = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    folded = folded_column("text")
    data = models.JSONField(default=dict)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["organization", "case", "at"], name="case_timeline")]

    def __str__(self) -> str:
        return self.kind


class CannedReply(TenantModel):
    """A text to start a reply from; `{{customer_name|there}}` is filled, an unfilled blank blocks sending."""

    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=8, default="en")
    text = models.TextField(_("text"))
    uses = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["language", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "language", "name"], name="canned_name_once")]

    def __str__(self) -> str:
        return self.name


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

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        return make_token(Door.FORWARD, self.organization_id, self.pk)

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
