"""The sign-in page of a demo lists who lives there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from nps_platform.demo.cast import LOGINS, PASSWORD, PEOPLE
from nps_platform.tenancy.roles import Role


@dataclass(frozen=True)
class Login:
    name: str
    email: str
    password: str
    role: str


def demo_logins(request: HttpRequest) -> dict[str, Any]:
    """Nothing outside a demo, and nothing on any other page."""
    if not settings.DEMO or request.path != reverse(settings.LOGIN_URL):
        return {}
    names = {f"{local}@demo.example": name for local, name, *_rest in PEOPLE}
    return {
        "demo_logins": [
            Login(names[email], email, PASSWORD, str(Role(role).label)) for email, role in LOGINS if email in names
        ]
    }
