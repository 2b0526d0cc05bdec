"""The API's events: something happened to a customer, who may be asked about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.models import Customer
from nps_platform.customers.segments import BrokenSegment
from nps_platform.tenancy.api_base import OrganizationAPIView, idempotent
from surveys.actions import Fact, WrongState, take_events
from surveys.actions.events import LIVE
from surveys.api import Conflict
from surveys.event_reading import AHEAD, EARLIEST
from surveys.models import Event, Programme, Touchpoint

MOST_PROPERTIES = 50


class EventSerializer(serializers.Serializer):
    """Something that happened. Without `event_id` it is known by customer and moment; told again, it changes nothing."""

    programme: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Programme.objects.filter(mode=Programme.Mode.TRIGGER), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True, help_text="Instead of the programme."
    )
    customer = serializers.CharField(max_length=100, help_text="External id.")
    occurred_at = serializers.DateTimeField(required=False)
    event_id = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    properties: serializers.Field = serializers.DictField(required=False, default=dict)

    def validate_customer(self, value: str) -> Customer:
        customer = Customer.objects.filter(external_id=value, erased_at=None).first()
        if customer is None:
            raise serializers.ValidationError(_("There is no customer with this number."), code="unknown")
        return customer

    def validate_occurred_at(self, value: Any) -> Any:
        if not EARLIEST <= value <= timezone.now() + AHEAD:
            raise serializers.ValidationError(_("This moment is in the future, or too long ago."), code="out_of_range")
        return value

    def validate_properties(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_PROPERTIES or len(str(value)) > 10_000:
            raise serializers.ValidationError(_("These are too many properties."), code="too_many")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("programme"):
            attrs["programme"] = self._programme_of(attrs.get("touchpoint"))
        return attrs

    def _programme_of(self, touchpoint: Touchpoint | None) -> Programme:
        if touchpoint is None:
            raise serializers.ValidationError({"programme": _("Name a programme or a touchpoint.")}, code="required")
        listening = Programme.objects.filter(
            mode=Programme.Mode.TRIGGER, state__in=LIVE, survey__touchpoint=touchpoint
        ).first()
        if listening is None:
            raise serializers.ValidationError({"touchpoint": _("No programme listens there.")}, code="unknown")
        return listening


class EventAnswerSerializer(serializers.Serializer):
    """The invitation that the event led to, or the reason for none."""

    invitation = serializers.IntegerField(source="invitation_id", allow_null=True)
    skip_reason = serializers.CharField(allow_null=True)
    due_at = serializers.DateTimeField()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        return super().to_representation(instance) | {"skip_reason": instance.skip_reason or None}


class EventsView(OrganizationAPIView):
    @extend_schema(operation_id="events_create", request=EventSerializer, responses={202: EventAnswerSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Tell of an event; the answer says who is asked, or why not."""
        form = EventSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        # Without number and moment it happened now, and is told once.
        fact = Fact(told["customer"], told.get("occurred_at") or timezone.now(), told["event_id"], told["properties"])
        try:
            (event,) = take_events(told["programme"], [fact], by=None)
        except WrongState as error:
            raise Conflict(_("The programme is not in a state for this.")) from error
        except BrokenSegment as error:
            raise Conflict(_("The audience's segment asks for something that is gone.")) from error
        return Response(EventAnswerSerializer(event).data, status=HTTPStatus.ACCEPTED)
