"""Saved segments."""

from __future__ import annotations

from django.db import transaction

from nps_platform.customers.models import Segment
from nps_platform.customers.segments import BrokenSegment, validate_rules
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


def save_segment(segment: Segment, *, by: Membership | None) -> Segment:
    """Make or change a segment. Raises BrokenSegment where its rules can't be read."""
    problems = validate_rules(segment.rules)
    if problems:
        raise BrokenSegment(tuple(problems))
    with transaction.atomic():
        created = segment.pk is None
        if created:
            segment.created_by = by
        segment.save()
        audit.record("segment.created" if created else "segment.changed", segment, by=by)
    return segment


def delete_segment(segment: Segment, *, by: Membership | None) -> bool:
    """Delete a segment; False where a programme or an alert rule goes by it: without it, it would mean everyone."""
    if is_used(segment):
        return False
    with transaction.atomic():
        audit.record("segment.deleted", segment, by=by)
        segment.delete()
    return True


def is_used(segment: Segment) -> bool:
    """Whether any row of an upper room points at this segment."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: segment}).exists()
        for relation in Segment._meta.related_objects
    )
