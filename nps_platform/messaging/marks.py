"""How a provider's word about a mail finds its row: every mail carries a mark that names organisation and message.

A provider that we hand mails by its API gets the mark signed, as metadata, and gives it back. One that only relays SMTP
gives back our own Message-ID, which names both as well. Either is read before the first query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nps_platform.lib.signing import BadToken, Door, Pass, make_token, read_token

KEY = "circulo"
_MESSAGE_ID = re.compile(r"<?(\d{1,18})\.(\d{1,18})@[^\s@>]+>?")


def named_by(message_id: str) -> Pass | None:
    """What our own Message-ID (`sending.message_id`) says; None for another's."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    return Pass(int(found[1]), int(found[2])) if found else None


def mark_for(message_id: str) -> dict[str, str]:
    """The metadata that a provider is given for a mail with this Message-ID; nothing for mails that are not ours."""
    named = named_by(message_id)
    return {KEY: make_token(Door.MAIL, named.organization_id, named.id)} if named else {}


def read_mark(metadata: Mapping[str, Any], message_id: str | None) -> Pass | None:
    """Whose mail a provider speaks of. A mark that we did not sign counts as none."""
    token = metadata.get(KEY)
    if token:
        try:
            return read_token(Door.MAIL, str(token))
        except BadToken:
            return None
    return named_by(message_id or "")
