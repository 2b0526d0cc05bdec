"""Bringing cases that press before those who can help: each step and repetition once in the timeline, each with its mails."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from closeloop.actions.timeline import locked, write
from closeloop.escalating import Call, calls_left, next_call
from closeloop.models import Case, CaseEvent, Escalation
from closeloop.recipients import people_for_step, to_staff
from closeloop.sla import clock_of
from nps_platform.messaging.actions import enqueue
from nps_platform.tenancy.scope import current_organization

KIND = "escalation"
AT_ONCE = 500
log = logging.getLogger(__name__)


def escalate_pending() -> datetime | None:
    """Take every step that is due, the earliest first; when the next is due, None where none is. One that fails is logged and
    doesn't stop the others."""
    waiting = Case.objects.open().filter(escalate_at__isnull=False)
    due = waiting.filter(escalate_at__lte=timezone.now()).order_by("escalate_at").values_list("pk", flat=True)
    for pk in list(due[:AT_ONCE]):
        try:
            escalate(pk)
        except Exception:
            log.exception("escalating case %s failed", pk)
    return waiting.aggregate(first=Min("escalate_at"))["first"]


@transaction.atomic
def escalate(case_id: int) -> int:
    """Take the steps of one case that are due by now; how many. Two workers follow one another, the second finds none left."""
    case, now = locked(Case(pk=case_id)), timezone.now()
    left = calls_left(case, clock_of(current_organization()))
    due = [call for call in left if call.at <= now]
    for call in due:
        _take(case, call)
    case.escalate_at = next_call(call for call in left if call.at > now)
    case.save(update_fields=["escalate_at"])
    return len(due)


def _take(case: Case, call: Call) -> None:
    step, people = call.step, people_for_step(call.step, case)
    event = write(
        case,
        CaseEvent.Kind.ESCALATED,
        by=None,
        promise=step.promise,
        percent=step.after_percent,
        repetition=call.repetition,
        target=call.due.isoformat(),
        to=[person.pk for person in people],
        to_names=[str(person) for person in people],
    )
    Escalation.objects.create(
        case=case, step=step, since=call.since, repetition=call.repetition, due_at=call.at, event=event
    )
    enqueue([to_staff(person, kind=KIND, source_id=event.pk) for person in people])
