"""What the metrics calls take and answer. Requests are checked here; figures come from the same queries as the pages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dashboards.api_employees import TOO_FEW
from dashboards.figures import Basis, Reason
from dashboards.forms import readable_segment
from dashboards.periods import FIRST_YEAR, LAST_YEAR, end_of_month
from dashboards.queries.parts import Dimension
from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Unit
from surveys.models import Collector, Stage, Survey, SurveyKind, Touchpoint

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


@extend_schema_field(str)
class DayField(serializers.Field):
    """A day, or a month: then its first day, or its last one where a stretch ends."""

    default_error_messages = {"invalid": _("Write a day as 2026-03-31, or a month as 2026-03.")}

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.ends = ends

    def to_internal_value(self, data: Any) -> date:
        match = _DAY.fullmatch(str(data))
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            self.fail("invalid")
        try:
            day = date(int(match[1]), int(match[2]), int(match[3] or 1))
        except ValueError:
            self.fail("invalid")
        return end_of_month(day) if self.ends and not match[3] else day

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class StretchSerializer(serializers.Serializer):
    """From and to, both included, in the organisation's time zone."""

    # `from` is no name that a class body could bind otherwise.
    vars()["from"] = DayField(help_text="First day, 2026-03-01; a month, 2026-03, means its first day.")
    to = DayField(ends=True, help_text="Last day, included; a month means its last day.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("from") and attrs.get("to") and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"to": _("The last day lies before the first.")})
        return attrs


class NpsQuerySerializer(StretchSerializer):
    survey = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.all(), required=False)
    kind = serializers.ChoiceField(SurveyKind.choices, required=False, help_text="Without survey or kind: relational.")
    stage = serializers.PrimaryKeyRelatedField(queryset=Stage.objects.all(), required=False)
    touchpoint = serializers.PrimaryKeyRelatedField(queryset=Touchpoint.objects.all(), required=False)
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), required=False)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.objects.all(), required=False)
    collector = serializers.PrimaryKeyRelatedField(
        queryset=Collector.objects.exclude(kind=Collector.Kind.EMPLOYEE).select_related("survey"),
        required=False,
        help_text="A collection point; without survey or kind, of its survey's kind.",
    )
    by = serializers.ChoiceField([d.value for d in Dimension], required=False, help_text="One group a value.")
    interval = serializers.ChoiceField(
        ["month", "quarter"], required=False, help_text="One group a month; of employees one a quarter."
    )

    def validate_segment(self, segment: Segment) -> Segment | None:
        return readable_segment(segment)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        survey, kind = attrs.get("survey"), attrs.get("kind")
        if survey and kind and survey.kind != kind:
            raise serializers.ValidationError({"kind": _("This survey is of another kind; kinds are never mixed.")})
        return attrs


class MoneyQuerySerializer(StretchSerializer):
    currency = serializers.RegexField(
        r"^[A-Z]{3}\Z", required=False, help_text="Needed where revenue of several currencies lies in the window."
    )


class ScoreSerializer(serializers.Serializer):
    """Counts, NPS and its 95 % interval (METHOD §1, §2); null where nobody answered.

    Of employees the counts are null too where fewer than five answered, with the reason.
    """

    n = serializers.IntegerField(allow_null=True)
    promoters = serializers.IntegerField(allow_null=True)
    passives = serializers.IntegerField(allow_null=True)
    detractors = serializers.IntegerField(allow_null=True)
    nps = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True)
    reason = serializers.CharField(allow_null=True, required=False, help_text=f"Of employees alone: `{TOO_FEW}`.")


class GroupSerializer(ScoreSerializer):
    key = serializers.CharField(allow_null=True, help_text="The group's id, or the channel; null for answers without.")
    name = serializers.CharField(allow_blank=True)
    month = serializers.CharField(
        allow_null=True, help_text="2026-03, where asked for by month or quarter; a quarter's first."
    )


class NpsSerializer(ScoreSerializer):
    groups = GroupSerializer(many=True)


MONEY_REASONS = [(str(reason), str(reason)) for reason in (*Reason, "several_currencies")]
_REASON = serializers.ChoiceField(MONEY_REASONS, allow_null=True, help_text="Why there is no figure.")


class ClassMoneySerializer(serializers.Serializer):
    """One class as of the window's first day; amounts are decimal strings."""

    customers = serializers.IntegerField(allow_null=True)
    revenue = serializers.CharField(allow_null=True)
    average = serializers.CharField(allow_null=True)
    base_customers = serializers.IntegerField(allow_null=True)
    lost = serializers.IntegerField(allow_null=True)
    retention = serializers.FloatField(allow_null=True)
    retention_interval = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True
    )
    clv = serializers.CharField(allow_null=True)
    reason = _REASON
    clv_reason = _REASON


class SilentMoneySerializer(ClassMoneySerializer):
    never_asked = serializers.IntegerField(allow_null=True)
    not_reachable = serializers.IntegerField(allow_null=True)
    asked_without_answer = serializers.IntegerField(allow_null=True)


class ClassesSerializer(serializers.Serializer):
    promoter = ClassMoneySerializer()
    passive = ClassMoneySerializer()
    detractor = ClassMoneySerializer()
    silent = SilentMoneySerializer()


class FigureSerializer(serializers.Serializer):
    """One figure of METHOD §7; the interval of amounts is not computed yet."""

    value = serializers.CharField(allow_null=True)
    interval = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2, allow_null=True)
    basis = serializers.ChoiceField([*Basis])
    reason = _REASON


class RecoveredSerializer(serializers.Serializer):
    """Detractors reached whose next answer was 7 or more, and the two groups it is a share of."""

    value = serializers.IntegerField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True)
    basis = serializers.ChoiceField([*Basis])
    reason = _REASON
    answered_again = serializers.IntegerField(allow_null=True)
    detractors = serializers.IntegerField(allow_null=True)


class ReconciliationSerializer(serializers.Serializer):
    """imported = matched + unmatched + erased."""

    imported = serializers.CharField()
    matched = serializers.CharField()
    unmatched = serializers.CharField()
    erased = serializers.CharField()


class MoneySerializer(serializers.Serializer):
    currency = serializers.CharField(allow_null=True)
    currencies = serializers.ListField(child=serializers.CharField())
    vars()["from"] = serializers.DateField()
    to = serializers.DateField()
    reason = _REASON
    classes = ClassesSerializer()
    exposure = FigureSerializer()
    lost_to_detractors = FigureSerializer()
    realised_loss = FigureSerializer()
    at_risk = FigureSerializer()
    revenue_gap = FigureSerializer()
    potential = FigureSerializer()
    recovered = RecoveredSerializer()
    saved = FigureSerializer()
    roi = FigureSerializer()
    reconciliation = ReconciliationSerializer(allow_null=True)
