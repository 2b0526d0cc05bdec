"""Signed tokens for the public doors: they carry organisation, kind and id, and need no session.

A token is base64url(kind byte · organisation · id · 16 bytes of HMAC-SHA256), the numbers as 8-byte integers: 33 bytes,
44 characters, 128 bits of signature. It has no expiry of its own: it lives as long as the row behind it says.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from django.conf import settings

_BODY = struct.Struct(">BQQ")
_SIGNATURE_BYTES = 16
_ADDRESS_MARK = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})-([a-z2-7]{16})")
# Read from paper and typed: none that looks like another.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


class Door(IntEnum):
    """What a token opens; the number is part of what is signed, so a token for one door opens no other."""

    SURVEY = 1
    UNSUBSCRIBE = 2
    LOOP = 3
    FORWARD = 4
    MEMBER_INVITATION = 5
    TEST_SURVEY = 6
    SHORT = 8  # leads to SURVEY: a personal link that fits into a text
    COLLECTOR = 7
    DATA = 9
    MAIL = 20  # no page: the mark by which a provider names a mail or a text
    TEXTS = 21  # no page: where a text gateway tells us what people wrote back
    # No pages: the address that an answer by mail comes back to.
    CASE_MAIL = 22
    FORWARD_MAIL = 23


class BadToken(ValueError):
    """The token is malformed, was not signed by us, or opens another door."""


@dataclass(frozen=True)
class Pass:
    """What a valid token says."""

    organization_id: int
    id: int


def make_token(door: Door, organization_id: int, object_id: int) -> str:
    """A 44-character token for `object_id` of one organisation behind `door`; for SHORT a code of about 16 letters and digits."""
    if door == Door.SHORT:
        return _short_code(organization_id, object_id, settings.SECRET_KEY)
    body = _BODY.pack(door, organization_id, object_id)
    return base64.urlsafe_b64encode(body + _signature(body, settings.SECRET_KEY)).decode().rstrip("=")


def read_token(door: Door, token: str) -> Pass:
    """What `token` says; raises BadToken for anything that this or a fallback key did not sign for this door."""
    if door == Door.SHORT:
        return _read_short(token)
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


def short_mark(door: Door, organization_id: int, object_id: int) -> str:
    """Four letters that make a number typed by hand hard to guess. No secret: 20 bits keep nothing but curiosity out."""
    return _mark(_BODY.pack(door, organization_id, object_id), settings.SECRET_KEY)


def is_short_mark(mark: str, door: Door, organization_id: int, object_id: int) -> bool:
    """Whether this or a fallback key made it."""
    body = _BODY.pack(door, organization_id, object_id)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(mark.encode(), _mark(body, key).encode()) for key in keys)


def _mark(body: bytes, key: str) -> str:
    drawn = int.from_bytes(_signature(b"short:" + body, key)[:4], "big")
    return "".join(_LETTERS[drawn >> shift & 31] for shift in (0, 5, 10, 15))


def address_mark(door: Door, organization_id: int, object_id: int) -> str:
    """About 25 characters for the part of a mail address after its plus: small letters and digits alone, as some servers fold
    case, and short, as that side of an address ends at 64. 80 bits of signature.
    """
    return f"{_base36(organization_id)}-{_base36(object_id)}-{_address_signature(door, organization_id, object_id, settings.SECRET_KEY)}"


def read_address_mark(door: Door, mark: str) -> Pass:
    """What a mark says; raises BadToken for anything that this or a fallback key did not sign for this door."""
    found = _ADDRESS_MARK.fullmatch(mark.lower())
    if not found:
        raise BadToken(mark[:4])
    organization_id, object_id = int(found[1], 36), int(found[2], 36)
    if max(organization_id, object_id) >= 2**63:
        raise BadToken(mark[:4])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(
        hmac.compare_digest(found[3], _address_signature(door, organization_id, object_id, key)) for key in keys
    ):
        raise BadToken(mark[:4])
    return Pass(organization_id, object_id)


def _address_signature(door: Door, organization_id: int, object_id: int, key: str) -> str:
    signed = _signature(b"address:" + _BODY.pack(door, organization_id, object_id), key)[:10]
    return base64.b32encode(signed).decode().lower()


def _base36(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text


def _signature(body: bytes, key: str) -> bytes:
    return hmac.new(b"circulo.public-door:" + key.encode(), body, sha256).digest()[:_SIGNATURE_BYTES]


# --- short codes -----------------------------------------------------------------------------------------------------
# How many digits the organisation takes (one digit) · organisation · id · signature, all in base 62: no separator that a
# telephone might break the link at. 65 bits of signature: guessing one takes longer than any programme is open, and each
# miss is counted (public_door).
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SIGNED = 11


def _short_code(organization_id: int, object_id: int, key: str) -> str:
    organization = _base62(organization_id)
    return f"{_base62(len(organization))}{organization}{_base62(object_id)}{_short_signature(organization_id, object_id, key)}"


def _read_short(code: str) -> Pass:
    if not (code.isascii() and code.isalnum() and _SIGNED + 3 <= len(code) <= _SIGNED + 23):
        raise BadToken(code[:4])
    body, given = code[:-_SIGNED], code[-_SIGNED:]
    ends = 1 + _DIGITS.index(body[0])
    organization_id, object_id = _from_base62(body[1:ends]), _from_base62(body[ends:])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(given, _short_signature(organization_id, object_id, key)) for key in keys):
        raise BadToken(code[:4])
    return Pass(organization_id, object_id)


def _short_signature(organization_id: int, object_id: int, key: str) -> str:
    digest = _signature(_BODY.pack(Door.SHORT, organization_id % 2**64, object_id % 2**64), key)
    return _base62(int.from_bytes(digest, "big") % 62**_SIGNED).rjust(_SIGNED, "0")


def _base62(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text


def _from_base62(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 62 + _DIGITS.index(letter)
    return number
