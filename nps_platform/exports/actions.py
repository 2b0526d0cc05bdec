"""Asking for a file, and throwing it away."""

from __future__ import annotations

from celery import signature
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language

from nps_platform.exports.making import make, may_have, throw_away
from nps_platform.exports.models import Export
from nps_platform.exports.tables import TABLES, Asked
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge

DUE = "exports"
MAKE = "exports.make"
# So many rows are made while one waits; more in the background.
AT_ONCE = 2_000


class NotAllowed(Exception):
    """Who asks may not take this away."""


def ask_for(kind: str, *, format: str, query: QueryDict, by: Membership | None, label: str = "") -> Export:  # noqa: A002
    """An export, ready at once where it is small. `label` names the API key where no member asks. Raises NotAllowed."""
    asked = Asked(query, by)
    if not may_have(asked, kind):
        raise NotAllowed
    rows = TABLES[kind].count(asked)
    with transaction.atomic():
        export = Export.objects.create(
            kind=kind,
            format=format,
            query=query.urlencode()[:4000],
            rows_total=rows,
            asked_by=by,
            asked_by_label="" if by else label[:160],
            language=get_language() or "",
        )
        record("export.asked", export, by=by, kind=kind, format=format, rows=rows)
        is_due(DUE)
        if rows > AT_ONCE:
            nudge(signature(MAKE), current_organization().pk, export.pk)
    if rows <= AT_ONCE:
        make(export.pk)
    return Export.objects.get(pk=export.pk)


@transaction.atomic
def delete_export(export: Export, *, by: Membership | None) -> None:
    """Its file is gone, also where it is being made."""
    throw_away(Q(pk=export.pk))
    Export.objects.filter(pk=export.pk, state=Export.State.WORKING).update(
        state=Export.State.GONE, finished_at=timezone.now()
    )
    record("export.deleted", export, by=by)


@transaction.atomic
def note_download(export: Export, *, by: Membership | None) -> None:
    """Who took the file away, and when."""
    record("export.downloaded", export, by=by)
