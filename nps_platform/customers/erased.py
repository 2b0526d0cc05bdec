"""An erased person is remembered only by keyed hashes, so that no file can bring them back."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings

from nps_platform.tenancy.scope import current_organization

PREFIX = "sha256:"


def erased_mark(value: str) -> str:
    """The mark that stands for an erased number or address in the current organisation."""
    return _mark(value, settings.SECRET_KEY)


def marks_of(values: Iterable[str]) -> dict[str, str]:
    """Mark → value, for every key that may have made it: to look up whether somebody was erased."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {_mark(value, key): value for value in values if value for key in keys}


def _mark(value: str, key: str) -> str:
    message = f"{current_organization().pk}:{value.strip().lower()}".encode()
    return PREFIX + hmac.new(b"circulo.erased:" + key.encode(), message, sha256).hexdigest()
