"""`Due` rows: one small table outside the wall says which organisation has work, so that idle ones cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from nps_platform.tenancy.models import Due, Organization
from nps_platform.tenancy.scope import current_organization, entered


def is_due(kind: str, at: datetime | None = None) -> bool:
    """The current organisation has work of `kind`, from `at` (default now); whether that is news. The earlier time stands."""
    at = at or timezone.now()
    if _stands(current_organization().pk, kind, at):
        return False
    row, created = Due.objects.get_or_create(organization=current_organization(), kind=kind, defaults={"due_at": at})
    return created or bool(Due.objects.filter(pk=row.pk, due_at__gt=at).update(due_at=at))


def _stands(organization_id: int, kind: str, at: datetime) -> bool:
    """Whether it was said already: asked for each answer, and mostly so, hence without building a query first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM tenancy_due WHERE organization_id = %s AND kind = %s AND due_at <= %s",
            [organization_id, kind, connection.ops.adapt_datetimefield_value(at)],
        )
        return cursor.fetchone() is not None


def organizations_due(kind: str) -> Iterator[Organization]:
    """Enter, one after the other, each organisation that has work of `kind` by now. The row stays until `settle`."""
    for due in list(Due.objects.filter(kind=kind, due_at__lte=timezone.now()).select_related("organization")):
        with entered(due.organization):
            yield due.organization


def settle(kind: str, next_at: datetime | None, *, seen: datetime) -> None:
    """Work of `kind` was done up to `seen`: forget it, or set when it is next due; a newer announcement stays."""
    rows = Due.objects.filter(organization=current_organization(), kind=kind, due_at__lte=seen)
    if next_at is None:
        rows.delete()
    else:
        rows.update(due_at=next_at)
