"""The API's shapes of a survey and what it says (CONTRACT). They validate; actions do the work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.customers.models import Segment
from nps_platform.lib.languages import is_language
from nps_platform.messaging.gateway.interface import TEMPLATE_NUMBER
from surveys.authoring.content import (
    CLASSES,
    LONGEST,
    LONGEST_OPTION,
    MOST_OPTIONS,
    NPS_KEY,
    NUMBERS,
    MailTexts,
    NextStep,
    Question,
    QuestionKind,
    ThanksPage,
)
from surveys.models import Stage, Survey, SurveyKind, Touchpoint

TEXT_LENGTH = 2000
MOST_LANGUAGES = 30
MOST_QUESTIONS = 30
TEMPLATE_KEYS = (NPS_KEY, *(f"why-{c}" for c in CLASSES), "contact")
CLASS_CHOICES = [(c.value, c.label) for c in CLASSES]


def _known(language: str) -> str:
    if not is_language(language):
        raise serializers.ValidationError(_("There is no language “%(language)s”.") % {"language": language[:20]})
    return language


class LanguageField(serializers.CharField):
    """A language's code: "es", "pt-br", "ar"."""

    def to_internal_value(self, data: Any) -> str:
        return _known(super().to_internal_value(data).lower())


class WordsField(serializers.DictField):
    """{language: text}."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", serializers.CharField(max_length=TEXT_LENGTH, allow_blank=True))
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        texts = super().to_internal_value(data)
        for language in texts:
            _known(language)
        return texts


class TextsField(WordsField):
    """{language: {"text": …, "help": …}}. A language or text that isn't named stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        words = serializers.DictField(child=serializers.CharField(max_length=TEXT_LENGTH, allow_blank=True))
        super().__init__(child=words, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        texts = super().to_internal_value(data)
        long = {
            language: {name: [_too_long(LONGEST[name])] for name, text in words.items() if _is_long(name, text)}
            for language, words in texts.items()
        }
        if wrong := {language: names for language, names in long.items() if names}:
            raise serializers.ValidationError(wrong)
        return texts


def _is_long(name: str, text: str) -> bool:
    """Longer than the editor takes: it could never be saved there again."""
    return name in LONGEST and len(text) > LONGEST[name]


def _too_long(limit: int) -> str:
    return _("No more than %(n)d letters.") % {"n": limit}


class MailTextsSerializer(serializers.Serializer):
    """The invitation's own words in one language."""

    subject = serializers.CharField(max_length=120, required=False, allow_blank=True)
    greeting = serializers.CharField(max_length=120, required=False, allow_blank=True)
    intro = serializers.CharField(max_length=600, required=False, allow_blank=True)
    signature = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reminder = serializers.CharField(max_length=600, required=False, allow_blank=True)
    sms = serializers.CharField(
        max_length=400, required=False, allow_blank=True, help_text="Of SMS and WhatsApp; link and way out follow it."
    )
    sms_reminder = serializers.CharField(max_length=400, required=False, allow_blank=True)
    whatsapp = serializers.RegexField(
        rf"\A{TEMPLATE_NUMBER}\Z",
        required=False,
        allow_blank=True,
        help_text="The template that WhatsApp approved; empty: the organisation's.",
    )


@extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}})
class MailField(WordsField):
    """{language: {"subject", "greeting", "intro", "signature", "reminder", "sms", "sms_reminder", "whatsapp"}}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=MailTextsSerializer(), **kwargs)

    def to_representation(self, value: dict[Any, Any]) -> dict[Any, Any]:
        mail: dict[str, MailTexts] = value
        return {language: asdict(texts) for language, texts in mail.items()}


class ConditionSerializer(serializers.Serializer):
    """When a question is shown. `classes` empty: to all; `answers`: option keys or numbers of the earlier `question`."""

    classes: serializers.Field = serializers.ListField(
        child=serializers.ChoiceField(choices=CLASS_CHOICES), required=False
    )
    question = serializers.CharField(max_length=40, required=False, allow_blank=True)
    answers: serializers.Field = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=MOST_OPTIONS
    )


class OptionSerializer(serializers.Serializer):
    key = serializers.SlugField(max_length=40)
    texts = WordsField(child=serializers.CharField(max_length=LONGEST_OPTION, allow_blank=True), required=False)


class QuestionSerializer(serializers.Serializer):
    """One question. The template's keys: nps, why-promoter, why-passive, why-detractor, contact; a new key needs its `kind`.

    `remove` takes it away; `position` (from 0) moves it; the score stays first. `low` and `high` are null where the kind has no numbers.
    """

    key = serializers.SlugField(max_length=40)
    kind = serializers.ChoiceField(choices=QuestionKind.choices, required=False)
    required: serializers.Field = serializers.BooleanField(required=False)  # type: ignore[assignment]
    shown = ConditionSerializer(required=False)
    options = OptionSerializer(many=True, required=False, max_length=MOST_OPTIONS)  # type: ignore[call-arg]
    low = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    high = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    texts = TextsField(required=False)
    position = serializers.IntegerField(min_value=0, required=False, write_only=True)
    remove = serializers.BooleanField(required=False, write_only=True)

    def validate_options(self, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [option["key"] for option in options]
        if len(set(keys)) != len(keys):
            raise serializers.ValidationError(_("Two answers have the same key."))
        return options

    def to_representation(self, instance: Question) -> dict[str, Any]:
        low, high = instance.range if instance.kind in NUMBERS else (None, None)
        return {**asdict(instance), "low": low, "high": high}


@extend_schema_field({"type": "object", "additionalProperties": True})
class ThanksField(serializers.DictField):
    """{class: {language: {"title", "body"}}}: the pages for everybody of a class."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=TextsField(), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        thanks = super().to_internal_value(data)
        if unknown := [c for c in thanks if c not in CLASSES]:
            raise serializers.ValidationError(_("There is no class “%(name)s”.") % {"name": unknown[0][:20]})
        return thanks

    def to_representation(self, value: Any) -> dict[str, Any]:
        pages: tuple[ThanksPage, ...] = value
        return {page.nps_class: page.texts for page in pages if not page.segment}


class ThanksPageSerializer(serializers.Serializer):
    """A thank-you page with its next step; the first whose class and segment fit is shown."""

    nps_class = serializers.ChoiceField(choices=CLASS_CHOICES)
    segment = serializers.IntegerField(required=False, allow_null=True, default=None)
    step = serializers.ChoiceField(choices=NextStep.choices, required=False, default="", allow_blank=True)
    code = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    url = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    review_url = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    texts = TextsField(required=False, default=dict)

    def validate_segment(self, segment: int | None) -> int | None:
        if segment is not None and not Segment.objects.filter(pk=segment).exists():
            raise serializers.ValidationError(_("There is no such segment."))
        return segment


class SurveySerializer(serializers.Serializer):
    """A survey with its working copy. Whatever is left out comes from the kind's template in each language.

    `version` is the number of what is live, `has_changes` whether the working copy says anything else.
    """

    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(choices=SurveyKind.choices)
    name = serializers.CharField(max_length=120)
    languages = serializers.ListField(child=LanguageField(), min_length=1, max_length=MOST_LANGUAGES, required=False)
    stage: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Stage.objects.all(), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True
    )
    subject_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    ask_contact = serializers.BooleanField(required=False)
    questions = QuestionSerializer(many=True, required=False, max_length=MOST_QUESTIONS)  # type: ignore[call-arg]
    thanks = ThanksField(required=False)
    thanks_pages = ThanksPageSerializer(many=True, required=False, max_length=MOST_QUESTIONS)  # type: ignore[call-arg]
    mail = MailField(required=False)
    state = serializers.CharField(read_only=True)
    version = serializers.IntegerField(read_only=True, allow_null=True)
    has_changes = serializers.BooleanField(read_only=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)

    def validate_languages(self, languages: list[str]) -> list[str]:
        return list(dict.fromkeys(languages))

    def validate_questions(self, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = self._known_questions()
        for question in questions:
            key, told = question["key"], question.get("kind")
            if key not in known and not told:
                message = _("The survey has no question “%(key)s”: a new one needs its kind.")
                raise serializers.ValidationError(message % {"key": key})
            if told and told != known.setdefault(key, told):
                message = _("“%(key)s” is a question of another kind: take it away and add a new one.")
                raise serializers.ValidationError(message % {"key": key})
            if question.get("remove"):
                known.pop(key)
            if question.get("kind") == QuestionKind.NPS and question["key"] != NPS_KEY:
                raise serializers.ValidationError(_("A survey asks for the score once."))
        return questions

    def _known_questions(self) -> dict[str, str]:
        """Each question's kind by its key."""
        if self.instance:
            return {q.key: q.kind for q in self.instance.draft_content.questions}
        kinds = {NPS_KEY: QuestionKind.NPS, "contact": QuestionKind.CONTACT}
        return {key: kinds.get(key, QuestionKind.TEXT).value for key in TEMPLATE_KEYS}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As on the page: a place for the kinds that ask about one."""
        kind = self.instance.kind if self.instance else attrs["kind"]
        if attrs.get("touchpoint") and kind != SurveyKind.TRANSACTIONAL:
            raise serializers.ValidationError({"touchpoint": _("Only a transactional survey asks about a touchpoint.")})
        if attrs.get("stage") and kind not in (SurveyKind.PHASE, SurveyKind.TRANSACTIONAL):
            raise serializers.ValidationError({"stage": _("A survey of this kind asks about no stage.")})
        return attrs

    def validate_thanks_pages(self, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [(page["nps_class"], page["segment"]) for page in pages]
        if len(set(keys)) != len(keys):
            raise serializers.ValidationError(_("Two thank-you pages for the same customers."))
        return pages

    def to_representation(self, instance: Survey) -> dict[str, Any]:
        content = instance.draft_content
        stamp = serializers.DateTimeField().to_representation
        return {
            "id": instance.pk,
            "kind": instance.kind,
            "name": instance.name,
            "languages": list(content.languages),
            "stage": instance.stage_id,
            "touchpoint": instance.touchpoint_id,
            "subject_name": content.subject,
            "ask_contact": content.contact is not None,
            "questions": QuestionSerializer(content.questions, many=True).data,
            "thanks": ThanksField().to_representation(content.thanks),
            "thanks_pages": [asdict(page) for page in content.thanks],
            "mail": MailField().to_representation(content.mail),
            "state": instance.state,
            "version": instance.published.number if instance.published else None,
            "has_changes": instance.has_changes,
            "published_at": stamp(instance.published_at) if instance.published_at else None,
            "created_at": stamp(instance.created_at),
        }


class SurveyChangeSerializer(SurveySerializer):
    """Changes of the working copy; what is live changes by publishing."""

    kind = serializers.ChoiceField(choices=SurveyKind.choices, read_only=True)


class PublishSerializer(serializers.Serializer):
    """`without` leaves languages out of this version; their readers get the first language."""

    without = serializers.ListField(child=LanguageField(), required=False, default=list, max_length=MOST_LANGUAGES)
