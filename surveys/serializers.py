"""The API's shapes of programmes and invitations (CONTRACT). They validate; actions do the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.customers.models import Segment
from surveys.links import personal_url, unsubscribe_url
from surveys.models import Invitation, Programme, Survey, SurveyKind
from surveys.models.programme import MAX_SEED
from surveys.planning.checking import ATTRIBUTE

HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": 180},
            {"type": "object", "properties": {"after_days": {"type": "integer", "minimum": 1, "maximum": 180}}},
        ]
    }
)
class ReminderField(serializers.Field):
    """Days after the mail: 5, or {"after_days": 5}."""

    default_error_messages = {"invalid": _("A number of days from 1 to 180.")}

    def to_internal_value(self, data: Any) -> int:
        days = data.get("after_days") if isinstance(data, dict) else data
        if type(days) is not int or not 1 <= days <= 180:
            self.fail("invalid")
        return days

    def to_representation(self, value: int) -> dict[str, int]:
        return {"after_days": value}


class SampleSerializer(serializers.Serializer):
    """One of number, share and precision (points of NPS); {} is everybody. The seed may stand here or beside it."""

    number = serializers.IntegerField(min_value=1, max_value=10**9, required=False)
    share = serializers.FloatField(min_value=0, max_value=1, required=False)
    precision = serializers.FloatField(min_value=0.1, max_value=100, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False, write_only=True)


class WindowSerializer(serializers.Serializer):
    """Hours of the person's time zone, ISO weekdays (1 is Monday); `holidays`: true sends on the organisation's holidays too."""

    to = serializers.RegexField(HOUR, required=False)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), required=False, max_length=7
    )
    holidays = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's own.
        return {"from": serializers.RegexField(HOUR, required=False)} | super().get_fields()


class ProgrammeSerializer(serializers.Serializer):
    """Who is asked what and when.

    `audience`: a segment's id, null for everyone; `quarantine_days`: null is the organisation's, 0 waives.
    """

    id = serializers.IntegerField(read_only=True)
    survey: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Survey.objects.exclude(kind=SurveyKind.EMPLOYEE), help_text="Employees answer by link alone."
    )
    name = serializers.CharField(max_length=120)
    mode = serializers.ChoiceField(choices=Programme.Mode.choices, default=Programme.Mode.WAVE)
    channel = serializers.ChoiceField(choices=Programme.Channel.choices, default=Programme.Channel.EMAIL)
    audience: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, allow_null=True
    )
    every = serializers.ChoiceField(choices=Programme.Every.choices, default=Programme.Every.ONCE)
    starts_on = serializers.DateField(required=False, allow_null=True, help_text="Of the first wave; null: at launch.")
    starts_at = serializers.TimeField(
        required=False, allow_null=True, format="%H:%M", help_text="On the organisation's clock."
    )
    period_days = serializers.IntegerField(
        min_value=1, max_value=730, default=90, help_text="Continuous: once in so many days."
    )
    delay_minutes = serializers.IntegerField(
        min_value=0, max_value=129_600, default=0, help_text="Trigger: from the event."
    )
    sample: serializers.Field = SampleSerializer(required=False, allow_null=True)
    strata = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="unit, class, or an attribute's key."
    )
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False)
    window: serializers.Field = WindowSerializer(required=False, allow_null=True)
    daily_cap = serializers.IntegerField(min_value=1, max_value=10**9, required=False, allow_null=True)
    reminders = serializers.ListField(child=ReminderField(), required=False, max_length=5)
    open_days = serializers.IntegerField(min_value=1, max_value=365, default=21)
    quarantine_days = serializers.IntegerField(min_value=0, max_value=3650, required=False, allow_null=True)
    account_quarantine_days = serializers.IntegerField(min_value=0, max_value=3650, required=False, allow_null=True)
    ask_despite_open_case = serializers.BooleanField(default=False)
    reserves = serializers.BooleanField(read_only=True)
    state = serializers.CharField(read_only=True)
    launched_at = serializers.DateTimeField(read_only=True, allow_null=True)
    next_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closes_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    eligible = serializers.IntegerField(read_only=True, allow_null=True)
    recipients = serializers.IntegerField(read_only=True, allow_null=True)
    skipped: serializers.Field = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    def settings(self) -> dict[str, Any]:
        """What was told, as the actions take it."""
        told = dict(self.validated_data)
        for name in ("sample", "window"):
            if name in told:
                told[name] = dict(told[name] or {})
        seed = told.get("sample", {}).pop("seed", None)
        if seed is not None:
            told.setdefault("seed", seed)
        strata = told.get("strata", "")
        if strata not in ("", "unit", "class") and not strata.startswith(ATTRIBUTE):
            told["strata"] = ATTRIBUTE + strata
        return told

    def to_representation(self, instance: Programme) -> dict[str, Any]:
        named = {
            name: field.to_representation(getattr(instance, name))
            if getattr(instance, name, None) is not None
            else None
            for name, field in self.fields.items()
            if name not in ("survey", "audience", "sample", "window", "eligible", "recipients", "skipped", "id")
        }
        return {
            "id": instance.pk,
            "survey": instance.survey_id,
            "audience": instance.audience_id,
            **named,
            "sample": instance.sample,
            "window": instance.window,
            "strata": instance.strata.removeprefix(ATTRIBUTE),
            "eligible": instance.counts.get("eligible"),
            "recipients": instance.counts.get("recipients"),
            "skipped": instance.counts.get("skipped", {}),
        }


class SendingDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    invitations = serializers.IntegerField()
    reminders = serializers.IntegerField()


class CasesSerializer(serializers.Serializer):
    """The work that the answers bring, by the organisation's own past; null where that is too short to say."""

    expected = serializers.IntegerField(allow_null=True)
    a_day = serializers.FloatField(allow_null=True)
    closed_a_day = serializers.FloatField()
    spread_days = serializers.IntegerField(allow_null=True, help_text="Sending days over which the team keeps up.")


class ShortageSerializer(serializers.Serializer):
    programme = serializers.IntegerField(source="programme_id")
    name = serializers.CharField()
    starts_on = serializers.DateField()
    wanted = serializers.IntegerField()
    left = serializers.IntegerField()


class PatienceSerializer(serializers.Serializer):
    second_time = serializers.IntegerField(help_text="Recipients who were asked this year already.")
    rest_until = serializers.DateField(allow_null=True)
    shortages = ShortageSerializer(many=True)


class CostSerializer(serializers.Serializer):
    """What the texts cost by the organisation's prices; `most` with every reminder. Null where no price is known."""

    channel = serializers.CharField()
    texts = serializers.IntegerField()
    parts = serializers.IntegerField()
    most_parts = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=8, decimal_places=5, allow_null=True, help_text="Of a part.")
    amount = serializers.DecimalField(max_digits=20, decimal_places=5, allow_null=True)
    most = serializers.DecimalField(max_digits=20, decimal_places=5, allow_null=True)
    currency = serializers.CharField()


class EffortSerializer(serializers.Serializer):
    """What calling takes, at what calls have taken so far; `is_measured` false: an assumption."""

    calls = serializers.FloatField(help_text="A person.")
    minutes = serializers.FloatField(help_text="A call.")
    hours = serializers.FloatField(help_text="Of interviewers, in all.")
    is_measured = serializers.BooleanField()


class SimulationSerializer(serializers.Serializer):
    """`eligible` = `recipients` + the sum of `skipped`; bases: observed, assumed."""

    eligible = serializers.IntegerField()
    recipients = serializers.IntegerField()
    skipped: serializers.Field = serializers.DictField(child=serializers.IntegerField())
    expected_answers = serializers.IntegerField()
    answers_low = serializers.IntegerField(help_text="95 % interval of the answers.")
    answers_high = serializers.IntegerField()
    response_rate = serializers.FloatField()
    rate_basis = serializers.ChoiceField(choices=["observed", "assumed"])
    margin = serializers.FloatField(allow_null=True, help_text="± points of NPS at 95 %.")
    languages: serializers.Field = serializers.DictField(child=serializers.IntegerField())
    channels: serializers.Field = serializers.DictField(child=serializers.IntegerField())
    cost: serializers.Field = CostSerializer(allow_null=True, help_text="Null where no text would leave.")
    quarantine_days = serializers.IntegerField()
    days = SendingDaySerializer(many=True, help_text="By telephone: calls, where a daily cap says how many.")
    first_at = serializers.DateTimeField(allow_null=True, help_text="When a wave's first mail leaves.")
    last_date = serializers.DateField(allow_null=True)
    after_close = serializers.IntegerField(
        help_text="Of the days' invitations: after the wave's end, so they never leave."
    )
    effort: serializers.Field = EffortSerializer(allow_null=True, help_text="Null where nobody is called.")
    cases: serializers.Field = CasesSerializer()
    patience: serializers.Field = PatienceSerializer()


class InvitationSerializer(serializers.Serializer):
    """One person of a programme. Links only for keys with the scope `invitations:links`, and only where one was asked."""

    id = serializers.IntegerField()
    programme = serializers.IntegerField(source="programme_id")
    survey = serializers.IntegerField(source="survey_id")
    customer = serializers.CharField(source="customer.external_id", allow_null=True)
    customer_id = serializers.IntegerField()
    language = serializers.CharField()
    channel = serializers.CharField(help_text="email, sms or whatsapp.")
    occasion = serializers.CharField(help_text="A wave's number, a continuous programme's period, an event's id.")
    state = serializers.ChoiceField(choices=Invitation.State.choices)
    skip_reason = serializers.CharField(allow_null=True)
    url = serializers.SerializerMethodField()
    unsubscribe_url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Invitation) -> dict[str, Any]:
        data = super().to_representation(instance)
        return data | {"skip_reason": instance.skip_reason or None}

    def get_url(self, invitation: Invitation) -> str | None:
        return personal_url(invitation) if self._shows_links(invitation) else None

    def get_unsubscribe_url(self, invitation: Invitation) -> str | None:
        return unsubscribe_url(invitation.unsubscribe_token) if self._shows_links(invitation) else None

    def _shows_links(self, invitation: Invitation) -> bool:
        return bool(self.context.get("links")) and invitation.state != Invitation.State.SKIPPED
