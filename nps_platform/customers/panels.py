"""Panels that upper rooms add to a customer's page, without this room knowing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership


@dataclass(frozen=True)
class Panel:
    """One panel: `template` is included with `context` inside a panel titled `title`; a lower `order` stands higher."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    order: int = 50
    flush: bool = True


PanelMaker = Callable[[Customer, Membership], Panel | None]
_MAKERS: list[PanelMaker] = []


def register_panel(maker: PanelMaker) -> PanelMaker:
    """Add `maker(customer, reader) -> Panel | None` to every customer's page; call it in your AppConfig.ready."""
    if maker not in _MAKERS:
        _MAKERS.append(maker)
    return maker


def panels_for(customer: Customer, reader: Membership) -> list[Panel]:
    """The panels that `reader` may see, in order; None means nothing to show."""
    made = (maker(customer, reader) for maker in _MAKERS)
    return sorted((panel for panel in made if panel is not None), key=lambda panel: panel.order)
