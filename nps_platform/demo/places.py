"""The demo's places where whoever comes by may answer: a tablet in a shop, and the company's own website."""

from __future__ import annotations

from nps_platform.demo.surveys import Asking
from nps_platform.tenancy.models import Membership, Unit
from surveys.actions import create_collector
from surveys.collecting.pins import hash_pin
from surveys.models import Collector, Touchpoint

PIN = "2468"


def put_up(
    surveys: dict[str | None, Asking], units: dict[str, Unit], touchpoints: dict[str, Touchpoint], by: Membership
) -> None:
    """Nobody has answered there yet: both wait for whoever tries them."""
    survey = surveys[None].survey
    create_collector(
        kind=Collector.Kind.KIOSK,
        name="Tienda Centro, mostrador",
        survey=survey,
        unit=units["es-centro"],
        touchpoint=touchpoints["store"],
        pin=hash_pin(PIN),
        idle_seconds=30,
        by=by,
    )
    create_collector(
        kind=Collector.Kind.EMBED,
        name="Área de clientes",
        survey=survey,
        touchpoint=touchpoints["app"],
        sites=["https://www.andina.example"],
        by=by,
    )
