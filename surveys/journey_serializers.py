"""The API's shapes of the journey: stages, touchpoints and notes. They validate as the screens' forms do; actions do the work."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from nps_platform.tenancy.models import Membership
from surveys.journey_forms import possible_owners
from surveys.models import QualitativeNote, Stage, Touchpoint

MOST_QUOTES = 200
LONGEST_QUOTES = 10_000

Row = TypeVar("Row", Stage, Touchpoint)


class PlaceSerializer(serializers.Serializer):
    """What stages and touchpoints have in common. `owner` is a colleague's address; `surveys` are the live ones that listen there.

    `before` puts it in front of another one's id; null: last. `position` grows along the journey.
    """

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    target = serializers.IntegerField(min_value=-100, max_value=100, required=False, allow_null=True)
    owner = serializers.EmailField(required=False, allow_null=True)
    position = serializers.IntegerField(read_only=True)
    before = serializers.IntegerField(required=False, allow_null=True, write_only=True)
    surveys: serializers.Field = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    def validate_owner(self, value: str | None) -> Membership | None:
        if value is None:
            return None
        found = possible_owners(self.instance.owner if self.instance else None).filter(user__email__iexact=value)
        if not (owner := found.first()):
            raise serializers.ValidationError(_("No colleague has this address."), code="unknown")
        return owner

    def to_representation(self, instance: Stage | Touchpoint) -> dict[str, Any]:
        owner = instance.owner.user.email if instance.owner else None
        told = {"id": instance.pk, "name": instance.name, "target": instance.target, "owner": owner}
        listening = sorted(survey.pk for survey in instance.listening)  # type: ignore[union-attr]  # journey_api prefetches it
        return told | {"position": instance.position, "surveys": listening}


class StageSerializer(PlaceSerializer):
    """A phase of the journey, or a channel. `surveys` ask about the stage as a whole."""

    kind: serializers.Field = serializers.ChoiceField(choices=Stage.Kind.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name = attrs.get("name")
        if name and _others(Stage.objects.all(), self.instance).filter(name__iexact=name).exists():
            raise serializers.ValidationError({"name": _("There is a stage with this name.")})
        return attrs | _before(attrs, Stage.objects.all())

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return super().to_representation(instance) | {"kind": instance.kind}


class TouchpointSerializer(PlaceSerializer):
    """An interaction within a stage. `importance` is what the company declares, 1 minor to 5 decisive."""

    stage: serializers.Field = serializers.PrimaryKeyRelatedField(queryset=Stage.objects.all())
    importance = serializers.IntegerField(min_value=1, max_value=5, required=False)
    moment_of_truth = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kept: Touchpoint | None = self.instance
        stage: Stage = attrs["stage"] if "stage" in attrs or kept is None else kept.stage
        name: str = attrs["name"] if "name" in attrs or kept is None else kept.name
        there = _others(stage.touchpoints.all(), kept)
        if there.filter(name__iexact=name).exists():
            raise serializers.ValidationError({"name": _("The stage has a touchpoint with this name.")})
        return attrs | _before(attrs, stage.touchpoints.all())

    def to_representation(self, instance: Any) -> dict[str, Any]:
        own = {"stage": instance.stage_id, "importance": instance.importance}
        return super().to_representation(instance) | own | {"moment_of_truth": instance.moment_of_truth}


class TouchpointsAskedSerializer(serializers.Serializer):
    """What the list of touchpoints is narrowed by."""

    stage: serializers.Field = serializers.PrimaryKeyRelatedField(queryset=Stage.objects.all(), required=False)


def _others(rows: QuerySet[Row], kept: Row | None) -> QuerySet[Row]:
    return rows.exclude(pk=kept.pk) if kept else rows


def _before(attrs: dict[str, Any], rows: QuerySet[Row]) -> dict[str, Row | None]:
    """The row that `before` names, where it was told."""
    if attrs.get("before") is None:
        return {}
    found = next((row for row in rows if row.pk == attrs["before"]), None)
    if found is None:
        raise serializers.ValidationError({"before": _("There is nothing with this id to put it in front of.")})
    return {"before": found}


# --- notes -----------------------------------------------------------------------------------------------------------
class QuotesField(serializers.ListField):
    """Customers' own words: a list of quotes, kept a line each."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=2000), max_length=MOST_QUOTES, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        kept = "\n".join(" ".join(quote.split()) for quote in super().to_internal_value(data))
        if len(kept) > LONGEST_QUOTES:
            raise serializers.ValidationError(_("The quotes are too long to be kept."), code="max_length")
        return kept

    def to_representation(self, data: Any) -> list[str]:
        return [line.strip() for line in data.splitlines() if line.strip()]


class NoteSerializer(serializers.Serializer):
    """What an interview, a focus group or an observation taught. It stands on a touchpoint, else a stage, else the whole journey.

    Keep names, addresses and telephones out: erasing a customer can't find them in free text.
    """

    id = serializers.IntegerField(read_only=True)
    kind: serializers.Field = serializers.ChoiceField(choices=QualitativeNote.Kind.choices, required=False)
    held_on = serializers.DateField(help_text="Not a day to come.")
    stage: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Stage.objects.all(), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True
    )
    people = serializers.IntegerField(min_value=1, max_value=32_767, required=False, help_text="How many were heard.")
    who = serializers.CharField(max_length=200, required=False, allow_blank=True)
    text = serializers.CharField(max_length=20_000)
    quotes = QuotesField(required=False)
    created_at = serializers.DateTimeField(read_only=True)

    def validate_held_on(self, value: date) -> date:
        if value > timezone.localdate():
            raise serializers.ValidationError(_("This day is still to come."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """It stands in one place: what is told now takes the place of what was told before."""
        if attrs.get("touchpoint"):
            return attrs | {"stage": None}
        return attrs | {"touchpoint": None} if attrs.get("stage") else attrs


class NotesAskedSerializer(serializers.Serializer):
    """What the list of notes is narrowed by."""

    q = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Words in text, quotes or who was heard."
    )
    kind: serializers.Field = serializers.ChoiceField(choices=QualitativeNote.Kind.choices, required=False)
    stage: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Stage.objects.all(), required=False, help_text="On it or on one of its touchpoints."
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False
    )
    vars()["from"] = serializers.DateField(required=False)
    to = serializers.DateField(required=False)
