"""The inbox by keyboard."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.shortcuts import Shortcut

INBOX = (
    Shortcut("case.next", ("j", "]"), _("Next case")),
    Shortcut("case.previous", ("k", "["), _("Previous case")),
    Shortcut("case.open", ("o", "Enter"), _("Open the case and read it")),
    Shortcut("case.reply", ("r",), _("Reply"), is_offered=True),
    Shortcut("case.note", ("n",), _("Note"), is_offered=True),
    Shortcut("case.call", ("c",), _("Log a call"), is_offered=True),
    Shortcut("case.send", ("Mod+Enter",), _("Send what you are writing")),
    Shortcut("case.acknowledge", ("v",), _("Acknowledge"), is_offered=True),
    Shortcut("case.assign", ("a",), _("Assign…"), is_offered=True),
    Shortcut("case.forward", ("f",), _("Forward…"), is_offered=True),
    Shortcut("case.tags", ("t",), _("Tags…"), is_offered=True),
    Shortcut("case.choose", ("x",), _("Choose the case for doing the same to many (Shift-click: all up to it)")),
    Shortcut("case.remedy", ("m",), _("Remedy…"), is_offered=True),
    Shortcut("case.resolve", ("e",), _("Resolve…"), is_offered=True),
    Shortcut("case.reopen", ("u",), _("Reopen…"), is_offered=True),
)
