"""The API's shape of an answer (CONTRACT). It validates; the action records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.customers.models import Customer
from nps_platform.lib.nps import NpsClass
from responses.brought import Brought
from responses.models import Response, ScoreChange
from responses.public_forms import COMMENT_LENGTH
from surveys.authoring.content import QuestionKind, content_for
from surveys.models import Survey, SurveyKind

# Clocks of other systems run a little ahead.
AHEAD = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLASSES = [(c.value, c.label) for c in NpsClass if c != NpsClass.SILENT]


class ScoreChangeSerializer(serializers.ModelSerializer):
    """`correction`: what was replaced; `after_contact`: what was said after the company's first contact."""

    class Meta:
        model = ScoreChange
        fields = ["kind", "score", "comment", "answers", "at"]


class ResponseSerializer(serializers.ModelSerializer):
    """One confirmed answer. `customer` is the external id; null where there is none, or the person was erased.

    What was said at a `collector` has no customer: `visitor_name`, `visitor_address` (e-mail or telephone) and the code of a
    `receipt` are what the visitor told, empty where they told nothing.
    """

    customer = serializers.CharField(source="customer.external_id", allow_null=True, default=None, read_only=True)
    customer_id = serializers.IntegerField(allow_null=True, read_only=True)
    account = serializers.CharField(source="account.external_id", allow_null=True, default=None, read_only=True)
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None, read_only=True)
    answers = serializers.SerializerMethodField(help_text="The survey's further questions by key.")
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None, read_only=True)
    changes = ScoreChangeSerializer(many=True, read_only=True)

    class Meta:
        model = Response
        fields = [
            "id",
            "survey",
            "version",
            "kind",
            "stage",
            "touchpoint",
            "invitation",
            "collector",
            "receipt",
            "visitor_name",
            "visitor_address",
            "customer",
            "customer_id",
            "account",
            "unit",
            "score",
            "comment",
            "wants_contact",
            "answers",
            "language",
            "channel",
            "answered_at",
            "recorded_at",
            "corrected_at",
            "contacted_at",
            "changes",
        ]

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_answers(self, response: Response) -> dict[str, Any]:
        return {answer.key: answer.value for answer in response.answers.all()}

    def get_fields(self) -> dict[str, Any]:
        # `class` is a word of Python's own.
        return super().get_fields() | {
            "class": serializers.ChoiceField(choices=CLASSES, source="nps_class", read_only=True)
        }


class ResponseWriteSerializer(serializers.Serializer):
    """An answer taken elsewhere. `answers` may name the survey's further questions by key."""

    survey = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.select_related("published"))
    customer = serializers.CharField(max_length=100, help_text="External id.")
    score = serializers.IntegerField(min_value=0, max_value=10)
    comment = serializers.CharField(max_length=COMMENT_LENGTH, allow_blank=True, required=False, default="")
    answers = serializers.DictField(required=False, default=dict)
    wants_contact = serializers.BooleanField(allow_null=True, required=False, default=None)
    answered_at = serializers.DateTimeField(required=False)
    channel = serializers.ChoiceField(choices=Response.Channel.choices, required=False, default=Response.Channel.API)

    def validate_survey(self, survey: Survey) -> Survey:
        if survey.kind == SurveyKind.EMPLOYEE:
            raise serializers.ValidationError(_("Employees answer anonymously, through their link."), code="anonymous")
        return survey

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
        brought = Brought(attrs["comment"], attrs["wants_contact"])
        content = content_for(attrs["survey"])
        for key, given in attrs.pop("answers").items():
            question = content.question(key)
            if question is None or question.kind == QuestionKind.NPS:
                message = _("The survey has no such question.")
                raise serializers.ValidationError({"answers": {key: message}}, code="unknown")
            try:
                brought.take(content, question, given)
            except (ValueError, TypeError) as error:
                message = _("Not an answer to this question.")
                raise serializers.ValidationError({"answers": {key: message}}, code="invalid") from error
        return attrs | {
            "comment": brought.comment,
            "wants_contact": brought.wants_contact,
            "answers": brought.answers,
        }
