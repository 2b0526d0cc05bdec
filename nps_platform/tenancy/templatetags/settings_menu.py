"""The settings' own navigation: one entry a page, from every room that has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.roles import Right

register = template.Library()


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    current: bool


PAGES = [
    ("settings", _("Organisation"), "building-office", Right.SETTINGS),
    ("units", _("Business units"), "map-pin", Right.SETTINGS),
    ("teams", _("Teams"), "user-group", Right.SETTINGS),
    ("members", _("Members"), "users", Right.MEMBERS),
    ("alert_rules", _("Alert rules"), "bell-alert", Right.SETTINGS),
    ("case_policies", _("Deadlines"), "calendar-days", Right.SETTINGS),
    ("causes", _("Causes and outcomes"), "tag", Right.SETTINGS),
    ("canned_replies", _("Canned replies"), "chat-bubble-bottom-center-text", Right.SETTINGS),
    ("remedies", _("Remedies"), "gift", Right.SETTINGS),
    ("loop_settings", _("The customer's page"), "eye", Right.SETTINGS),
    ("data_requests", _("Requests about data"), "identification", Right.CUSTOMERS),
    ("texts", _("SMS and WhatsApp"), "device-phone-mobile", Right.SETTINGS),
    ("api_keys", _("API keys"), "key", Right.SETTINGS),
    ("webhooks", _("Webhooks"), "bolt", Right.HOOKS),
    ("audit", _("Audit log"), "clock", Right.SETTINGS),
]


@register.inclusion_tag("settings/menu.html", takes_context=True)
def settings_menu(context: template.Context) -> dict[str, Any]:
    """Marks the page that the context's `here` names, else the one whose address the request's begins with."""
    membership, request = context["membership"], context["request"]
    slug = membership.organization.slug
    open_pages = [page for page in PAGES if membership.may(page[3]) and _url(page[0], slug)]
    here = context.get("here") or _longest({_url(page[0], slug): page[0] for page in open_pages}, request.path)
    return {
        "entries": [Entry(str(label), _url(name, slug), icon, name == here) for name, label, icon, _right in open_pages]
    }


def _url(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:  # a room that isn't installed
        return ""


def _longest(names: dict[str, str], path: str) -> str:
    return names.get(max((url for url in names if path.startswith(url)), key=len, default=""), "")
