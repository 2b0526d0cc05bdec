"""That colleagues and chat rooms are told, and when they would rather not be."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closeloop.models.rules import AlertRule
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantModel
from nps_platform.webhooks.models import Delivery, Endpoint
from responses.models import Response
from surveys.models import Invitation


class ChatRoom(TenantModel):
    """A room of Slack, or of what takes the same posts (Mattermost, Rocket.Chat, Zulip), with its incoming webhook."""

    name = models.CharField(_("name"), max_length=80)
    sealed_url = models.TextField()  # `lib.sealing`: who knows it can write there
    host = models.CharField(max_length=253)
    tells_who = models.BooleanField(_("say who it was and what they said"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="chat_room_name_once")]

    def __str__(self) -> str:
        return self.name


class RuleRoom(TenantModel):
    """A rule tells a chat room too."""

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="rooms")
    room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE, related_name="rules")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "room"], name="one_place_per_room")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.room_id}"


class RuleEndpoint(TenantModel):
    """A rule tells another program too, by a webhook of its own choosing: whatever else that one listens to."""

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="endpoints")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "endpoint"], name="one_place_per_endpoint")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.endpoint_id}"


class QuietHours(TenantModel):
    """When alerts wait, on the organisation's clock: each day from `starts` to `ends` (past midnight where that is earlier),
    and all day on `days`. Without a person: everybody's who has none of their own, and the chat rooms'."""

    person = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("to"), null=True, blank=True)
    days = models.JSONField(_("all day on"), default=list, blank=True)  # ISO weekdays
    urgent_anyway = models.BooleanField(_("urgent alerts come at once all the same"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="one_quiet_a_person"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(person__isnull=True), name="one_quiet_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts}-{self.ends} {self.days}"


class Alert(TenantModel):
    """That a colleague or a chat room is told of something: by a message of its own, or, while it waits, by the next digest.
    A program is told at once, by a delivery.

    Of an answer, or of an invitation that got none or came back (`trigger`).
    """

    person = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    room = models.ForeignKey(ChatRoom, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    rule = models.ForeignKey(AlertRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    trigger = models.CharField(max_length=10, choices=AlertRule.Trigger, default=AlertRule.Trigger.ANSWER)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    is_waiting = models.BooleanField(default=False)
    # When the digest leaves that it waits for, at the latest (empty: at once), and whether quiet hours don't hold it up.
    due_at = models.DateTimeField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    # It stands for so many more of the same moment that have no row of their own.
    further = models.PositiveIntegerField(default=0)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "response", "person"], name="one_alert_a_person"),
            models.UniqueConstraint(fields=["organization", "response", "room"], name="one_alert_a_room"),
            models.UniqueConstraint(
                fields=["organization", "invitation", "trigger", "person"], name="one_silence_a_person"
            ),
            models.UniqueConstraint(
                fields=["organization", "invitation", "trigger", "room"], name="one_silence_a_room"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, room__isnull=True, endpoint__isnull=True)
                | models.Q(person__isnull=True, room__isnull=False, endpoint__isnull=True)
                | models.Q(person__isnull=True, room__isnull=True, endpoint__isnull=False),
                name="alert_tells_one",
            ),
            models.CheckConstraint(
                condition=models.Q(response__isnull=False, invitation__isnull=True, trigger="answer")
                | (models.Q(response__isnull=True, invitation__isnull=False) & ~models.Q(trigger="answer")),
                name="alert_of_one_thing",
            ),
        ]
        indexes = [
            # Serves: what somebody got lately; and a room.
            models.Index(fields=["organization", "person", "-at"], name="alert_by_person"),
            models.Index(fields=["organization", "room", "-at"], name="alert_by_room"),
            # Serves: the digests that are due.
            models.Index(fields=["organization", "at"], condition=models.Q(is_waiting=True), name="alert_waiting"),
            # Serves: the log, newest first.
            models.Index(fields=["organization", "-id"], name="alert_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.room_id}: {self.response_id or self.invitation_id}"
