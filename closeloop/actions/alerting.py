"""Telling colleagues and chat rooms: a message each, and one for many where many come at once or quiet hours hold them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from closeloop.models import Alert, AlertRule, Case, ChatRoom, Priority
from closeloop.quiet import hours_of, quiet_until
from closeloop.recipients import Whom, to_room, to_staff
from closeloop.webhooks import owe_alert
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.webhooks.models import Endpoint
from responses.models import Response

# Who got so many alerts within the window gets the next ones together, a window after the first of them.
MOST_SINGLE = 10
WINDOW = timedelta(minutes=15)
DUE = "alerts"
KIND = "alert"
DIGEST = "alert_digest"
SILENCE = "alert_silence"
# Each kind of digest and what it gathers.
GATHERS = {DIGEST: Q(trigger=AlertRule.Trigger.ANSWER), SILENCE: ~Q(trigger=AlertRule.Trigger.ANSWER)}


@dataclass(frozen=True)
class Telling:
    """A rule that holds, and whom it tells."""

    rule: AlertRule
    whom: Sequence[Whom]
    endpoints: Sequence[Endpoint] = ()

    @property
    def is_urgent(self) -> bool:
        return self.rule.priority == Priority.URGENT


def alert(response: Response, case: Case | None, tellings: Sequence[Telling]) -> None:
    """Once a person, room or program, however many rules tell them, and never again when the answer is corrected."""
    if Alert.objects.filter(response=response).exists():
        return
    _tell_programs(response, case, tellings)
    rows: dict[tuple[type, int], Alert] = {}
    for telling in tellings:
        for whom in telling.whom:
            row = rows.setdefault(
                (type(whom), whom.pk), Alert(rule=telling.rule, response=response, **addressed_to(whom))
            )
            row.is_urgent = row.is_urgent or telling.is_urgent
    if rows:
        _send(response, list(rows.values()))


def _tell_programs(response: Response, case: Case | None, tellings: Sequence[Telling]) -> None:
    """At once, each alert for itself: programs don't sleep, and gather what they like."""
    told: set[int] = set()
    for telling in tellings:
        new = [endpoint for endpoint in telling.endpoints if endpoint.pk not in told]
        told |= {endpoint.pk for endpoint in new}
        owed = owe_alert(telling.rule, response, case, new) if new else {}
        Alert.objects.bulk_create(
            Alert(rule=telling.rule, response=response, endpoint_id=pk, delivery=delivery)
            for pk, delivery in owed.items()
        )


def _send(response: Response, rows: list[Alert]) -> None:
    now = timezone.now()
    for row in rows:
        row.due_at = _waits_until(row, now)
        row.is_waiting = row.due_at is not None
    at_once = [row for row in rows if not row.is_waiting]
    for row in at_once:
        row.message = message_to(whom_of(row), kind=KIND, source_id=response.pk)
    enqueue([row.message for row in at_once if row.message])
    Alert.objects.bulk_create(rows)
    if later := [row.due_at for row in rows if row.due_at]:
        is_due(DUE, min(later))


def whom_of(alert: Alert) -> Whom:
    """The colleague or the room."""
    whom = alert.person or alert.room
    assert whom is not None  # the table's constraint
    return whom


def addressed_to(whom: Whom) -> dict[str, Whom]:
    """The column of an alert that names them."""
    return {"person" if isinstance(whom, Membership) else "room": whom}


def message_to(whom: Whom, *, kind: str, source_id: int) -> Message:
    """An unsaved message by mail, or to the room."""
    make = to_staff if isinstance(whom, Membership) else to_room
    return make(whom, kind=kind, source_id=source_id)  # type: ignore[arg-type]


def _waits_until(alert: Alert, now: datetime) -> datetime | None:
    """None: it goes at once. In quiet hours it waits for their end; where a further one would be one too many, for a digest."""
    whom = whom_of(alert)
    hours = hours_of(whom)
    breaks_in = alert.is_urgent and (hours is None or hours.urgent_anyway)
    if not breaks_in and (end := quiet_until(hours, now)):
        return end
    lately = Alert.objects.filter(**addressed_to(whom), trigger=AlertRule.Trigger.ANSWER)
    newest = list(lately.order_by("-at", "-id")[:MOST_SINGLE])
    is_full = len(newest) == MOST_SINGLE and newest[-1].at > now - WINDOW
    waits = bool(newest) and newest[0].is_waiting and not breaks_in
    return now + WINDOW if is_full or waits else None


def send_digests() -> datetime | None:
    """Owe a digest to everybody for whom one is due; when the next one is, None where none waits."""
    now = timezone.now()
    due = _waiting().filter(ready__lte=now)
    people = Membership.objects.filter(pk__in=due.values("person")).select_related("user", "organization")
    for whom in (*people, *ChatRoom.objects.filter(pk__in=due.values("room"))):
        send_digest(whom, now)
    return _waiting().aggregate(first=Min("ready"))["first"]


def _waiting() -> Any:
    return Alert.objects.filter(is_waiting=True).annotate(ready=Coalesce("due_at", "at"))


def send_digest(whom: Whom, now: datetime) -> None:
    """One message with all that waits for `whom`. Quiet hours that began meanwhile hold it up once more."""
    waiting = Alert.objects.filter(**addressed_to(whom), is_waiting=True)
    hours = hours_of(whom)
    if end := quiet_until(hours, now):
        breaks_in = hours is not None and hours.urgent_anyway and waiting.filter(is_urgent=True).exists()
        if not breaks_in:
            waiting.update(due_at=end)
            return
    for kind, gathered in GATHERS.items():
        if waiting.filter(gathered).exists():
            _gather(kind, whom, waiting.filter(gathered))


@transaction.atomic
def _gather(kind: str, whom: Whom, waiting: QuerySet[Alert]) -> None:
    """Two workers at once send one. Who no longer works on cases gets none."""
    wanted = not isinstance(whom, Membership) or whom.may(Right.CASES)
    message = message_to(whom, kind=kind, source_id=whom.pk) if wanted else None
    enqueue([message] if message else [])
    if not waiting.update(is_waiting=False, message=message):
        transaction.set_rollback(True)
