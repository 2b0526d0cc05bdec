"""The keyboard, in one list: the sheet behind `?` is drawn from it, and static/js/keys.js binds the keys that the sheet names.

A key is what the keyboard types (`?` is Shift-' in Spanish, `[` is AltGr-è in Italian), so that every layout has it. "Mod+" is
⌘ on a Mac and Ctrl elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Shortcut:
    """`command` is what scripts listen for and elements carry as data-command; the palette offers those that say `is_offered`."""

    command: str
    keys: tuple[str, ...]
    label: str | Promise
    is_offered: bool = False


_PLACES: dict[str, Sequence[Shortcut]] = {
    EVERYWHERE: (
        Shortcut("palette", ("Mod+k",), _("Go anywhere, do anything")),
        Shortcut("search", ("/",), _("Search")),
        Shortcut("keys", ("?",), _("Show or hide this list"), is_offered=True),
        Shortcut("close", ("Escape",), _("Close what is open")),
    )
}


def register_shortcuts(place: str, shortcuts: Sequence[Shortcut]) -> None:
    """The keys of one page, by the name that its template gives; call it in your AppConfig.ready."""
    _PLACES[place] = shortcuts


def shortcuts_of(place: str) -> Sequence[Shortcut]:
    return _PLACES[place]


def key_of(command: str) -> str:
    """The first key of a command: for what stands on a page."""
    return next(one.keys[0] for shortcuts in _PLACES.values() for one in shortcuts if one.command == command)
