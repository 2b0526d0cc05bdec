"""Declaring that something is broken for everybody of a unit, and that it is over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership, Unit
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from surveys.actions.programmes import DUE
from surveys.models import Incident


@transaction.atomic
def declare_incident(*, unit: Unit | None, note: str, by: Membership | None) -> Incident:
    """From now on nobody of `unit` and below it (None: nobody at all) is asked, until it ends."""
    if unit is not None and unit.organization_id != current_organization().pk:
        raise ForeignOrganization(f"unit {unit.pk}")
    incident = Incident.objects.create(unit=unit, note=note, declared_by=by)
    is_due(DUE)
    record("incident.declared", incident, by=by, unit=unit.pk if unit else None)
    return incident


@transaction.atomic
def end_incident(incident: Incident, *, by: Membership | None) -> bool:
    """It is over: who was left out is asked while their wave is open. False where it had ended."""
    ended = Incident.objects.filter(pk=incident.pk, ends_at=None).update(ends_at=timezone.now())
    if ended:
        is_due(DUE)
        record("incident.ended", incident, by=by)
    incident.refresh_from_db()
    return bool(ended)
