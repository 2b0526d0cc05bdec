"""The API's shapes of surveys, programmes and invitations (CONTRACT). They validate; actions do the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.customers.models import Segment
from nps_platform.tenancy.models import Language
from surveys.links import personal_url, unsubscribe_url
from surveys.models import Invitation, Programme, Stage, Survey, SurveyKind, Touchpoint
from surveys.wording import CLASSES

TEXT_LENGTH = 2000
TEMPLATE_KEYS = ("nps", *(f"why-{c}" for c in CLASSES), "contact")


class TextsField(serializers.DictField):
    """{language: {"text": …, "help": …}}."""

    def __init__(self, **kwargs: Any) -> None:
        words = serializers.DictField(child=serializers.CharField(max_length=TEXT_LENGTH, allow_blank=True))
        super().__init__(child=words, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str]]:
        texts = super().to_internal_value(data)
        if unknown := [language for language in texts if language not in Language.values]:
            raise serializers.ValidationError(_("There is no language “%(language)s”.") % {"language": unknown[0][:20]})
        return texts


class QuestionSerializer(serializers.Serializer):
    """One question; keys of the templates: nps, why-promoter, why-passive, why-detractor, contact."""

    key = serializers.ChoiceField(choices=TEMPLATE_KEYS)
    kind = serializers.CharField(read_only=True)
    shown_for = serializers.ListField(child=serializers.CharField(), read_only=True)
    texts = TextsField()


@extend_schema_field({"type": "object", "additionalProperties": True})
class ThanksField(serializers.DictField):
    """{class: {language: {"title", "body"}}}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=TextsField(), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        thanks = super().to_internal_value(data)
        if unknown := [c for c in thanks if c not in CLASSES]:
            raise serializers.ValidationError(_("There is no class “%(name)s”.") % {"name": unknown[0][:20]})
        return thanks

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {page.nps_class: page.texts for page in value.all()}


class SurveySerializer(serializers.Serializer):
    """A survey. Whatever is left out comes from the kind's template in each language."""

    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(choices=SurveyKind.choices)
    name = serializers.CharField(max_length=120)
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=Language.choices), min_length=1, max_length=3, required=False
    )
    stage: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Stage.objects.all(), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True
    )
    subject_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    ask_contact = serializers.BooleanField(required=False)
    questions = QuestionSerializer(many=True, required=False)
    thanks = ThanksField(required=False)
    state = serializers.CharField(read_only=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)

    def validate_languages(self, languages: list[str]) -> list[str]:
        return list(dict.fromkeys(languages))


class SurveyChangeSerializer(SurveySerializer):
    """Of a published survey only the name may change."""

    kind = serializers.ChoiceField(choices=SurveyKind.choices, read_only=True)


class ReminderSerializer(serializers.Serializer):
    after_days = serializers.IntegerField(min_value=1, max_value=180)


class ProgrammeSerializer(serializers.Serializer):
    """A wave by e-mail. `audience`: a segment's id, null for everyone; `quarantine_days`: null is the organisation's, 0 waives."""

    id = serializers.IntegerField(read_only=True)
    survey: serializers.Field = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.all())
    name = serializers.CharField(max_length=120)
    mode = serializers.ChoiceField(choices=Programme.Mode.choices, default=Programme.Mode.WAVE)
    channel = serializers.ChoiceField(choices=Programme.Channel.choices, default=Programme.Channel.EMAIL)
    audience: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, allow_null=True
    )
    quarantine_days = serializers.IntegerField(min_value=0, max_value=3650, required=False, allow_null=True)
    reminders = ReminderSerializer(many=True, required=False, max_length=1)  # type: ignore[call-arg]
    open_days = serializers.IntegerField(min_value=1, max_value=365, default=21)
    state = serializers.CharField(read_only=True)
    launched_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closes_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    eligible = serializers.IntegerField(read_only=True, allow_null=True)
    recipients = serializers.IntegerField(read_only=True, allow_null=True)
    skipped: serializers.Field = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    def to_representation(self, instance: Programme) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "survey": instance.survey_id,
            "name": instance.name,
            "mode": instance.mode,
            "channel": instance.channel,
            "audience": instance.audience_id,
            "quarantine_days": instance.quarantine_days,
            "reminders": [{"after_days": instance.reminder_days}] if instance.reminder_days else [],
            "open_days": instance.open_days,
            "state": instance.state,
            "launched_at": instance.launched_at,
            "closes_at": instance.closes_at,
            "closed_at": instance.closed_at,
            "eligible": instance.counts.get("eligible"),
            "recipients": instance.counts.get("recipients"),
            "skipped": instance.counts.get("skipped", {}),
        }


class SimulationSerializer(serializers.Serializer):
    """`eligible` = `recipients` + the sum of `skipped`; bases: observed, assumed."""

    eligible = serializers.IntegerField()
    recipients = serializers.IntegerField()
    skipped: serializers.Field = serializers.DictField(child=serializers.IntegerField())
    expected_answers = serializers.IntegerField()
    response_rate = serializers.FloatField()
    rate_basis = serializers.ChoiceField(choices=["observed", "assumed"])
    margin = serializers.FloatField(allow_null=True, help_text="± points of NPS at 95 %.")
    quarantine_days = serializers.IntegerField()


class InvitationSerializer(serializers.Serializer):
    """One person of a programme. Links only for keys with the scope `invitations:links`, and only where one was asked."""

    id = serializers.IntegerField()
    programme = serializers.IntegerField(source="programme_id")
    survey = serializers.IntegerField(source="survey_id")
    customer = serializers.CharField(source="customer.external_id", allow_null=True)
    customer_id = serializers.IntegerField()
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=Invitation.State.choices)
    skip_reason = serializers.CharField(allow_null=True)
    url = serializers.SerializerMethodField()
    unsubscribe_url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
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
