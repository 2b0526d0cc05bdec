"""API keys: `circulo_<prefix>_<secret>`. The prefix names the organisation, the secret is kept as a hash only."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from nps_platform.tenancy.models import ApiKey, Membership, Organization

SCOPES = ("read", "write", "invitations:links")


def make_api_key(
    organization: Organization, *, name: str, by: Membership | None, scopes: tuple[str, ...] = SCOPES
) -> str:
    """Create a key and return it whole: the only time that it is known."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    ApiKey.objects.create(
        organization=organization,
        name=name,
        prefix=prefix,
        secret_hash=_hash(secret),
        scopes=list(scopes),
        created_by=by,
    )
    return f"circulo_{prefix}_{secret}"


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; sets `request.auth` to the ApiKey and `request.organization`."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        header = get_authorization_header(request).split()
        if not header or header[0].lower() != b"bearer":
            return None
        try:
            _name, prefix, secret = header[1].decode().split("_", 2)
            key = ApiKey.objects.select_related("organization").get(prefix=prefix, revoked_at__isnull=True)
        except (IndexError, ValueError, ApiKey.DoesNotExist) as error:
            raise AuthenticationFailed(_("This API key is not valid.")) from error
        if not hmac.compare_digest(key.secret_hash, _hash(secret)):
            raise AuthenticationFailed(_("This API key is not valid."))
        self._touch(key)
        return None, key

    def _touch(self, key: ApiKey) -> None:
        """Remember the day's use, at most once an hour: a write for each call would cost more than the call."""
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > timedelta(hours=1):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """Reading asks for `read`, everything else for `write`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        key = request.auth
        wanted = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        return isinstance(key, ApiKey) and wanted in key.scopes
