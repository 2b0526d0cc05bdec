"""What every page's frame needs: the organisation, the person, and where else they may go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nps_platform.tenancy.roles import Right


def tenancy(request: HttpRequest) -> dict[str, Any]:
    membership = getattr(request, "membership", None)
    return {
        "organization": getattr(request, "organization", None),
        "membership": membership,
        "person": request.user if hasattr(request, "user") and request.user.is_authenticated else None,
        "memberships": (
            membership.user.memberships.filter(is_active=True)
            .select_related("organization")
            .order_by("organization__name")
            if membership
            else []
        ),
        "rights": {right.value: membership.may(right) for right in Right} if membership else {},
        "demo": settings.DEMO,
        "mail_kept": not settings.EMAIL_URL,
    }
