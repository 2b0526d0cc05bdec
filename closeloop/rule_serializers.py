"""The API's shapes of an alert rule, of its trial and of an alert. They validate; the actions work."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from closeloop.alert_log import Line
from closeloop.models import CLASSES, AlertRule, ChatRoom, Priority
from closeloop.recipients import case_workers
from closeloop.rule_forms import ANSWERS_ONLY, MOST_DAYS, MOST_WORDS, not_asked, rule_problems
from closeloop.wording import sentence
from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Membership, Team, Unit
from nps_platform.tenancy.scope import current_organization
from nps_platform.webhooks.models import Endpoint
from surveys.models import Survey, Touchpoint


class AlertRuleSerializer(serializers.Serializer):
    """A rule; what is null or empty asks nothing. Colleagues by address, teams and chat rooms by name, units by code.

    `value_from` and `value_to`: the account's revenue of the last 12 months loaded. `classes`, `score_from`, `score_to`,
    `words`, `only_if_contact_wanted` and `opens_case` are for rules whose `trigger` is `answer`.
    """

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    is_active = serializers.BooleanField(required=False)
    sentence = serializers.SerializerMethodField(help_text="The rule in words, in the organisation's language.")
    before = serializers.PrimaryKeyRelatedField(
        queryset=AlertRule.objects.all(),
        required=False,
        write_only=True,
        help_text="The rule to stand above; a new rule stands last. The first that holds decides about the case.",
    )
    trigger: serializers.Field = serializers.ChoiceField(choices=AlertRule.Trigger.choices, required=False)
    no_answer_days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False)
    match: serializers.Field = serializers.ChoiceField(choices=AlertRule.Match.choices, required=False)
    classes = serializers.ListField(child=serializers.ChoiceField(choices=CLASSES), max_length=3, required=False)
    score_from = serializers.IntegerField(min_value=0, max_value=10, required=False, allow_null=True)
    score_to = serializers.IntegerField(min_value=0, max_value=10, required=False, allow_null=True)
    words = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST_WORDS, required=False, help_text="Any of them."
    )
    only_if_contact_wanted = serializers.BooleanField(required=False)
    segment: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, allow_null=True
    )
    survey: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Survey.objects.all(), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True
    )
    unit: serializers.Field = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.all(), required=False, allow_null=True
    )
    value_from = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    value_to = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    opens_case = serializers.BooleanField(required=False)
    priority: serializers.Field = serializers.ChoiceField(choices=Priority.choices, required=False)
    handing: serializers.Field = serializers.ChoiceField(choices=AlertRule.Handing.choices, required=False)
    team: serializers.Field = serializers.SlugRelatedField(
        slug_field="name", queryset=Team.objects.all(), required=False, allow_null=True
    )
    assignee = serializers.EmailField(required=False, allow_null=True)
    sends_alert = serializers.BooleanField(required=False, help_text="By e-mail.")
    chat_rooms: serializers.Field = serializers.SlugRelatedField(
        slug_field="name", queryset=ChatRoom.objects.all(), many=True, required=False
    )
    webhooks: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Endpoint.objects.all(), many=True, required=False
    )
    created_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(serializers.CharField())
    def get_sentence(self, rule: AlertRule) -> str:
        with translation.override(current_organization().language):
            return sentence(rule)

    def validate_assignee(self, value: str | None) -> Membership | None:
        if value is None:
            return None
        found = next((worker for worker in case_workers() if worker.user.email.casefold() == value.casefold()), None)
        if found is None:
            raise serializers.ValidationError(_("Nobody of this address works on cases."), code="unknown")
        return found

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """What is left out stands as it is in the rule that is changed, else as in a new one."""
        rule = self.instance if isinstance(self.instance, AlertRule) else AlertRule()
        rooms = [place.room for place in rule.rooms.all()] if rule.pk else []
        whole = {name: getattr(rule, name) for name in (*ANSWERS_ONLY, *_JUDGED)} | {"rooms": rooms} | given
        whole["rooms"] = given.get("chat_rooms", rooms)
        whole["webhooks"] = given.get("webhooks", list(rule.endpoints.all()) if rule.pk else [])
        problems = rule_problems(whole)
        if whole["trigger"] != AlertRule.Trigger.ANSWER:
            problems |= {name: _("Only rules about answers have this.") for name in ANSWERS_ONLY if given.get(name)}
            given |= not_asked()
        if problems:
            raise serializers.ValidationError({field: [problem] for field, problem in problems.items()})
        return given

    def to_representation(self, instance: AlertRule) -> dict[str, Any]:
        rooms = [place.room.name for place in instance.rooms.all()]
        assignee = instance.assignee.user.email if instance.assignee else None
        webhooks = [place.endpoint_id for place in instance.endpoints.all()]
        apart = ("chat_rooms", "webhooks", "assignee", "before")
        shown = {name: field for name, field in self.fields.items() if name not in apart}
        values = {
            name: None if (value := field.get_attribute(instance)) is None else field.to_representation(value)
            for name, field in shown.items()
        }
        return values | {"assignee": assignee, "chat_rooms": rooms, "webhooks": webhooks}


_JUDGED = ("trigger", "value_from", "value_to", "handing", "team", "sends_alert")


class RuleTrialSerializer(serializers.Serializer):
    """What a rule would have brought: `fitting` of `looked_at` answers (or invitations) of the last `days`, of which a rule
    above takes `taken`; `cases` it would have opened. `is_capped`: only the newest answers were read."""

    looked_at = serializers.IntegerField()
    fitting = serializers.IntegerField()
    taken = serializers.IntegerField()
    cases = serializers.IntegerField()
    days = serializers.IntegerField()
    is_capped = serializers.BooleanField()
    text = serializers.CharField()
    responses = serializers.ListField(child=serializers.IntegerField(), help_text="The newest that fit.")
    invitations = serializers.ListField(child=serializers.IntegerField())


class AlertSerializer(serializers.Serializer):
    """That somebody was told, of an answer or an invitation: a colleague by address, a chat room by name, a webhook by id."""

    id = serializers.IntegerField(source="alert.pk")
    at = serializers.DateTimeField(source="alert.at")
    rule = serializers.IntegerField(source="alert.rule_id", allow_null=True)
    trigger: serializers.Field = serializers.ChoiceField(source="alert.trigger", choices=AlertRule.Trigger.choices)
    response = serializers.IntegerField(source="alert.response_id", allow_null=True)
    invitation = serializers.IntegerField(source="alert.invitation_id", allow_null=True)
    webhook = serializers.IntegerField(source="alert.endpoint_id", allow_null=True)
    person = serializers.SerializerMethodField()
    chat_room = serializers.SerializerMethodField()
    state = serializers.CharField(help_text="waiting, trying, told, trouble or nobody")
    next_at = serializers.DateTimeField(allow_null=True, help_text="When its digest leaves, or it is tried again.")
    error = serializers.CharField()

    @extend_schema_field(serializers.EmailField(allow_null=True))
    def get_person(self, line: Line) -> str | None:
        return line.alert.person.user.email if line.alert.person else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_chat_room(self, line: Line) -> str | None:
        return line.alert.room.name if line.alert.room else None
