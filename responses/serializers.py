"""The API's shape of an answer (CONTRACT). It validates; the action records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from nps_platform.customers.models import Customer
from nps_platform.lib.nps import NpsClass
from responses.models import Response, ScoreChange
from responses.public_forms import COMMENT_LENGTH
from surveys.models import Question, Survey

# Clocks of other systems run a little ahead.
AHEAD = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLASSES = [(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT]


class ScoreChangeSerializer(serializers.ModelSerializer):
    """`correction`: what was replaced; `after_contact`: what was said after the company's first contact."""

    class Meta:
        model = ScoreChange
        fields = ["kind", "score", "comment", "at"]


class ResponseSerializer(serializers.ModelSerializer):
    """One confirmed answer. `customer` is the external id; null where there is none, or the person was erased."""

    customer = serializers.CharField(source="customer.external_id", allow_null=True, default=None, read_only=True)
    customer_id = serializers.IntegerField(allow_null=True, read_only=True)
    account = serializers.CharField(source="account.external_id", allow_null=True, default=None, read_only=True)
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None, read_only=True)
    changes = ScoreChangeSerializer(many=True, read_only=True)

    class Meta:
        model = Response
        fields = [
            "id",
            "survey",
            "kind",
            "stage",
            "touchpoint",
            "invitation",
            "customer",
            "customer_id",
            "account",
            "unit",
            "score",
            "comment",
            "wants_contact",
            "language",
            "channel",
            "answered_at",
            "recorded_at",
            "corrected_at",
            "contacted_at",
            "changes",
        ]

    def get_fields(self) -> dict[str, Any]:
        # `class` is a word of Python's own.
        return super().get_fields() | {
            "class": serializers.ChoiceField(choices=CLASSES, source="nps_class", read_only=True)
        }


class ResponseWriteSerializer(serializers.Serializer):
    """An answer taken elsewhere. `answers` may name the survey's further questions by key."""

    survey = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.all())
    customer = serializers.CharField(max_length=100, help_text="External id.")
    score = serializers.IntegerField(min_value=0, max_value=10)
    comment = serializers.CharField(max_length=COMMENT_LENGTH, allow_blank=True, required=False, default="")
    answers = serializers.DictField(required=False, default=dict)
    wants_contact = serializers.BooleanField(allow_null=True, required=False, default=None)
    answered_at = serializers.DateTimeField(required=False)
    channel = serializers.ChoiceField(choices=Response.Channel.choices, required=False, default=Response.Channel.API)

    def validate_customer(self, value: str) -> Customer:
        known = Customer.objects.select_related("account").filter(external_id=value, erased_at=None)
        customer = known.first()
        if customer is None:
            raise serializers.ValidationError(_("There is no customer with this number."), code="unknown")
        return customer

    def validate_answered_at(self, value: datetime) -> datetime:
        if value > timezone.now() + AHEAD:
            raise serializers.ValidationError(_("This moment has not come yet."), code="in_the_future")
        if value < EARLIEST:
            raise serializers.ValidationError(_("This moment is too long ago."), code="too_early")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.setdefault("answered_at", timezone.now())
        for key, given in attrs.pop("answers").items():
            self._take(attrs, key, given)
        return attrs

    def _take(self, attrs: dict[str, Any], key: str, given: Any) -> None:
        """Put one of `answers` where it belongs: words into the comment, consent into wants_contact."""
        question = Question.objects.filter(survey=attrs["survey"], key=key).exclude(kind=Question.Kind.NPS).first()
        if question is None:
            raise serializers.ValidationError({"answers": {key: _("The survey has no such question.")}}, code="unknown")
        if question.kind == Question.Kind.TEXT and isinstance(given, str) and len(given) <= COMMENT_LENGTH:
            attrs["comment"] = attrs["comment"] or given
        elif question.kind == Question.Kind.CONTACT and isinstance(given, bool):
            attrs["wants_contact"] = given
        else:
            raise serializers.ValidationError({"answers": {key: _("Not an answer to this question.")}}, code="invalid")
