"""API keys: made once, shown once, revoked for good."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nps_platform.tenancy import audit
from nps_platform.tenancy.api_keys import SCOPES, make_api_key
from nps_platform.tenancy.models import ApiKey, Membership
from nps_platform.tenancy.scope import current_organization


@transaction.atomic
def create_api_key(*, name: str, scopes: tuple[str, ...] = SCOPES, by: Membership | None) -> str:
    """A key of the current organisation, whole: nobody can read it again."""
    whole = make_api_key(current_organization(), name=name, by=by, scopes=scopes)
    audit.record("api_key.created", _of(whole), by=by, scopes=list(scopes))
    return whole


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: Membership | None) -> None:
    """Every program that uses it is refused from now on."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("api_key.revoked", key, by=by)


def _of(whole: str) -> ApiKey:
    return ApiKey.objects.get(prefix=whole.split("_", 2)[1])
