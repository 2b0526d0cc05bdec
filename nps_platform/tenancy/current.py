"""The organisation that this thread or task works for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nps_platform.tenancy.models import Organization

_current: ContextVar[Organization | None] = ContextVar("organization", default=None)


class NoOrganization(RuntimeError):
    """A tenant's table was asked for outside any organisation."""


def current_organization() -> Organization:
    """The organisation this thread or task works for; raises NoOrganization outside of one."""
    organization = _current.get()
    if organization is None:
        raise NoOrganization("no organisation entered: wrap the work in `with entered(organization):`")
    return organization


def current_organization_id() -> int | None:
    """Its id, or None outside of one (for the database's wall)."""
    organization = _current.get()
    return organization.pk if organization is not None else None


@contextmanager
def entered(organization: Organization) -> Iterator[Organization]:
    """Work for `organization` inside the block; nests, and gives back the one before."""
    token = _current.set(organization)
    try:
        yield organization
    finally:
        _current.reset(token)
