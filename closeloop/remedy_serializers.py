"""The API's shapes of promises and remedies. They validate; the actions work."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import serializers

from closeloop.models import Grant, Pledge, Remedy


class PromiseSerializer(serializers.ModelSerializer):
    """What was promised, and whether it was kept."""

    made_by = serializers.CharField(source="made_by.user.email", allow_null=True, default=None, read_only=True)

    class Meta:
        model = Pledge
        fields = ["id", "text", "due_on", "state", "made_by", "made_at", "settled_at"]
        read_only_fields = fields


class PromiseWriteSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=200)
    due_on = serializers.DateField()


class SettleSerializer(serializers.Serializer):
    kept = serializers.BooleanField()


class RemedySerializer(serializers.ModelSerializer):
    """One line of the organisation's list; `cost` is the usual one, in the organisation's currency."""

    class Meta:
        model = Remedy
        fields = ["id", "name", "kind", "cost", "is_active"]
        read_only_fields = fields


class GrantSerializer(serializers.ModelSerializer):
    """A remedy given in a case, or asked for; people are named by their address."""

    remedy = serializers.CharField(source="remedy.name", read_only=True)
    asked_by = serializers.CharField(source="asked_by.user.email", allow_null=True, default=None, read_only=True)
    decided_by = serializers.CharField(source="decided_by.user.email", allow_null=True, default=None, read_only=True)

    class Meta:
        model = Grant
        fields = [
            "id", "remedy", "cost", "currency", "note", "state", "asked_by", "asked_at", "decided_by", "decided_at", "decision_note",
        ]  # fmt: skip
        read_only_fields = fields


class GrantWriteSerializer(serializers.Serializer):
    """A remedy by name; without `cost` its usual one."""

    remedy = serializers.CharField(max_length=80)
    cost = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")

    def validate_remedy(self, value: str) -> Remedy:
        found = Remedy.objects.filter(name=value, is_active=True).first()
        if found is None:
            raise serializers.ValidationError(_("There is no remedy of this name in use."), code="unknown")
        return found


class DecideSerializer(serializers.Serializer):
    approve = serializers.BooleanField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
