"""The organisation's own attributes: named, renamed, dropped with their values."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from nps_platform.customers.attributes import key_for
from nps_platform.customers.models import AttributeDefinition, Customer, Segment
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership

_BATCH = 1000


class AttributeInUse(ValueError):
    """Segments ask for this attribute; `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def save_attribute(definition: AttributeDefinition, *, by: Membership | None) -> AttributeDefinition:
    """Make or rename an attribute. Its key comes from its first name and stays, as does its type."""
    with transaction.atomic():
        created = definition.pk is None
        if created:
            definition.key = _free_key(definition.label)
        definition.save()
        audit.record("attribute.created" if created else "attribute.changed", definition, by=by, kind=definition.kind)
    return definition


def _free_key(label: str) -> str:
    base = key_for(label) or "attribute"
    taken = set(AttributeDefinition.objects.values_list("key", flat=True))
    return next(key for key in (base, *(f"{base[:56]}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def delete_attribute(definition: AttributeDefinition, *, by: Membership | None) -> int:
    """Drop an attribute and every customer's value of it; answers how many had one. Raises AttributeInUse."""
    names = segments_using(definition)
    if names:
        raise AttributeInUse(names)
    with transaction.atomic():
        lost = _drop_values(definition.key)
        audit.record("attribute.deleted", definition, by=by, customers=lost)
        definition.delete()
    return lost


def segments_using(definition: AttributeDefinition) -> list[str]:
    """Names of the segments whose rules ask for this attribute."""
    wanted = f"attribute:{definition.key}"
    return [
        s.name for s in Segment.objects.all() if any(wanted == c.get("field") for c in s.rules.get("conditions", []))
    ]


def customers_with(key: str) -> QuerySet[Customer]:
    """Those who have a value of this attribute."""
    return Customer.objects.filter(attributes__has_key=key)


def _drop_values(key: str) -> int:
    dropped = 0
    while some := list(customers_with(key).only("pk", "attributes")[:_BATCH]):
        for customer in some:
            customer.attributes.pop(key)
        Customer.objects.bulk_update(some, ["attributes"], batch_size=200)
        dropped += len(some)
    return dropped
