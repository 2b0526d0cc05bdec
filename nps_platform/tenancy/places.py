"""Countries, currencies and time zones to choose from, in the reader's language, with what is usual where."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django.utils.translation import get_language

from nps_platform.lib.words import fold

Choice = tuple[str, str]
CONTINENTS = tuple(
    f"{name}/"
    for name in [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)
# Where the first zone of a country's list is not where most of its people live.
USUAL_ZONES = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def countries() -> list[Choice]:
    """Country codes and names, sorted by name."""
    return list(_countries(get_language() or "en"))


def currencies() -> list[Choice]:
    """Currencies in use today, by code."""
    return list(_currencies(get_language() or "en"))


@lru_cache
def time_zones() -> list[tuple[str, list[Choice]]]:
    """Zones of places, grouped by continent."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return [
        (continent, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in group])
        for continent, group in groupby(zones, key=lambda zone: zone.partition("/")[0])
    ] + [("UTC", [("UTC", "UTC")])]


def currency_of(country: str) -> str:
    """What one pays with there; EUR where nothing is known."""
    return next(iter(get_territory_currencies(country)), "EUR")


def time_zone_of(country: str) -> str:
    """A zone of the country, its first where it has several; UTC where nothing is known."""
    zones = [*get_global("territory_zones").get(country, ()), "UTC"]
    return USUAL_ZONES.get(country) or next(zone for zone in zones if zone in available_timezones())


@lru_cache
def _countries(language: str) -> list[Choice]:
    names = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]
    return sorted(((code, names[code]) for code in codes), key=lambda choice: fold(choice[1]))


@lru_cache
def _currencies(language: str) -> list[Choice]:
    locale = Locale.parse(language)
    codes = {code for country, _name in _countries(language) for code in get_territory_currencies(country)}
    return [(code, f"{code} · {get_currency_name(code, locale=locale)}") for code in sorted(codes)]
