"""Promises with a day: made, kept or not, and called to mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from closeloop.actions.timeline import keep, locked, take_up, write
from closeloop.models import Case, CaseEvent, Pledge
from closeloop.recipients import people_of, to_staff
from closeloop.refusals import AlreadySettled, DayIsPast
from nps_platform.messaging.actions import enqueue
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization

DUE = "promises"
MORNING = time(8)
AGAIN = timedelta(days=7)


@dataclass(frozen=True)
class Promised:
    """What was said with a reply, a call or a resolution."""

    text: str
    due_on: date


def promise_with(case: Case, promised: Promised | None, *, by: Membership | None) -> None:
    """Keep what was promised beside something else; nothing where nothing was."""
    if promised:
        promise(case, text=promised.text, due_on=promised.due_on, by=by)


@transaction.atomic
def promise(case: Case, *, text: str, due_on: date, by: Membership | None) -> Pledge:
    """We said that we would do this by that day. Raises DayIsPast."""
    zone = current_organization().timezone
    with timezone.override(zone):
        if due_on < timezone.localdate():
            raise DayIsPast
    case = locked(case)
    take_up(case)
    made = Pledge.objects.create(case=case, text=text, due_on=due_on, made_by=by, remind_on=due_on)
    _keep_nearest(case)
    write(case, CaseEvent.Kind.PROMISED, by=by, text=text, promise=made.pk, due_on=due_on.isoformat())
    is_due(DUE, morning_of(due_on))
    return made


@transaction.atomic
def settle_promise(made: Pledge, *, kept: bool, by: Membership | None) -> Pledge:
    """It was kept, or it was not. Raises AlreadySettled."""
    case = locked(made.case)
    made = Pledge.objects.select_for_update().get(pk=made.pk)
    if made.state != Pledge.State.OPEN:
        raise AlreadySettled
    made.state = Pledge.State.KEPT if kept else Pledge.State.BROKEN
    made.settled_at, made.remind_on = timezone.now(), None
    made.save()
    _keep_nearest(case)
    kind = CaseEvent.Kind.PROMISE_KEPT if kept else CaseEvent.Kind.PROMISE_BROKEN
    write(case, kind, by=by, text=made.text, promise=made.pk)
    return made


def _keep_nearest(case: Case) -> None:
    open_ones = case.promises.filter(state=Pledge.State.OPEN).order_by("due_on")
    case.promised_for = open_ones.values_list("due_on", flat=True).first()
    keep(case)


def morning_of(day: date) -> datetime:
    """When people of the current organisation are reminded on `day`."""
    with timezone.override(current_organization().timezone):
        return timezone.make_aware(datetime.combine(day, MORNING))


def remind_of_promises() -> datetime | None:
    """A mail on the day, one on the day after it, then one a week until it is settled; when the next is due."""
    with timezone.override(current_organization().timezone):
        today = timezone.localdate()
    owed = Pledge.objects.filter(state=Pledge.State.OPEN, remind_on__lte=today)
    for pk in list(owed.order_by("pk").values_list("pk", flat=True)):
        _remind(pk, today)
    waiting = Pledge.objects.filter(state=Pledge.State.OPEN, remind_on__isnull=False).order_by("remind_on")
    first = waiting.values_list("remind_on", flat=True).first()
    return morning_of(first) if first else None


@transaction.atomic
def _remind(pk: int, today: date) -> None:
    """Claimed by a conditional update, so that two sweeps remind once."""
    made = Pledge.objects.select_related("case__assignee__user", "case__team").get(pk=pk)
    after = made.due_on + timedelta(days=1) if today <= made.due_on else today + AGAIN
    due = Pledge.objects.filter(pk=pk, state=Pledge.State.OPEN, remind_on=made.remind_on)
    if due.update(remind_on=after):
        enqueue([to_staff(person, kind="promise", source_id=pk) for person in people_of(made.case)])
