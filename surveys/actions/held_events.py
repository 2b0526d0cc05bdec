"""Events whose customers an open case or an incident kept back: asked as soon as nothing holds, before they have gone cold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from nps_platform.lib.chunks import in_chunks
from surveys.actions.counting import count_again
from surveys.actions.events import AT_ONCE, ask
from surveys.actions.giving_way import give_way
from surveys.models import HELD, Event, Programme
from surveys.planning.rules import EVENT_WAITS


def held_events(programme: Programme, now: datetime) -> QuerySet[Event]:
    """Those that wait: a case or an incident kept their customer back, and it is not too late to ask about them."""
    return Event.objects.filter(programme=programme, skip_reason__in=HELD, due_at__gt=now - EVENT_WAITS)


@transaction.atomic
def ask_held_events(programme_id: int, now: datetime) -> int:
    """Judge those that wait again; how many ask now. Of several of one person the newest asks, the others give way to it."""
    locked = Programme.objects.select_for_update(of=("self",)).select_related("survey", "audience", "launched_by")
    programme = locked.get(pk=programme_id)
    if programme.state != Programme.State.RUNNING:
        return 0
    rows = held_events(programme, now).select_related("customer").order_by("-occurred_at", "-pk")
    moved: list[Event] = []
    for some in in_chunks(list(rows), AT_ONCE):
        waiting = some
        while waiting:
            newest = {event.customer_id: event for event in reversed(waiting)}
            moved += _ask(programme, list(newest.values()), now)
            waiting = [event for event in waiting if newest[event.customer_id] is not event]
    if moved:
        count_again(programme)
        give_way(programme)
    return sum(1 for event in moved if not event.skip_reason)


def _ask(programme: Programme, events: list[Event], now: datetime) -> list[Event]:
    """Judge these, one a person; those of which something else holds now."""
    before = {event.pk: event.skip_reason for event in events}
    ask(programme, events, now)
    moved = [event for event in events if event.skip_reason != before[event.pk]]
    Event.objects.bulk_update(moved, ["skip_reason", "due_at", "invitation"], batch_size=AT_ONCE)
    return moved
