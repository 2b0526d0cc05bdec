"""What rows refer to, read once a run: units by code and name, attributes by key."""

from __future__ import annotations

from dataclasses import dataclass, field

from nps_platform.customers.attributes import KEY, MAX_ATTRIBUTES, customer_attributes, kind_of_value
from nps_platform.customers.models import AttributeDefinition
from nps_platform.customers.rows import AttributeValue
from nps_platform.lib.words import fold
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import current_organization


@dataclass
class Directory:
    """Units and attributes of the current organisation; new attributes wait in `attributes` until they are saved."""

    units: dict[str, int]
    attributes: dict[str, AttributeDefinition]
    countries: dict[int, str] = field(default_factory=dict)  # of the units that have one
    decimal_comma: bool | None = None
    day_first: bool | None = None
    unsaved: list[AttributeDefinition] = field(default_factory=list)

    @classmethod
    def load(cls, *, decimal_comma: bool | None = None, day_first: bool | None = None) -> Directory:
        """Two queries."""
        units: dict[str, int] = {}
        countries: dict[int, str] = {}
        for pk, code, name, country in Unit.objects.order_by("-pk").values_list("pk", "code", "name", "country"):
            units.setdefault(f"name:{fold(name)}", pk)
            units[f"code:{fold(code)}"] = pk
            if country:
                countries[pk] = country
        return cls(units, {d.key: d for d in customer_attributes()}, countries, decimal_comma, day_first)

    def unit(self, text: str) -> int | None:
        """The unit with this code, else with this name; None where there is none."""
        return self.units.get(f"code:{fold(text)}") or self.units.get(f"name:{fold(text)}")

    def country(self, own: str, unit_id: int | None) -> str:
        """Where somebody's numbers are from: their country, their unit's, the organisation's."""
        return own or self.countries.get(unit_id or 0, "") or current_organization().country

    def attribute(self, key: str, raw: AttributeValue) -> AttributeDefinition | None:
        """The definition of `key`, made from the value's own type where it is new; None where it can't be made."""
        known = self.attributes.get(key)
        if known is not None:
            return known
        if not KEY.fullmatch(key) or len(self.attributes) >= MAX_ATTRIBUTES:
            return None
        return self.add(AttributeDefinition(key=key, label=key.replace("_", " ").capitalize(), kind=kind_of_value(raw)))

    def add(self, definition: AttributeDefinition) -> AttributeDefinition:
        """Remember a new attribute; `save` writes it."""
        self.attributes[definition.key] = definition
        self.unsaved.append(definition)
        return definition

    def save(self) -> None:
        """Write the attributes that are new; another run may have been faster."""
        if self.unsaved:
            AttributeDefinition.objects.bulk_create(self.unsaved, ignore_conflicts=True)
            self.unsaved = []
