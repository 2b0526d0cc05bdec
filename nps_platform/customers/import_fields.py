"""What a file's column can become: the fields of each kind of import, and which of them its headings suggest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.customers.attributes import guess_kind, key_for
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_kinds import FurtherField, ImportKind
from nps_platform.customers.models import AttributeDefinition
from nps_platform.lib.mapping import CUSTOMER_FIELDS, FieldGuess, guess_mapping
from nps_platform.lib.words import fold

ATTRIBUTE = "attribute:"
NEW = "new:"

_LOST = ("lost on", "cancelled on", "churn date", "end date", "fecha de baja", "baja", "data disdetta", "disdetta")
_PHONE = ("tel", "cel", "fono", "nro celular", "nro telefono", "numero celular", "telefono movil")
_PERMISSION = (
    "acepta enc",
    "accepts",
    "consent",
    "accepts surveys",
    "opt in",
    "permiso",
    "acepta encuestas",
    "consentimiento",
    "consenso",
)
_NUMBER = ("codigo", "code", "nro", "no cliente", "customer no", "client number", "abonado", "cuenta cliente")
_MORE = {"phone": _PHONE, "external_id": _NUMBER}
OF_CUSTOMERS: tuple[FieldGuess, ...] = (
    *(replace(guess, synonyms=guess.synonyms + _MORE.get(guess.name, ())) for guess in CUSTOMER_FIELDS),
    FieldGuess("lost_on", _LOST, "date"),
    FieldGuess("timezone", ("timezone", "time zone", "zona horaria", "huso horario", "fuso orario")),
    FieldGuess("country", ("country code", "codigo de pais", "codice paese")),
    FieldGuess("permission", _PERMISSION, "bool"),
)
CUSTOMER_LABELS: dict[str, Any] = {
    "external_id": _("Customer number"),
    "email": _("E-mail"),
    "name": _("Name"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "account": _("Account number"),
    "unit": _("Unit"),
    "timezone": _("Time zone"),
    "country": _("Country, two letters"),
    "joined_on": _("Customer since"),
    "lost_on": _("Declared lost on"),
    "permission": _("May be asked for feedback"),
}
REVENUE_LABELS: dict[str, Any] = {
    "customer": _("Customer number or e-mail"),
    "period": _("Month"),
    "amount": _("Amount"),
    "currency": _("Currency"),
}
NEW_KINDS: dict[str, Any] = {
    AttributeDefinition.Kind.TEXT: pgettext_lazy("import column", "New attribute: text"),
    AttributeDefinition.Kind.NUMBER: pgettext_lazy("import column", "New attribute: number"),
    AttributeDefinition.Kind.DATE: pgettext_lazy("import column", "New attribute: date"),
    AttributeDefinition.Kind.BOOLEAN: pgettext_lazy("import column", "New attribute: yes or no"),
}
_KINDS = {
    "joined_on": "date", "lost_on": "date", "period": "period", "amount": "number", "permission": "boolean",
    "answered_at": "moment", "score": "score", "wants_contact": "boolean",
}  # fmt: skip


# As many characters of a heading are kept.
_HEADING = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its heading and the first values under it."""

    index: int
    heading: str
    samples: tuple[str, ...]

    @property
    def sample(self) -> str:
        """The first value that is not blank."""
        return next((value for value in self.samples if value.strip()), "")


def columns_of(header: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Column]:
    """The file's columns with their sample values."""
    return [
        Column(index, heading, tuple(cells[index] for cells in samples if index < len(cells)))
        for index, heading in enumerate(header)
    ]


def guess_targets(
    kind: ImportKind, columns: Sequence[Column], samples: Sequence[Sequence[str]], directory: Directory
) -> dict[str, str]:
    """Column index (as text) → field, for the columns that are recognised; the rest is left to the person."""
    guessed = guess_mapping([column.heading for column in columns], samples, kind.guesses)
    found = {str(index): name for index, name in guessed.items()}
    if kind.brings_attributes:
        for column in columns:
            _correct(column, found, directory)
    return found


def guess_further(
    further: Sequence[FurtherField], columns: Sequence[Column], targets: Mapping[str, str]
) -> dict[str, str]:
    """`targets` with the columns that are called like one of `further`, whatever they were taken for before."""
    called = {_bare(heading): field.target for field in reversed(further) for heading in field.headings if heading}
    found = {index: target for index, target in targets.items() if target}
    for column in columns:
        target = called.get(_bare(column.heading))
        if target and target not in found.values():
            found[str(column.index)] = target
    return found


def _bare(heading: str) -> str:
    """A heading's letters and digits of any script; files cut long headings."""
    return " ".join(re.findall(r"\w+", fold(heading[:_HEADING])))


def _correct(column: Column, found: dict[str, str], directory: Directory) -> None:
    """A "region" that names no unit of ours is no unit; a heading that is called like an attribute is that attribute."""
    index = str(column.index)
    if found.get(index) == "unit" and not any(
        directory.unit(value.strip()) for value in column.samples if value.strip()
    ):
        del found[index]
    if index not in found and "email" not in found.values() and _mostly_addresses(column):
        found[index] = "email"
    if index not in found and (key := _attribute_called(column.heading, directory)):
        found[index] = ATTRIBUTE + key


def _mostly_addresses(column: Column) -> bool:
    """Addresses with a few bad ones among them are still addresses."""
    values = [value for value in column.samples if value.strip()]
    return bool(values) and sum("@" in value for value in values) > len(values) / 2


def _attribute_called(heading: str, directory: Directory) -> str | None:
    key, label = key_for(heading), fold(heading.strip())
    return next((d.key for d in directory.attributes.values() if d.key == key or fold(d.label) == label), None)


def suggest_new(column: Column) -> str:
    """The target that makes a new attribute of this column, typed by its values."""
    return NEW + guess_kind(column.samples)


def kind_of_target(target: str, directory: Directory) -> str:
    """What a target's values are: "date", "number", "boolean", "text" …; "" for a column that is left out."""
    if target.startswith(ATTRIBUTE):
        definition = directory.attributes.get(target.removeprefix(ATTRIBUTE))
        return definition.kind if definition else ""
    if target.startswith(NEW):
        return target.removeprefix(NEW)
    return _KINDS.get(target, "text" if target else "")
