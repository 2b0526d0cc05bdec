"""Secrets and signatures by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256

from nps_platform.lib.sealing import unseal
from nps_platform.webhooks.models import Endpoint

PREFIX = "whsec_"


def new_secret() -> str:
    """256 bits, as receivers' libraries read them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """What `webhook-signature` says of a body sent at Unix time `at`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    told = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, told, sha256).digest()).decode()


def headers(endpoint: Endpoint, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers of one try. Raises lib.sealing.CantOpen."""
    at = int(now.timestamp())
    sealed = [endpoint.sealed_secret]
    if endpoint.old_secret_until and endpoint.old_secret_until > now:
        sealed.append(endpoint.sealed_old_secret)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signature(unseal(secret), message_id, at, body) for secret in sealed),
    }
