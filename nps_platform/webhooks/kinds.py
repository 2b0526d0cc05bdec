"""The kinds of events, by the names they are told under: each room brings its own at start-up."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEST = "webhook.test"
# Every step of a room that was not chosen by its own name.
OTHER_CHANGES = "{room}.updated"
_kinds: dict[str, str | Promise] = {}


def register_events(kinds: dict[str, str | Promise]) -> None:
    """Called from AppConfig.ready of the room that tells of them: name → what happened, as a sentence."""
    _kinds.update(kinds)


def events() -> dict[str, str | Promise]:
    """Every kind that an endpoint can choose."""
    return dict(_kinds)


def words_of(kind: str) -> str:
    """What happened; the bare name where nobody says it."""
    return str(_("A test") if kind == TEST else _kinds.get(kind, kind))
