"""The API's shapes of a case (CONTRACT). They validate; the actions work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from closeloop.actions.forwarding import DAYS, HIDEABLE, MOST_DAYS, USUALLY_HIDDEN
from closeloop.breach import Breach, first_contact, resolution
from closeloop.forms import LONGEST_TEXT
from closeloop.models import CLASSES, Case, CaseEvent, Forward, Outcome, RootCause
from closeloop.recipients import case_workers
from closeloop.remedy_serializers import GrantSerializer, PromiseSerializer
from nps_platform.tenancy.models import Membership, Team


class CaseSerializer(serializers.ModelSerializer):
    """A case. `due_at` is the first contact's time, `answer_due_at` our next answer's, `resolution_due_at` the solution's (null
    while the clock stands), `act_by` the one that holds now: null where nothing is due. People are named by their address.
    """

    state = serializers.ChoiceField(choices=Case.State.choices, read_only=True)
    customer = serializers.CharField(source="customer.external_id", allow_null=True, default=None, read_only=True)
    account = serializers.CharField(source="account.external_id", allow_null=True, default=None, read_only=True)
    visitor_name = serializers.CharField(source="response.visitor_name", read_only=True)
    visitor_address = serializers.CharField(source="response.visitor_address", read_only=True)
    score = serializers.IntegerField(source="response.score", read_only=True)
    comment = serializers.CharField(source="response.comment", read_only=True)
    assignee = serializers.CharField(source="assignee.user.email", allow_null=True, default=None, read_only=True)
    team = serializers.CharField(source="team.name", allow_null=True, default=None, read_only=True)
    root_cause = serializers.CharField(source="root_cause.key", allow_null=True, default=None, read_only=True)
    outcome = serializers.CharField(read_only=True, help_text="Empty until the case is resolved.")
    customer_url = serializers.SerializerMethodField()
    act_by = serializers.DateTimeField(source="owed_by", allow_null=True, read_only=True)
    policy = serializers.CharField(source="policy.name", allow_null=True, default=None, read_only=True)
    first_contact = serializers.SerializerMethodField()
    resolution = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "id", "number", "state", "is_open", "is_waiting", "refuses_contact", "priority", "response", "customer", "customer_id",
            "visitor_name", "visitor_address", "account", "score", "comment", "assignee", "team", "opened_at", "due_at", "act_by",
            "policy", "first_contact", "resolution", "answer_due_at", "resolution_due_at",
            "acknowledged_at", "attempted_at", "reached_at", "resolved_at", "confirmed_at", "reopened_at", "root_cause", "outcome",
            "promised_for", "handling", "customer_url",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        # `class` is a word of Python's own.
        return super().get_fields() | {
            "class": serializers.ChoiceField(choices=CLASSES, source="nps_class", read_only=True)
        }

    @extend_schema_field(serializers.ChoiceField(choices=Breach.choices, allow_null=True))
    def get_first_contact(self, case: Case) -> str | None:
        """Where the first contact stands; null where none was owed."""
        return first_contact(case, timezone.now())

    @extend_schema_field(serializers.ChoiceField(choices=Breach.choices, allow_null=True))
    def get_resolution(self, case: Case) -> str | None:
        """Where the solution stands; null where none was promised."""
        return resolution(case, timezone.now())

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_customer_url(self, case: Case) -> str | None:
        """The customer's loop page; null for a key without the scope invitations:links."""
        return address("loop_page", case.response.loop_token) if self.context.get("links") else None


def address(route: str, token: str) -> str:
    """A public door as a whole address."""
    return settings.BASE_URL + reverse(route, args=[token])


class CaseEventSerializer(serializers.ModelSerializer):
    """One entry of the timeline; `data` depends on the kind."""

    actor = serializers.CharField(source="actor_label", read_only=True)
    data = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta:
        model = CaseEvent
        fields = ["id", "kind", "at", "actor", "text", "data"]

    @extend_schema_field(serializers.DictField())
    def get_data(self, event: CaseEvent) -> dict[str, Any]:
        """Without what only undoing a reply needs."""
        return {name: value for name, value in event.data.items() if name != "before"}


class CaseDetailSerializer(CaseSerializer):
    """A case with its timeline, oldest first."""

    events = CaseEventSerializer(many=True, read_only=True)
    promises = PromiseSerializer(many=True, read_only=True)
    remedies = GrantSerializer(many=True, read_only=True, source="grants")

    class Meta(CaseSerializer.Meta):
        fields = [*CaseSerializer.Meta.fields, "events", "promises", "remedies"]


class ForwardSerializer(serializers.ModelSerializer):
    """A forward; `url` is the guest's page, null for a key without the scope invitations:links."""

    url = serializers.SerializerMethodField()
    hidden_fields = serializers.ListField(child=serializers.ChoiceField(choices=HIDEABLE), read_only=True)

    class Meta:
        model = Forward
        fields = [
            "id",
            "email",
            "text",
            "hidden_fields",
            "created_at",
            "expires_at",
            "revoked_at",
            "answered_at",
            "url",
        ]

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, forward: Forward) -> str | None:
        return address("guest_page", forward.token) if self.context.get("links") else None


class TextSerializer(serializers.Serializer):
    """A note or a reply."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class ForwardWriteSerializer(serializers.Serializer):
    """To whom, what for, without which fields, for how long."""

    email = serializers.EmailField(max_length=254)
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    hidden_fields = serializers.ListField(
        child=serializers.ChoiceField(choices=HIDEABLE), required=False, default=list(USUALLY_HIDDEN)
    )
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False, default=DAYS)


class AssignSerializer(serializers.Serializer):
    """A colleague by address, a team by name; what is left out or null becomes nobody."""

    assignee = serializers.EmailField(required=False, allow_null=True, default=None)
    team = serializers.CharField(max_length=80, required=False, allow_null=True, default=None)

    def validate_assignee(self, value: str | None) -> Membership | None:
        if value is None:
            return None
        found = next((worker for worker in case_workers() if worker.user.email.casefold() == value.casefold()), None)
        if found is None:
            raise serializers.ValidationError(_("Nobody of this address works on cases."), code="unknown")
        return found

    def validate_team(self, value: str | None) -> Team | None:
        if value is None:
            return None
        team = Team.objects.filter(name=value).first()
        if team is None:
            raise serializers.ValidationError(_("There is no team of this name."), code="unknown")
        return team


class ResolveSerializer(serializers.Serializer):
    """A root cause by key and an outcome are needed. `text` is for colleagues. `told` is what the customer reads, on their page
    and, with `sends_mail`, in a mail that asks whether it is solved.
    """

    root_cause = serializers.CharField(max_length=60)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    told = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    sends_mail = serializers.BooleanField(required=False, default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["sends_mail"] and not given["told"]:
            raise serializers.ValidationError(
                {"told": _("Write what the customer is to read, or send them no mail.")}, code="required"
            )
        return given

    def validate_root_cause(self, value: str) -> RootCause:
        cause = RootCause.objects.filter(key=value, is_active=True).first()
        if cause is None:
            raise serializers.ValidationError(_("There is no root cause of this key in use."), code="unknown")
        return cause


class ReopenSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
