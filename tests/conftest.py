"""The cast: Alicia owns an organisation, Bruno is her agent, Carla owns another and must see nothing of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client, override_settings

from nps_platform.tenancy.models import Membership, Organization, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.receiver import receiver  # noqa: F401

if settings.REDIS_URL:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.CACHES["default"] |= {"BACKEND": "tests.caches.OwnKeys", "KEY_PREFIX": f"circulo-{worker}"}


@dataclass
class Cast:
    """Two organisations and their people; `sign_in` gives a browser-like client."""

    organization: Organization
    alicia: Membership
    bruno: Membership
    other: Organization
    carla: Membership

    def member(self, role: Role, organization: Organization | None = None) -> Membership:
        """A further colleague with `role`, made on first asking."""
        organization = organization or self.organization
        email = f"{role}@{organization.slug}.example"
        user, _new = User.objects.get_or_create(email=email, defaults={"name": f"{role.label} Test"})
        return Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": role})[0]

    def sign_in(self, membership: Membership) -> Client:
        client = Client()
        client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Nobody attacks the tests' passwords: hashing them slowly would be most of the suite's time."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _prompt_answers() -> Iterator[None]:
    """Django's test server sends head and body apart; held back by Nagle's algorithm, each answer took 50 ms of nothing."""
    WSGIRequestHandler.disable_nagle_algorithm = True
    yield
    WSGIRequestHandler.disable_nagle_algorithm = False


@pytest.fixture
def cast(db: None) -> Cast:
    """Alicia, Bruno and Carla."""
    andina = Organization.objects.create(
        slug="andina", name="Andina Telecom", programme_name="Tu Voz", reply_to="tuvoz@andina.example"
    )
    other = Organization.objects.create(slug="otra", name="Otra Energía")
    people = [
        Membership.objects.create(
            organization=organization, role=role, user=User.objects.create_user(email, "circulo-test", name=name)
        )
        for organization, role, email, name in (
            (andina, Role.OWNER, "alicia@andina.example", "Alicia Robles"),
            (andina, Role.AGENT, "bruno@andina.example", "Bruno Salas"),
            (other, Role.OWNER, "carla@otra.example", "Carla Núñez"),
        )
    ]
    return Cast(andina, people[0], people[1], other, people[2])


@pytest.fixture
def inside(cast: Cast) -> Iterator[Organization]:
    """The test itself works for Alicia's organisation."""
    with entered(cast.organization):
        yield cast.organization
