"""A programme's life: draft, launched, paused, resumed, closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from celery import signature
from django.db import transaction
from django.utils import timezone

from nps_platform.customers.models import Segment
from nps_platform.messaging.actions import cancel, hold, release
from nps_platform.messaging.texting import can_text
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from nps_platform.tenancy.tasks import nudge
from surveys.actions.beginning import begin_due
from surveys.actions.reminding import keep_to_window
from surveys.actions.windows import stop_planners
from surveys.invitations import KINDS
from surveys.models import Invitation, Programme, Reservation, Survey, Wave, WaveWindow
from surveys.planning.checking import check_plan
from surveys.planning.occasions import next_at

DUE = "programmes"
PLAN = "surveys.plan"
State = Programme.State
# What a plan is made of, besides its survey and its name; the model says what is usual.
SETTINGS = (
    "mode", "channel", "audience", "every", "starts_on", "starts_at", "period_days", "delay_minutes", "sample", "strata",
    "seed", "window", "daily_cap", "reminders", "open_days", "quarantine_days", "account_quarantine_days",
    "ask_despite_open_case",
)  # fmt: skip


class WrongState(Exception):
    """The programme is not where this step starts from (somebody else was faster, or it was closed)."""


class ProgrammeNotReady(Exception):
    """A programme can't be launched: its survey is not published."""


class NoGateway(Exception):
    """A programme that writes texts can't be launched: nothing is set up that they could leave by."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel


@transaction.atomic
def create_programme(*, survey: Survey, name: str, by: Membership | None, **settings: Any) -> Programme:
    """A draft; `settings` as in SETTINGS, the rest is usual: a wave by e-mail, once, at launch, to everyone.

    `audience` None: everyone; `quarantine_days` None: the organisation's, 0: waived. Raises BadPlan.
    """
    _check_ours(survey, settings.get("audience"))
    programme = Programme(survey=survey, name=name, created_by=by, **settings)
    check_plan(programme)
    programme.save()
    record("programme.created", programme, by=by, survey=survey.pk)
    return programme


def _check_ours(*rows: Survey | Segment | None) -> None:
    for row in rows:
        if row is not None and row.organization_id != current_organization().pk:
            raise ForeignOrganization(f"{row._meta.label} {row.pk}")


@transaction.atomic
def change_programme(programme: Programme, *, by: Membership | None, **changes: Any) -> Programme:
    """Change a draft: name, survey and SETTINGS. Raises WrongState, BadPlan."""
    _check_ours(changes.get("survey"), changes.get("audience"))
    for name, value in changes.items():
        setattr(programme, name, value)
    check_plan(programme)
    if not Programme.objects.filter(pk=programme.pk, state=State.DRAFT).update(**changes, updated_at=timezone.now()):
        raise WrongState
    programme.refresh_from_db()
    record("programme.changed", programme, by=by, fields=sorted(changes))
    return programme


@transaction.atomic
def duplicate_programme(programme: Programme, *, name: str, by: Membership | None) -> Programme:
    """A draft with the same settings. Its draw is its own, else it would want the very people who rest from the first; a day that
    is over is left out."""
    settings = {setting: getattr(programme, setting) for setting in SETTINGS if setting != "seed"}
    today = timezone.localdate(timezone=ZoneInfo(current_organization().timezone))
    if programme.starts_on and programme.starts_on < today:
        settings |= {"starts_on": None, "starts_at": None}
    copy = Programme.objects.create(survey=programme.survey, name=name, created_by=by, **settings)
    record("programme.duplicated", copy, by=by, source=programme.pk)
    return copy


@transaction.atomic
def delete_programme(programme: Programme, *, by: Membership | None) -> None:
    """Only a draft: what was launched stays on the record. Raises WrongState."""
    record("programme.deleted", programme, by=by)
    deleted, _rows = Programme.objects.filter(pk=programme.pk, state=State.DRAFT).delete()
    if not deleted:
        raise WrongState


@transaction.atomic
def launch(programme: Programme, *, by: Membership | None) -> Programme:
    """Start it: what is due begins at once, the rest on its day.

    Raises ProgrammeNotReady, NoGateway, WrongState, BadPlan.
    """
    if programme.survey.state != Survey.State.PUBLISHED:
        raise ProgrammeNotReady
    if not can_text(programme.text_channel):
        raise NoGateway(programme.text_channel)
    check_plan(programme)
    _advance(programme, (State.DRAFT,), State.RUNNING, launched_at=timezone.now(), launched_by=by, counts={})
    begin_now(programme)
    record("programme.launched", programme, by=by)
    return programme


def begin_now(programme: Programme) -> None:
    """Make the waves that are due, and tell a worker; the sweep looks again when the next one is."""
    now = timezone.now()
    begin_due(programme, now)
    Programme.objects.filter(pk=programme.pk).update(next_at=next_at(programme))
    programme.refresh_from_db()
    is_due(DUE, now)
    nudge(signature(PLAN), current_organization().pk, programme.pk)


def _advance(programme: Programme, before: Iterable[str], after: str, **changes: Any) -> None:
    """Conditional: one of two clicks wins, the other gets WrongState."""
    rows = Programme.objects.filter(pk=programme.pk, state__in=before)
    if not rows.update(state=after, updated_at=timezone.now(), **changes):
        raise WrongState
    programme.refresh_from_db()


@transaction.atomic
def pause(programme: Programme, *, by: Membership | None) -> Programme:
    """Nothing more leaves, no wave begins; links already sent go on working. Raises WrongState."""
    stop_planners(programme.pk)
    _advance(programme, (State.PLANNING, State.RUNNING), State.PAUSED)
    held = hold(programme.pk, kinds=KINDS)
    record("programme.paused", programme, by=by, held=held)
    return programme


@transaction.atomic
def resume(programme: Programme, *, by: Membership | None) -> Programme:
    """Go on where it stood. Raises WrongState."""
    in_planning = programme.waves.filter(state=Wave.State.PLANNING).exists()
    after = State.PLANNING if in_planning else State.RUNNING
    _advance(programme, (State.PAUSED,), after, paused_because=None, watched_from=timezone.now())
    keep_to_window(programme, timezone.now())
    release(programme.pk, kinds=KINDS)
    record("programme.resumed", programme, by=by)
    begin_now(programme)
    return programme


@transaction.atomic
def close(programme: Programme, *, by: Membership | None, label: str = "") -> Programme:
    """End it: what has not left is taken back, open links say that the survey is closed. Raises WrongState."""
    now = timezone.now()
    stop_planners(programme.pk)
    _advance(
        programme,
        (State.PLANNING, State.RUNNING, State.PAUSED),
        State.CLOSED,
        closed_at=now,
        next_at=None,
        reserves=False,
    )
    cancel(kinds=KINDS, group_id=programme.pk)
    still_open = programme.invitations.filter(state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    still_open.update(state=Invitation.State.CLOSED, expires_at=now)
    programme.waves.exclude(state=Wave.State.CLOSED).update(state=Wave.State.CLOSED, closed_at=now)
    WaveWindow.objects.filter(wave__programme=programme).delete()
    Reservation.objects.filter(programme=programme).delete()
    record("programme.closed", programme, by=by, label=label)
    return programme
