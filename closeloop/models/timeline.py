"""Everything that happens to a case."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.case import Case
from nps_platform.lib.folding import folded_column
from nps_platform.messaging.models import InboundMail, Message
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel


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
        TOLD = "told", _("What the customer is told of the solution")
        ESCALATED = "escalated", _("Escalated")
        AUTO_MAIL = "auto_mail", _("Automatic mail")
        TAGGED = "tagged", _("Tagged")
        UNDONE = "undone", _("Undone")
        PROMISED = "promised", _("Promise")
        PROMISE_KEPT = "promise_kept", _("Promise kept")
        PROMISE_BROKEN = "promise_broken", _("Promise not kept")
        REMEDY = "remedy", _("Remedy")
        REMEDY_DECIDED = "remedy_decided", _("Decision on a remedy")
        HANDLING = "handling", _("Opinion of the handling")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    actor_label = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    folded = folded_column("text")
    data = models.JSONField(default=dict)
    mail = models.ForeignKey(InboundMail, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["organization", "case", "at"], name="case_timeline")]

    def __str__(self) -> str:
        return self.kind
