"""Signed tokens for the public doors: they carry organisation, kind and id, and need no session.

A token is base64url(kind byte · organisation · id · 16 bytes of HMAC-SHA256), the numbers as 8-byte integers: 33 bytes,
44 characters, 128 bits of signature. It has no expiry of its own: it lives as long as the row behind it says.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from django.conf import settings

_BODY = struct.Struct(">BQQ")
_SIGNATURE_BYTES = 16


class Door(IntEnum):
    """What a token opens; the number is part of what is signed, so a token for one door opens no other."""

    SURVEY = 1
    UNSUBSCRIBE = 2
    LOOP = 3
    FORWARD = 4
    MEMBER_INVITATION = 5
    TEST_SURVEY = 6


class BadToken(ValueError):
    """The token is malformed, was not signed by us, or opens another door."""


@dataclass(frozen=True)
class Pass:
    """What a valid token says."""

    organization_id: int
    id: int


def make_token(door: Door, organization_id: int, object_id: int) -> str:
    """A 44-character token for `object_id` of one organisation behind `door`."""
    body = _BODY.pack(door, organization_id, object_id)
    return base64.urlsafe_b64encode(body + _signature(body, settings.SECRET_KEY)).decode().rstrip("=")


def read_token(door: Door, token: str) -> Pass:
    """What `token` says; raises BadToken for anything that this or a fallback key did not sign for this door."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadToken(token[:8]) from error
    body, given = raw[: _BODY.size], raw[_BODY.size :]
    if len(body) != _BODY.size or len(given) != _SIGNATURE_BYTES:
        raise BadToken(token[:8])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(given, _signature(body, key)) for key in keys):
        raise BadToken(token[:8])
    kind, organization_id, object_id = _BODY.unpack(body)
    if kind != door:
        raise BadToken(token[:8])
    return Pass(organization_id, object_id)


def _signature(body: bytes, key: str) -> bytes:
    return hmac.new(b"circulo.public-door:" + key.encode(), body, sha256).digest()[:_SIGNATURE_BYTES]
