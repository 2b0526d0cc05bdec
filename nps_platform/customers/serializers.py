"""The API's shapes of this room (CONTRACT)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_platform.customers.models import Customer, CustomerPermission
from nps_platform.customers.rows import CustomerRow, PermissionRow
from nps_platform.tenancy.api_schema import FieldProblemSerializer

MAX_ATTRIBUTES_A_ROW = 200
_TEXTS = ("email", "phone", "name", "language", "account", "unit", "timezone", "country")
_DATES = ("joined_on", "lost_on")


@extend_schema_field({"oneOf": [{"type": t} for t in ("string", "number", "boolean")], "nullable": True})
class AttributeValueField(serializers.Field):
    """A text, number, true or false; null takes the attribute away."""

    default_error_messages = {"invalid": "A text, a number, true, false or null."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> str | int | float | bool:
        if not isinstance(data, str | int | float):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class PermissionSerializer(serializers.Serializer):
    purpose = serializers.ChoiceField(CustomerPermission.Purpose.choices)
    channel = serializers.ChoiceField(CustomerPermission.Channel.choices)
    granted = serializers.BooleanField(default=True)
    basis = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    source = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    text_version = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    at = serializers.DateTimeField(required=False)


class CustomerWriteSerializer(serializers.Serializer):
    """One customer to create or change. What is left out stays; null or an empty text clears."""

    external_id = serializers.CharField(max_length=100, required=False, allow_blank=True, allow_null=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, allow_null=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, allow_null=True)
    language = serializers.CharField(required=False, allow_blank=True, allow_null=True, help_text="es, en, it, …")
    account = serializers.CharField(
        max_length=100, required=False, allow_blank=True, allow_null=True, help_text="An account's number; made if new."
    )
    unit = serializers.CharField(required=False, allow_blank=True, allow_null=True, help_text="A unit's code or name.")
    timezone = serializers.CharField(
        max_length=64, required=False, allow_blank=True, allow_null=True, help_text="Such as America/Santiago."
    )
    country = serializers.CharField(
        max_length=2, required=False, allow_blank=True, allow_null=True, help_text="Two letters, such as CL."
    )
    joined_on = serializers.DateField(required=False, allow_null=True)
    lost_on = serializers.DateField(required=False, allow_null=True)
    attributes = serializers.DictField(child=AttributeValueField(), required=False)
    permissions = PermissionSerializer(many=True, required=False)

    def validate_attributes(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) > MAX_ATTRIBUTES_A_ROW:
            raise serializers.ValidationError(f"At most {MAX_ATTRIBUTES_A_ROW} attributes.")
        return given

    def to_row(self) -> CustomerRow:
        """The validated row; null and "" mean the same."""
        given = self.validated_data
        texts: dict[str, Any] = {name: given[name] or "" for name in _TEXTS if name in given}
        dates: dict[str, Any] = {name: given[name] for name in _DATES if given.get(name)}
        return CustomerRow(
            external_id=given.get("external_id") or "",
            **texts,
            **dates,
            attributes=given.get("attributes", {}),
            permissions=tuple(PermissionRow(**permission) for permission in given.get("permissions", [])),
            clears=frozenset(name for name in _DATES if name in given and given[name] is None),
        )


class CustomerResultSerializer(serializers.Serializer):
    """What became of one row, in the order sent."""

    status = serializers.ChoiceField(["created", "updated", "unchanged", "refused"])
    id = serializers.IntegerField(allow_null=True)
    external_id = serializers.CharField(allow_null=True, allow_blank=True)
    errors = FieldProblemSerializer(many=True)  # type: ignore[assignment]


class UpsertSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = CustomerResultSerializer(many=True)


class SuppressionSerializer(serializers.Serializer):
    channel = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class CustomerSerializer(serializers.ModelSerializer):
    """A customer. An erased one keeps neither number nor name."""

    external_id = serializers.SerializerMethodField()
    account = serializers.CharField(source="account.external_id", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    attributes = serializers.DictField(child=AttributeValueField())
    permissions = PermissionSerializer(many=True)
    suppressions = SuppressionSerializer(many=True)

    class Meta:
        model = Customer
        fields = [
            "id", "external_id", "email", "phone", "name", "language", "account", "unit", "timezone", "country", "joined_on", "lost_on",
            "attributes", "permissions", "suppressions", "created_at", "updated_at", "erased_at",
        ]  # fmt: skip

    @extend_schema_field({"type": "string", "nullable": True})
    def get_external_id(self, customer: Customer) -> str | None:
        return None if customer.erased_at else customer.external_id


class RevenueRowSerializer(serializers.Serializer):
    """Documents a row; rows are read one by one by `api_revenue.read_row`, ten thousand at a time."""

    customer = serializers.CharField(max_length=100, help_text="external_id, else e-mail.")
    period = serializers.CharField(help_text="2026-03")
    amount = serializers.DecimalField(max_digits=16, decimal_places=4)
    currency = serializers.CharField(min_length=3, max_length=3)


class RevenueErrorSerializer(FieldProblemSerializer):
    index = serializers.IntegerField(help_text="The row's place in the list, from 0.")


class CurrencyAmountSerializer(serializers.Serializer):
    currency = serializers.CharField()
    amount = serializers.DecimalField(max_digits=24, decimal_places=4)


class RevenueResultSerializer(serializers.Serializer):
    """`unmatched` rows are among the accepted: their customer is not known yet."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    amounts = CurrencyAmountSerializer(many=True)
    unmatched_amounts = CurrencyAmountSerializer(many=True)
    errors = RevenueErrorSerializer(many=True)  # type: ignore[assignment]
