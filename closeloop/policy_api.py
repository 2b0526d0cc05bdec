"""The API's deadlines: the same actions as the settings page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from closeloop.actions import policies as actions
from closeloop.models import CLASSES, CasePolicy, EscalationStep, Priority
from closeloop.policy_forms import MOST_STEPS
from closeloop.recipients import case_workers
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of


class EscalationStepSerializer(serializers.ModelSerializer):
    """At so many percent of the time, to whom (`person` by address), and repeated after so many business minutes."""

    id = serializers.IntegerField(required=False)
    person = serializers.EmailField(source="person.user.email", required=False, allow_null=True, default=None)

    class Meta:
        model = EscalationStep
        fields = ["id", "promise", "after_percent", "whom", "person", "repeat_every_minutes", "repeat_times"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        address = (attrs.pop("person", None) or {}).get("user", {}).get("email")
        attrs["person"] = None
        if attrs.get("whom") == EscalationStep.Whom.PERSON:
            attrs["person"] = next((one for one in case_workers() if one.user.email == (address or "").lower()), None)
            if attrs["person"] is None:
                problem = _("Nobody of this address works on cases.")
                raise serializers.ValidationError({"person": [serializers.ErrorDetail(problem, "unknown")]})
        if attrs.get("repeat_times") and not attrs.get("repeat_every_minutes"):
            problem = _("Say after how many hours it is repeated.")
            raise serializers.ValidationError({"repeat_every_minutes": [serializers.ErrorDetail(problem, "required")]})
        return attrs


class CasePolicySerializer(serializers.ModelSerializer):
    """Targets in business minutes for cases of these classes and priorities (empty: any); the first that fits holds."""

    classes = serializers.ListField(child=serializers.ChoiceField(choices=CLASSES), required=False)
    priorities = serializers.ListField(child=serializers.ChoiceField(choices=Priority.choices), required=False)

    steps = EscalationStepSerializer(many=True, required=False, max_length=MOST_STEPS)  # type: ignore[call-arg]

    class Meta:
        model = CasePolicy
        fields = [
            "id",
            "name",
            "classes",
            "priorities",
            "contact_minutes",
            "resolution_minutes",
            "soon_percent",
            "steps",
        ]

    def validate_name(self, value: str) -> str:
        if CasePolicy.objects.filter(name=value).exclude(pk=self.instance.pk if self.instance else None).exists():
            raise serializers.ValidationError(_("There is a deadline of this name."), code="taken")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contact = attrs.get("contact_minutes", getattr(self.instance, "contact_minutes", None))
        solution = attrs.get("resolution_minutes", getattr(self.instance, "resolution_minutes", None))
        if contact and solution and solution < contact:
            problem = _("The solution would be due before the first contact.")
            raise serializers.ValidationError({"resolution_minutes": [serializers.ErrorDetail(problem, "order")]})
        return attrs


class CasePoliciesView(OrganizationAPIView):
    """Deadlines of cases."""

    @extend_schema(summary="List deadlines", parameters=PAGE_PARAMETERS, responses=page_of(CasePolicySerializer))
    def get(self, request: Request) -> Response:
        return self.page(CasePolicy.objects.all(), CasePolicySerializer, ordering=("position", "id"))

    @extend_schema(
        summary="Set a deadline",
        description="It stands last. Open cases are counted anew in the background, closed ones keep what held for them.",
        request=CasePolicySerializer,
        responses={201: CasePolicySerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = CasePolicySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        policy = _saved(CasePolicy(), form.validated_data)
        return Response(CasePolicySerializer(policy).data, status=HTTPStatus.CREATED)


class CasePolicyView(OrganizationAPIView):
    """One deadline."""

    @extend_schema(summary="Read a deadline", responses=CasePolicySerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(CasePolicySerializer(_found(pk)).data)

    @extend_schema(
        summary="Change a deadline", request=CasePolicySerializer(partial=True), responses=CasePolicySerializer
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        policy = _found(pk)
        form = CasePolicySerializer(policy, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(CasePolicySerializer(_saved(policy, form.validated_data)).data)

    @extend_schema(summary="Delete a deadline", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        actions.delete_policy(_found(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


def _saved(policy: CasePolicy, told: dict[str, Any]) -> CasePolicy:
    """`steps`, where told, are all there are: those with an id stay the same steps, so that none is taken twice."""
    steps = told.pop("steps", None)
    for name, value in told.items():
        setattr(policy, name, value)
    if steps is None:
        return _found(actions.save_policy(policy, by=None).pk)
    known = {step.pk: step for step in policy.steps.all()} if policy.pk else {}
    kept = []
    for values in steps:
        step = known.pop(values.pop("id", None), None) or EscalationStep()
        for name, value in values.items():
            setattr(step, name, value)
        kept.append(step)
    return _found(actions.save_policy(policy, steps=kept, without=known.values(), by=None).pk)


def _found(pk: int) -> CasePolicy:
    return get_object_or_404(CasePolicy.objects, pk=pk)
