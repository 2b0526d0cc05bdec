"""Who did what: one row per action, in the action's own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from nps_platform.tenancy.models import AuditEntry, Membership

_label: ContextVar[str] = ContextVar("audit_label", default="system")


@contextmanager
def acting_as(label: str) -> Iterator[None]:
    """Inside the block, entries without a member carry `label`: an API key, a command."""
    token = _label.set(label)
    try:
        yield
    finally:
        _label.reset(token)


def record(
    action: str, target: models.Model | None, *, by: Membership | None, label: str = "", **data: Any
) -> AuditEntry:
    """Write an audit entry in the current organisation.

    `action` reads "case.resolved"; `by` is None for the customer, a guest, an API key or the system, which `label` names.
    `data` holds ids and plain values, never comments, names or addresses.
    """
    return AuditEntry.objects.create(
        actor=by,
        actor_label=label or (str(by) if by else _label.get()),
        action=action,
        target_kind=target._meta.model_name or "" if target else "",
        target_id=target.pk if target else None,
        data=data,
    )
