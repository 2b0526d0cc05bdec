"""Numbers, money and times as the reader writes them (language of the reader, country of the organisation)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from nps_platform.lib import formats
from nps_platform.lib import money as money_lib
from nps_platform.tenancy.scope import NoOrganization, current_organization

register = template.Library()


def reader_locale() -> str:
    """The reader's locale: their language in the organisation's country."""
    try:
        country = current_organization().country
    except NoOrganization:
        country = ""
    return formats.locale_for(get_language() or "en", country)


@register.filter
def number(value: Any, decimals: int = 0) -> str:
    """1412 → 1.412; empty for None."""
    return "" if value is None else formats.number(value, decimals, locale=reader_locale())


@register.filter
def percent(share: Any, decimals: int = 0) -> str:
    """A share 0…1 → 22 %."""
    return "" if share is None else formats.percent(share, decimals, locale=reader_locale())


@register.filter
def signed(value: Any, decimals: int = 0) -> str:
    """+7, −2 (a true minus), 0."""
    return "" if value is None else formats.signed(value, decimals, locale=reader_locale())


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """1234.5 EUR → 1.234,50 €."""
    return "" if amount is None else money_lib.format_money(amount, currency, locale=reader_locale())


@register.filter
def money_short(amount: Decimal | None, currency: str) -> str:
    """Large amounts in thousands or millions: 581 mil €."""
    return "" if amount is None else money_lib.format_money(amount, currency, locale=reader_locale(), compact=True)


@register.filter
def language_label(code: str) -> str:
    """es → español for who reads Spanish; Django's own filter of that kind knows no other languages than its own."""
    return formats.language_name(code, locale=reader_locale())


@register.filter
def month(day: date | None) -> str:
    """October 2026."""
    return "" if day is None else formats.month_label(day, locale=reader_locale())


@register.filter
def short_day(day: date | None) -> str:
    """Mon 18, in a calendar's cell."""
    return "" if day is None else formats.short_day(day, locale=reader_locale())


@register.filter
def long_day(day: date | None) -> str:
    """14 October 2026."""
    return "" if day is None else formats.long_day(day, locale=reader_locale())


@register.filter
def when(at: datetime | None) -> str:
    """Today 9:12; yesterday 18:40; 14 May; 14 May 2025."""
    return (
        "" if at is None else formats.when(at, timezone.now(), timezone.get_current_timezone(), locale=reader_locale())
    )


@register.filter
def duration(time: timedelta | None) -> str:
    """A stretch of time as people say it: 24 min, 5 h 20, 132 h."""
    return "" if time is None else formats.duration(time.total_seconds(), locale=reader_locale())
