"""The API's shapes of an export."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.exports.models import Export
from nps_platform.tenancy.models import Unit
from surveys.models import Survey, Touchpoint


class ExportSerializer(serializers.ModelSerializer):
    """An export. `url` gives the file to a key, from `done` until `expires_at`; else it is null."""

    kind = serializers.ChoiceField(choices=Export.Kind.choices, read_only=True)
    format = serializers.ChoiceField(choices=Export.Format.choices, read_only=True)
    state = serializers.ChoiceField(choices=Export.State.choices, read_only=True)
    asked_by = serializers.CharField(source="who", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = [
            "id", "kind", "format", "state", "rows_total", "rows_done", "file_bytes", "asked_by", "created_at", "finished_at",
            "expires_at", "error", "url",
        ]  # fmt: skip

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, export: Export) -> Any:
        return settings.BASE_URL + reverse("api_export_file", args=[export.pk]) if export.is_there else None


class ExportWriteSerializer(serializers.Serializer):
    """What is taken away. The filters are those of the pages' addresses; what is left out narrows nothing."""

    kind = serializers.ChoiceField(choices=Export.Kind.choices)
    format = serializers.ChoiceField(choices=Export.Format.choices, required=False, default=Export.Format.CSV)
    survey = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.all(), required=False)
    touchpoint = serializers.PrimaryKeyRelatedField(queryset=Touchpoint.objects.all(), required=False)
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), required=False, help_text="Its id.")
    nps_class = serializers.ChoiceField(choices=["promoter", "passive", "detractor"], required=False)
    view = serializers.ChoiceField(
        choices=["open", "unassigned", "overdue", "resolved"],
        required=False,
        help_text="Of cases, their timelines and notes.",
    )
    period = serializers.CharField(
        max_length=40,
        required=False,
        help_text="Of answers: 2026-10, 2026-Q3, 2026, last-90-days (the usual), last-12-months.",
    )
