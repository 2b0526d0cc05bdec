"""Keys as pages show them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import pgettext

from nps_platform.tenancy import shortcuts

register = template.Library()


@register.inclusion_tag("ui/shortcuts.html")
def shortcuts_of(place: str) -> dict[str, Any]:
    """The lines of the `?` sheet for one place: also what keys.js binds."""
    return {
        "shortcuts": [(one, [_face(key) for key in one.keys]) for one in shortcuts.shortcuts_of(place)],
    }


@register.simple_tag
def key_of(command: str) -> str:
    """The key of a command: for aria-keyshortcuts and hints."""
    return shortcuts.key_of(command)


def _face(key: str) -> list[str]:
    """As it stands on the key: "Ctrl" "K"; keys.js writes ⌘ on a Mac."""
    names = {"Mod": pgettext("key", "Ctrl"), "Escape": "Esc", "Enter": "↵"}
    parts = key.split("+") if len(key) > 1 else [key]
    return [names.get(part, part.upper() if len(parts) > 1 else part) for part in parts]
