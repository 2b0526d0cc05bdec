"""Keeping people for a later programme: the others skip them as *reserved* until it has asked (P4)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from surveys.actions.inserting import insert_rows
from surveys.actions.programmes import WrongState
from surveys.models import Programme, Reservation
from surveys.planning.occasions import judging_of, last_number, next_at
from surveys.planning.preparing import plan_for, take_census


@transaction.atomic
def reserve(programme: Programme, *, by: Membership | None) -> int:
    """Keep the people whom its next wave would draw as things stand; how many. Raises WrongState where none is to come."""
    begins = next_at(programme) if programme.mode == Programme.Mode.WAVE else None
    if begins is None or begins <= timezone.now() or programme.state == Programme.State.CLOSED:
        raise WrongState
    Reservation.objects.filter(programme=programme).delete()
    judging = judging_of(programme, last_number(programme) + 1, begins)
    plan = plan_for(judging, take_census(judging))
    sql, params = judging.sql(draw=plan.draw)
    kept = insert_rows(
        Reservation,
        {"organization_id": "%s", "programme_id": "%s", "customer_id": "id"},
        "judged WHERE reason = ''",
        with_sql=sql,
        params=[*params, current_organization().pk, programme.pk],
    )
    Programme.objects.filter(pk=programme.pk).update(reserves=True)
    programme.refresh_from_db()
    record("programme.reserved", programme, by=by, people=kept)
    return kept


@transaction.atomic
def let_go(programme: Programme, *, by: Membership | None) -> int:
    """Keep nobody for it any more; how many were kept."""
    kept, _rows = Reservation.objects.filter(programme=programme).delete()
    Programme.objects.filter(pk=programme.pk).update(reserves=False)
    programme.refresh_from_db()
    record("programme.let_go", programme, by=by, people=kept)
    return kept
