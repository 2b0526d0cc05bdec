"""The programmes' background work."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import Min
from django.utils import timezone

from nps_platform.customers.segments import BrokenSegment
from nps_platform.tenancy.due import organizations_due, settle
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import organization_task
from surveys.actions.beginning import begin_due
from surveys.actions.held_events import ask_held_events, held_events
from surveys.actions.holding_back import hold_back
from surveys.actions.programmes import DUE, PLAN, pause
from surveys.actions.reminding import keep_to_window, remind
from surveys.actions.waves import ask_held, close_wave, plan_next_batch
from surveys.breaker import watch_programmes
from surveys.invitations import RETURNS
from surveys.models import HELD, Invitation, Programme, SurveyKind, Wave
from surveys.planning.preparing import has_hours

BATCHES_A_TASK = 10
# While a wave is open, somebody's case may be solved or an incident end at any time.
LOOK_AGAIN = timedelta(minutes=10)
LATEST_LOOK = timedelta(hours=1)
LIVE = (Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED)


@organization_task(PLAN)
def plan(programme_id: int) -> None:
    """Some windows, then back into the queue: a large audience never holds a worker for long."""
    try:
        for _window in range(BATCHES_A_TASK):
            if not plan_next_batch(programme_id):
                return
    except BrokenSegment:
        # Its audience can't be read any more: stop and let a person look.
        pause(Programme.objects.get(pk=programme_id), by=None)
        return
    plan.delay(current_organization().pk, programme_id)


@shared_task(name="surveys.watch_returns")
def watch_returns() -> None:
    """Pause programmes whose mails come back or are called spam; asked for by what came back."""
    for _organization in organizations_due(RETURNS):
        seen = timezone.now()
        watch_programmes(seen)
        settle(RETURNS, None, seen=seen)


@shared_task(name="surveys.sweep")
def sweep() -> None:
    """Begin waves on their day, take up planning that no nudge reached, ask whom nothing holds any more, remind, close."""
    for organization in organizations_due(DUE):
        seen = timezone.now()
        for programme in in_order_of_precedence():
            if look_after(programme, seen):
                plan.delay(organization.pk, programme.pk)
        nearest = min((step for step in map(next_step_at, in_order_of_precedence()) if step), default=None)
        # A look at least once an hour while anything runs: reminders depend on when mails really left.
        settle(DUE, nearest and min(max(nearest, seen + timedelta(seconds=15)), seen + LATEST_LOOK), seen=seen)


def in_order_of_precedence() -> list[Programme]:
    """Live programmes; a stage before an interaction, so that it is planned first where both begin together (P4)."""
    live = Programme.objects.filter(state__in=LIVE).select_related("survey", "audience")
    return sorted(live.order_by("pk"), key=lambda programme: programme.survey.kind == SurveyKind.TRANSACTIONAL)


def look_after(programme: Programme, now: datetime) -> bool:
    """What is due for one programme by now; whether it has people to plan."""
    for wave in programme.waves.exclude(state=Wave.State.CLOSED).filter(closes_at__lte=now):
        close_wave(wave, now)
    programme.refresh_from_db()
    if programme.state not in (Programme.State.PLANNING, Programme.State.RUNNING):
        return False
    if programme.state == Programme.State.RUNNING:
        hold_back(programme, now)
    try:
        begin_due(programme, now)
        for wave_id in _with_held(programme):
            ask_held(wave_id, now)
        if held_events(programme, now).exists():
            ask_held_events(programme.pk, now)
    except BrokenSegment:
        pause(programme, by=None)
        return False
    keep_to_window(programme, now)
    remind(programme, now)
    return programme.waves.filter(state=Wave.State.PLANNING).exists()


def _with_held(programme: Programme) -> list[int]:
    """Open waves in which an open case or an incident keeps somebody."""
    held = programme.invitations.filter(
        state=Invitation.State.SKIPPED, skip_reason__in=HELD, wave__state=Wave.State.RUNNING
    )
    return list(held.order_by("wave_id").values_list("wave_id", flat=True).distinct())


def _holds(programme: Programme, now: datetime) -> bool:
    """Whether somebody waits for a case to be solved or an incident to end, and may still be asked then."""
    return bool(_with_held(programme)) or held_events(programme, now).exists()


def next_step_at(programme: Programme) -> datetime | None:
    """When this programme next needs a worker; None where it needs none before something happens."""
    now, waves = timezone.now(), programme.waves.exclude(state=Wave.State.CLOSED)
    if programme.state == Programme.State.PLANNING:
        return now
    times = [waves.aggregate(first=Min("closes_at"))["first"]]
    if programme.state == Programme.State.RUNNING:
        times += [programme.next_at, *_reminders_at(programme), now + LOOK_AGAIN if _holds(programme, now) else None]
        if has_hours(programme) or programme.invitations.filter(state=Invitation.State.PLANNED).exists():
            times.append(now + LOOK_AGAIN)
    return min((at for at in times if at), default=None)


def _reminders_at(programme: Programme) -> list[datetime]:
    """When the next reminder of each step falls due, as far as mails have left; else a look after the last was planned."""
    found = []
    for step, days in enumerate(programme.reminders):
        unreminded = programme.invitations.filter(
            state__in=(Invitation.State.SENT, Invitation.State.PLANNED), reminders_sent=step
        )
        first = unreminded.aggregate(sent=Min("sent_at"), planned=Min("created_at"))
        begun = first["sent"] or first["planned"]
        # What is overdue after a look waits for a case or an incident.
        found += [max(begun + timedelta(days=days), timezone.now() + LOOK_AGAIN)] if begun else []
    return found
