"""The tree of units as a list that one can read from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from nps_platform.lib.words import fold
from nps_platform.tenancy.models import Unit


@dataclass(frozen=True)
class Branch:
    """A unit and how deep it hangs (0 at the top)."""

    unit: Unit
    depth: int


def tree() -> list[Branch]:
    """The organisation's units, each followed by what is below it, siblings by name."""
    children: dict[int | None, list[Unit]] = {}
    for unit in sorted(Unit.objects.all(), key=lambda unit: (fold(unit.name), unit.pk)):
        children.setdefault(unit.parent_id, []).append(unit)
    found: list[Branch] = []
    waiting = [(unit, 0) for unit in reversed(children.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append(Branch(unit, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(unit.pk, []))]
    return found
