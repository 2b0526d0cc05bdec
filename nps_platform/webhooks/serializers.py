"""The API's shapes of endpoints and deliveries."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.webhooks.forms import checked_url
from nps_platform.webhooks.kinds import events
from nps_platform.webhooks.models import LONGEST_URL, Delivery, Endpoint


class EndpointSerializer(serializers.ModelSerializer):
    """An endpoint. No `events`: all of them, also later ones. `off` says why nothing is sent, empty where it is."""

    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, in the open internet, port 443 or 8443.")
    events = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    off = serializers.CharField(read_only=True, help_text="Empty, `paused`, `failing` or `gone`.")
    is_on = serializers.BooleanField(required=False)

    class Meta:
        model = Endpoint
        fields = [
            "id", "url", "description", "events", "is_on", "off", "off_at", "failing_since", "old_secret_until", "created_at",
        ]  # fmt: skip
        read_only_fields = ["off_at", "failing_since", "old_secret_until", "created_at"]

    def validate_url(self, value: str) -> str:
        try:
            return checked_url(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="refused") from error

    def validate_events(self, value: list[str]) -> list[str]:
        unknown = sorted(set(value) - set(events()))
        if unknown:
            told = _("There is no event %(name)s. There are: %(known)s.")
            raise serializers.ValidationError(told % {"name": unknown[0], "known": ", ".join(events())}, code="unknown")
        return sorted(set(value))


class NewEndpointSerializer(EndpointSerializer):
    """With the secret, which is shown this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class SecretSerializer(serializers.Serializer):
    """The new secret, shown this once; the old one signs beside it until `old_secret_until`."""

    secret = serializers.CharField()
    old_secret_until = serializers.DateTimeField()


class DeliverySerializer(serializers.ModelSerializer):
    """One event owed to an endpoint. `webhook_id` is the header's; `status` and `error` are the last try's."""

    webhook_id = serializers.CharField(source="event.message_id", read_only=True)
    type = serializers.CharField(source="kind", read_only=True)
    at = serializers.DateTimeField(source="event.at", read_only=True)
    next_try_at = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=Delivery.State.choices, read_only=True)

    class Meta:
        model = Delivery
        fields = [
            "id", "webhook_id", "type", "at", "state", "tries", "tried_at", "status", "error", "milliseconds", "next_try_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_try_at(self, delivery: Delivery) -> Any:
        waits = delivery.state == Delivery.State.WAITING
        return serializers.DateTimeField().to_representation(delivery.due_at) if waits else None


class TrySerializer(serializers.Serializer):
    """One try; `reply` holds the first 1,000 characters of the answer."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    milliseconds = serializers.IntegerField()
    reply = serializers.CharField(allow_blank=True)


class DeliveryDetailSerializer(DeliverySerializer):
    """With the body that is posted and the latest tries, oldest first."""

    body = serializers.SerializerMethodField()
    log = TrySerializer(many=True, read_only=True)

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "body", "log"]

    @extend_schema_field(serializers.DictField())
    def get_body(self, delivery: Delivery) -> Any:
        return json.loads(delivery.event.body(delivery.kind))


class ReplaySerializer(serializers.Serializer):
    since = serializers.DateTimeField(help_text="What was given up, of events from then on, goes out again.")


class ReplayedSerializer(serializers.Serializer):
    count = serializers.IntegerField()
