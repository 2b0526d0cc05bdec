"""Notes from interviews, focus groups and observation."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from surveys.models import QualitativeNote


@transaction.atomic
def add_note(*, by: Membership | None, **fields: Any) -> QualitativeNote:
    """`fields`: touchpoint or stage (neither: the whole journey), kind, held_on, people, who, text, quotes."""
    note = QualitativeNote.objects.create(created_by=by, **fields)
    record("note.added", note, by=by)
    return note


@transaction.atomic
def change_note(note: QualitativeNote, *, by: Membership | None, **fields: Any) -> QualitativeNote:
    for field, value in fields.items():
        setattr(note, field, value)
    note.save()
    record("note.changed", note, by=by)
    return note


@transaction.atomic
def delete_note(note: QualitativeNote, *, by: Membership | None) -> None:
    """For good: only the audit log still says that there was one."""
    record("note.deleted", note, by=by)
    note.delete()
