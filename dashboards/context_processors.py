"""The side navigation: rooms that this person may enter, with what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from closeloop.models import Case
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

COUNT_CAP = 999


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Group:
    label: str
    items: list[Item]


ROOMS: list[tuple[str, str, str, Right]] = [
    ("home", "home", "home", Right.ENTER),
    ("inbox", "inbox", "inbox", Right.CASES),
    ("executive", "executive", "document-text", Right.RESULTS),
    ("results", "results", "chart-bar", Right.RESULTS),
    ("money", "money", "banknotes", Right.MONEY),
    ("comments", "comments", "chat-bubble-left", Right.COMMENTS),
]
ASKING: list[tuple[str, str, str, Right]] = [
    ("journey", "journey", "map", Right.ASK),
    ("surveys", "surveys", "clipboard-document-list", Right.ASK),
    ("programmes", "programmes", "paper-airplane", Right.ASK),
    ("customers", "customers", "users", Right.CUSTOMERS),
    ("imports", "imports", "arrow-up-tray", Right.LOAD_REVENUE),
    ("outbox", "outbox", "envelope", Right.ASK),
    ("settings", "settings", "cog-6-tooth", Right.SETTINGS),
]


def _labels() -> dict[str, str]:
    return {
        "home": _("Today"),
        "inbox": _("Inbox"),
        "executive": _("Monthly report"),
        "results": _("Results"),
        "money": _("Value"),
        "comments": _("Comments"),
        "journey": _("Journey"),
        "surveys": _("Surveys"),
        "programmes": _("Programmes"),
        "customers": _("Customers"),
        "imports": _("Imports"),
        "outbox": _("Outbox"),
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


def _waiting(key: str) -> int | None:
    """How many open cases there are, counted no further than the badge can show."""
    if key != "inbox":
        return None
    return Case.objects.filter(is_open=True).order_by()[:COUNT_CAP].count() or None
