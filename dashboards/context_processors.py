"""The side navigation: rooms that this person may enter, with what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from closeloop.inbox import COUNT_CAP, capped
from closeloop.models import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    current: bool
    count: str = ""


@dataclass(frozen=True)
class Group:
    label: str
    items: list[Item]


ROOMS: list[tuple[str, str, str, Right]] = [
    ("home", "home", "home", Right.ENTER),
    ("inbox", "inbox", "inbox", Right.CASES),
    ("calls", "calls", "phone", Right.CASES),
    ("executive", "executive", "document-text", Right.RESULTS),
    ("results", "results", "chart-bar", Right.RESULTS),
    ("money", "money", "banknotes", Right.MONEY),
    ("comments", "comments", "chat-bubble-left", Right.COMMENTS),
    ("employees", "employees", "user-group", Right.RESULTS),
]
ASKING: list[tuple[str, str, str, Right]] = [
    ("journey", "journey", "map", Right.RESULTS),
    ("surveys", "surveys", "clipboard-document-list", Right.ASK),
    ("programmes", "programmes", "paper-airplane", Right.ASK),
    ("collectors", "collectors", "qr-code", Right.ASK),
    ("customers", "customers", "users", Right.CUSTOMERS),
    ("imports", "imports", "arrow-up-tray", Right.LOAD_REVENUE),
    ("outbox", "outbox", "envelope", Right.ASK),
    ("deliverability", "deliverability", "shield-check", Right.ASK),
    ("settings", "settings", "cog-6-tooth", Right.SETTINGS),
]


def _labels() -> dict[str, str]:
    return {
        "home": _("Today"),
        "inbox": _("Inbox"),
        "calls": pgettext("navigation", "Calls"),
        "executive": _("Monthly report"),
        "results": _("Results"),
        "money": _("Value"),
        "comments": _("Comments"),
        "employees": _("Employees"),
        "journey": _("Journey"),
        "surveys": _("Surveys"),
        "programmes": _("Programmes"),
        "collectors": _("Collection points"),
        "customers": _("Customers"),
        "imports": _("Imports"),
        "outbox": _("Outbox"),
        "deliverability": _("Deliverability"),
        "settings": _("Settings"),
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Empty outside an organisation."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"navigation": []}
    return {
        "navigation": [
            Group("", _items(request, membership, ROOMS)),
            Group(_("Asking"), _items(request, membership, ASKING)),
        ]
    }


def _items(request: HttpRequest, membership: Membership, rooms: list[tuple[str, str, str, Right]]) -> list[Item]:
    labels, slug = _labels(), membership.organization.slug
    items = []
    for key, route, icon, right in rooms:
        if membership.may(right):
            url = reverse(route, args=[slug])
            current = request.path == url if key == "home" else request.path.startswith(url)
            items.append(Item(labels[key], url, icon, current, _waiting(key)))
    # /dashboards/money/ lies below /dashboards/: only the longest matching room is the current one.
    longest = max((item.url for item in items if item.current), key=len, default="")
    return [Item(i.label, i.url, i.icon, i.current and i.url == longest, i.count) for i in items]


def _waiting(key: str) -> str:
    """How many open cases there are, as the inbox says it; empty where there are none."""
    if key != "inbox":
        return ""
    open_cases = Case.objects.open().order_by()[: COUNT_CAP + 1].count()
    return capped(open_cases) if open_cases else ""
