"""The tabs of this room, by what the reader may do, and words for its values."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.customers.models import AttributeDefinition
from nps_platform.lib import formats
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import reader_locale

register = template.Library()


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def customer_tabs(context: template.Context, here: str) -> dict[str, Any]:
    """Where one is in this room."""
    reader: Membership = context["membership"]
    slug = reader.organization.slug
    places = [
        ("customers", _("Customers"), Right.CUSTOMERS),
        ("segments", _("Segments"), Right.CUSTOMERS),
        ("accounts", _("Accounts"), Right.CUSTOMERS),
        ("attributes", _("Attributes"), Right.CUSTOMERS),
        ("imports", _("Imports"), Right.LOAD_REVENUE),
        ("unmatched", _("Unmatched revenue"), Right.LOAD_REVENUE),
    ]
    items = [
        Choice(label, reverse(name, args=[slug]), name == here) for name, label, right in places if reader.may(right)
    ]
    return {"items": items, "label": _("Customers")}


@register.filter
def attribute_value(value: Any, kind: str) -> str:
    """An attribute's value as one reads it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return formats.number(value, 0 if value == int(value) else 2, locale=reader_locale())
    if kind == AttributeDefinition.Kind.DATE:
        return day(date.fromisoformat(value))
    return str(value)


@register.filter
def day(value: date | None) -> str:
    """14 Mar 2019."""
    return "" if value is None else formats.day_label(value, locale=reader_locale())


@register.filter
def filesize(size: int) -> str:
    """6.1 MB, 12 kB."""
    if size >= 1_000_000:
        return _("%(number)s MB") % {"number": formats.number(size / 1_000_000, 1, locale=reader_locale())}
    return _("%(number)s kB") % {"number": formats.number(max(1, size // 1000), 0, locale=reader_locale())}
