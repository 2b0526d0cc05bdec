"""A programme's life: draft, launched, paused, resumed, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery import signature
from django.db import transaction
from django.utils import timezone

from nps_platform.customers.models import Segment
from nps_platform.messaging.actions import cancel, hold, release
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from nps_platform.tenancy.tasks import nudge
from surveys.invitations import KINDS
from surveys.models import Invitation, Programme, Survey

DUE = "programmes"
PLAN = "surveys.plan"
State = Programme.State


class WrongState(Exception):
    """The programme is not where this step starts from (somebody else was faster, or it was closed)."""


class ProgrammeNotReady(Exception):
    """A wave can't be launched: its survey is not published."""


@transaction.atomic
def create_programme(
    *,
    survey: Survey,
    name: str,
    audience: Segment | None,
    quarantine_days: int | None,
    reminder_days: int | None,
    open_days: int,
    by: Membership | None,
) -> Programme:
    """A draft wave by e-mail. `audience` None: everyone; `quarantine_days` None: the organisation's, 0: waived."""
    _check_ours(survey, audience)
    programme = Programme.objects.create(
        survey=survey,
        name=name,
        audience=audience,
        quarantine_days=quarantine_days,
        reminder_days=reminder_days,
        open_days=open_days,
        created_by=by,
    )
    record("programme.created", programme, by=by, survey=survey.pk)
    return programme


def _check_ours(*rows: Survey | Segment | None) -> None:
    for row in rows:
        if row is not None and row.organization_id != current_organization().pk:
            raise ForeignOrganization(f"{row._meta.label} {row.pk}")


@transaction.atomic
def change_programme(programme: Programme, *, by: Membership | None, **changes: Any) -> Programme:
    """Change a draft: name, survey, audience, quarantine_days, reminder_days, open_days. Raises WrongState."""
    _check_ours(changes.get("survey"), changes.get("audience"))
    if not Programme.objects.filter(pk=programme.pk, state=State.DRAFT).update(**changes, updated_at=timezone.now()):
        raise WrongState
    programme.refresh_from_db()
    record("programme.changed", programme, by=by, fields=sorted(changes))
    return programme


@transaction.atomic
def delete_programme(programme: Programme, *, by: Membership | None) -> None:
    """Only a draft: what was launched stays on the record. Raises WrongState."""
    record("programme.deleted", programme, by=by)
    deleted, _rows = Programme.objects.filter(pk=programme.pk, state=State.DRAFT).delete()
    if not deleted:
        raise WrongState


@transaction.atomic
def launch(programme: Programme, *, by: Membership | None) -> Programme:
    """Start it: a worker plans the audience in batches and the mails go out. Raises ProgrammeNotReady, WrongState."""
    if programme.survey.state != Survey.State.PUBLISHED:
        raise ProgrammeNotReady
    now = timezone.now()
    _advance(
        programme,
        (State.DRAFT,),
        State.PLANNING,
        launched_at=now,
        launched_by=by,
        closes_at=now + timedelta(days=programme.open_days),
        counts={},
    )
    record("programme.launched", programme, by=by)
    _plan_soon(programme)
    return programme


def _advance(programme: Programme, before: Iterable[str], after: str, **changes: Any) -> None:
    """Conditional: one of two clicks wins, the other gets WrongState."""
    rows = Programme.objects.filter(pk=programme.pk, state__in=before)
    if not rows.update(state=after, updated_at=timezone.now(), **changes):
        raise WrongState
    programme.refresh_from_db()


def _plan_soon(programme: Programme) -> None:
    is_due(DUE)
    nudge(signature(PLAN), current_organization().pk, programme.pk)


@transaction.atomic
def pause(programme: Programme, *, by: Membership | None) -> Programme:
    """Nothing more leaves; links already sent go on working. Raises WrongState."""
    _advance(programme, (State.PLANNING, State.RUNNING), State.PAUSED)
    held = hold(programme.pk, kinds=KINDS)
    record("programme.paused", programme, by=by, held=held)
    return programme


@transaction.atomic
def resume(programme: Programme, *, by: Membership | None) -> Programme:
    """Go on where it stood. Raises WrongState."""
    planned = bool(programme.counts.get("complete"))
    _advance(programme, (State.PAUSED,), State.RUNNING if planned else State.PLANNING)
    release(programme.pk, kinds=KINDS)
    record("programme.resumed", programme, by=by)
    _plan_soon(programme)
    return programme


@transaction.atomic
def close(programme: Programme, *, by: Membership | None, label: str = "") -> Programme:
    """End it: what has not left is taken back, open links say that the survey is closed. Raises WrongState."""
    now = timezone.now()
    _advance(programme, (State.PLANNING, State.RUNNING, State.PAUSED), State.CLOSED, closed_at=now)
    cancel(kind=KINDS, group_id=programme.pk)
    still_open = programme.invitations.filter(state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    still_open.update(state=Invitation.State.CLOSED, expires_at=now)
    record("programme.closed", programme, by=by, label=label)
    return programme
