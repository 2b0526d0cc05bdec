"""The address an answer by mail comes back to: signed, so that it names the conversation whatever the subject says."""

from __future__ import annotations

from django.conf import settings

from nps_platform.lib.signing import BadToken, Door, Pass, address_mark, read_address_mark

DOORS = (Door.CASE_MAIL, Door.FORWARD_MAIL)


def reply_address(door: Door, organization_id: int, object_id: int) -> str:
    """ "reply+1-2k-…@in.example"; empty where this deployment takes no mail in."""
    if not settings.INBOUND_ADDRESS:
        return ""
    name, _at, domain = settings.INBOUND_ADDRESS.rpartition("@")
    return f"{name}+{address_mark(door, organization_id, object_id)}@{domain}"


def read_reply_address(address: str) -> tuple[Door, Pass] | None:
    """What a recipient's address names; None for one that we did not sign."""
    name, _at, domain = address.lower().rpartition("@")
    ours, _plus, our_domain = settings.INBOUND_ADDRESS.lower().rpartition("@")
    begins = f"{ours}+"
    if not our_domain or domain != our_domain or not name.startswith(begins):
        return None
    for door in DOORS:
        try:
            return door, read_address_mark(door, name.removeprefix(begins))
        except BadToken:
            continue
    return None
