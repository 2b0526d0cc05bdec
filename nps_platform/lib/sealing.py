"""Secrets that must be read again (a gateway's token), sealed before they reach the database: Fernet under the secret key.

Whoever reads the database without the deployment's key reads nothing. A changed key opens what older ones sealed for as
long as they stand among the fallbacks.
"""

from __future__ import annotations

import base64
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CantOpen(ValueError):
    """It was sealed under a key that is gone."""


def seal(secret: str) -> str:
    """Text that only this deployment can read."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises CantOpen."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CantOpen from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(b"circulo.sealed:" + key.encode()).digest())
