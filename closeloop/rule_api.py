"""The API's alert rules and alerts: the same actions as the settings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from closeloop.actions import settings as actions
from closeloop.alert_log import SHOWN, line_of, rows_of
from closeloop.matching import RELATIONS, TOLD
from closeloop.models import AlertRule
from closeloop.rule_serializers import AlertRuleSerializer, AlertSerializer, RuleTrialSerializer
from closeloop.trial import try_rule
from closeloop.trial_words import brought
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from nps_platform.tenancy.scope import current_organization

# Of the shape, not of the row.
_APART = ("chat_rooms", "webhooks", "before")


def _rules() -> Any:
    return AlertRule.objects.select_related(*RELATIONS).prefetch_related(*TOLD)


class AlertRulesView(OrganizationAPIView):
    """Alert rules."""

    @extend_schema(operation_id="alert_rules_list", parameters=PAGE_PARAMETERS, responses=page_of(AlertRuleSerializer))
    def get(self, request: Request) -> Response:
        """Rules, in the order in which they decide."""
        return self.page(_rules(), AlertRuleSerializer, ordering=("position", "id"))

    @extend_schema(operation_id="alert_rules_create", request=AlertRuleSerializer, responses={201: AlertRuleSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a rule; it works at once, and stands last unless `before` says otherwise."""
        form = AlertRuleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _kept(AlertRule(), form.validated_data, HTTPStatus.CREATED)


class AlertRuleView(OrganizationAPIView):
    """One alert rule."""

    @extend_schema(operation_id="alert_rules_get", responses=AlertRuleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One rule."""
        return Response(AlertRuleSerializer(get_object_or_404(_rules(), pk=pk)).data)

    @extend_schema(
        operation_id="alert_rules_change", request=AlertRuleSerializer(partial=True), responses=AlertRuleSerializer
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change it, switch it (`is_active`) or move it (`before`); what is left out stays."""
        rule = get_object_or_404(_rules(), pk=pk)
        form = AlertRuleSerializer(rule, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return _kept(rule, form.validated_data, HTTPStatus.OK)

    @extend_schema(operation_id="alert_rules_delete", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it; the cases it opened stay."""
        actions.delete_rule(get_object_or_404(AlertRule.objects, pk=pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


@transaction.atomic
def _kept(rule: AlertRule, told: dict[str, Any], status: HTTPStatus) -> Response:
    rooms, endpoints, before = (told.pop(name, None) for name in ("chat_rooms", "webhooks", "before"))
    kept = actions.save_rule(_written(rule, told), rooms=rooms, endpoints=endpoints, by=None)
    if before:
        actions.place_rule(kept, before=before, by=None)
    return Response(AlertRuleSerializer(_rules().get(pk=kept.pk)).data, status=status)


def _written(rule: AlertRule, told: dict[str, Any]) -> AlertRule:
    for name, value in told.items():
        setattr(rule, name, value)
    return rule


class TryRuleView(OrganizationAPIView):
    """A rule tried out."""

    @extend_schema(operation_id="alert_rules_try", request=AlertRuleSerializer, responses={200: RuleTrialSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """What a rule like this would have brought in the last 90 days; writes nothing."""
        form = AlertRuleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = {name: value for name, value in form.validated_data.items() if name not in _APART}
        return _tried(_written(AlertRule(), told))


class TryKeptRuleView(OrganizationAPIView):
    """A rule that is kept, tried out."""

    @extend_schema(operation_id="alert_rules_try_kept", request=None, responses={200: RuleTrialSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """What this rule would have brought in the last 90 days; writes nothing."""
        return _tried(get_object_or_404(_rules(), pk=pk))


def _tried(rule: AlertRule) -> Response:
    rule.had_touchpoint = rule.had_touchpoint or rule.touchpoint_id is not None
    trial = try_rule(rule)
    with translation.override(current_organization().language):
        text = brought(trial, rule)
    shape = {
        **{name: getattr(trial, name) for name in ("looked_at", "fitting", "taken", "cases", "days", "is_capped")},
        "text": text,
        "responses": [response.pk for response in trial.examples],
        "invitations": [invitation.pk for invitation in trial.invitations],
    }
    return Response(RuleTrialSerializer(shape).data)


class AlertsView(OrganizationAPIView):
    """Who was told."""

    @extend_schema(
        operation_id="alerts_list",
        parameters=[OpenApiParameter("state", str, enum=list(SHOWN)), *PAGE_PARAMETERS],
        responses=page_of(AlertSerializer),
    )
    def get(self, request: Request) -> Response:
        """Every alert with what became of it, newest first."""
        state = request.query_params.get("state", "")
        if state and state not in SHOWN:
            raise ValidationError({"state": _("There is no such state.")})
        return self.page(rows_of(state), _AlertRows)


class _AlertRows(AlertSerializer):
    """Rows of the table, as lines of the log."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return super().to_representation(line_of(instance))
