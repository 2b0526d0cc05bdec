"""The programmes' background work."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from nps_platform.customers.segments import BrokenSegment
from nps_platform.tenancy.due import organizations_due, settle
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import organization_task
from surveys.actions.programmes import DUE, PLAN, pause
from surveys.actions.waves import close_if_over, next_step_at, plan_next_batch, remind
from surveys.models import Programme

BATCHES_A_TASK = 10
LATEST_LOOK = timedelta(hours=1)


@organization_task(PLAN)
def plan(programme_id: int) -> None:
    """Some batches, then back into the queue: a large audience never holds a worker for long."""
    try:
        for _batch in range(BATCHES_A_TASK):
            if not plan_next_batch(programme_id):
                return
    except BrokenSegment:
        # Its audience can't be read any more: stop and let a person look.
        pause(Programme.objects.get(pk=programme_id), by=None)
        return
    plan.delay(current_organization().pk, programme_id)


@shared_task(name="surveys.sweep")
def sweep() -> None:
    """Take up planning that no nudge reached, send reminders, close what is over."""
    for organization in organizations_due(DUE):
        seen = timezone.now()
        live = (Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED)
        for programme in Programme.objects.filter(state__in=live):
            if not close_if_over(programme, seen):
                if programme.state == Programme.State.PLANNING:
                    plan.delay(organization.pk, programme.pk)
                remind(programme, seen)
        steps = [next_step_at(programme) for programme in Programme.objects.filter(state__in=live)]
        nearest = min((step for step in steps if step), default=None)
        # A look at least once an hour while anything runs: reminders depend on when mails really left.
        settle(DUE, nearest and min(max(nearest, seen + timedelta(seconds=15)), seen + LATEST_LOOK), seen=seen)
