"""Events that trigger a question: told by API, file or form, judged like everybody, each counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import md5
from typing import Any

from django.db import transaction
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.customers.segments import customers_in
from nps_platform.messaging.actions import enqueue, hold
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import ForeignOrganization, current_organization
from surveys.actions.giving_way import give_way
from surveys.actions.inserting import message_to, owe_calls
from surveys.actions.programmes import DUE, WrongState
from surveys.invitation_mail import INVITATION_KIND
from surveys.invitations import KINDS
from surveys.models import Event, Invitation, Programme, SkipReason
from surveys.planning.judging import Judging
from surveys.planning.preparing import due_by_day, place

AT_ONCE = 1000
LIVE = (Programme.State.RUNNING, Programme.State.PAUSED)


@dataclass(frozen=True)
class Fact:
    """What happened to whom. Without a number of its own an event is known by person and moment."""

    customer: Customer
    occurred_at: datetime
    event_id: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known_as(self) -> str:
        return self.event_id or f"{self.customer.pk}@{self.occurred_at.isoformat()}"


@transaction.atomic
def take_events(programme: Programme, facts: Sequence[Fact], *, by: Membership | None) -> list[Event]:
    """The events of `facts` in their order, new or known: each new one invites its customer, or says why not.

    Raises WrongState where the programme waits for no events, ForeignOrganization, BrokenSegment.
    """
    if any(fact.customer.organization_id != current_organization().pk for fact in facts):
        raise ForeignOrganization("an event's customer belongs to its organisation")
    locked = Programme.objects.select_for_update(of=("self",)).select_related("survey", "audience", "launched_by")
    programme = locked.get(pk=programme.pk)
    if programme.mode != Programme.Mode.TRIGGER or programme.state not in LIVE:
        raise WrongState
    names = [fact.known_as for fact in facts]
    known = {event.event_id: event for event in Event.objects.filter(programme=programme, event_id__in=names)}
    waiting = [fact for fact in dict(zip(names, facts, strict=True)).values() if fact.known_as not in known]
    told = len(waiting)
    while waiting:
        # Two events of one person are judged one after the other: the first may be what keeps them from the second.
        first = {fact.customer.pk: fact for fact in reversed(waiting)}
        known |= _judge(programme, list(first.values()))
        waiting = [fact for fact in waiting if fact.known_as not in known]
    if told:
        if give_way(programme):
            known = {event.event_id: event for event in Event.objects.filter(programme=programme, event_id__in=names)}
        if programme.state == Programme.State.PAUSED:
            hold(programme.pk, kinds=KINDS)
        is_due(DUE)
        record("programme.events", programme, by=by, events=told)
    return [known[name] for name in names]


def _judge(programme: Programme, facts: list[Fact]) -> dict[str, Event]:
    """One event a person: an invitation and its mail, or a reason."""
    now = timezone.now()
    events = [
        Event(
            programme=programme,
            customer=fact.customer,
            event_id=fact.known_as,
            occurred_at=fact.occurred_at,
            properties=dict(fact.properties),
            due_at=max(now, fact.occurred_at + timedelta(minutes=programme.delay_minutes)),
        )
        for fact in facts
    ]
    ask(programme, events, now)
    Event.objects.bulk_create(events)
    _count(programme, events)
    return {event.event_id: event for event in events}


def ask(programme: Programme, events: Sequence[Event], now: datetime) -> None:
    """Give each event, one a person, its invitation with the mail or call owed, or the reason for none; saves no event."""
    people = customers_in(programme.audience).filter(pk__in=[event.customer_id for event in events])
    rows = Judging(programme, now, people=people).read("SELECT id, reason, channel, language, place FROM judged")
    judged = {customer_id: told for customer_id, *told in rows}
    calendar = _Calendar(programme, now)
    asked: list[Invitation] = []
    for event in events:
        # Who is not in the audience is not drawn.
        reason, channel, language, where = judged.get(event.customer_id, (SkipReason.NOT_SAMPLED.value, "", "", "|"))
        event.skip_reason = reason or ("" if _is_drawn(programme, event.event_id) else SkipReason.NOT_SAMPLED.value)
        if not event.skip_reason:
            event.due_at = calendar.due(max(now, event.due_at), where)
            event.invitation = _invitation(programme, event, (channel, language), now)
            asked.append(event.invitation)
    Invitation.objects.bulk_create(asked)
    if programme.channel == Programme.Channel.PHONE:
        owe_calls(Invitation.objects.filter(pk__in=[invitation.pk for invitation in asked]))
    else:
        enqueue([message_to(programme, one, kind=INVITATION_KIND, due_at=one.due_at or now) for one in asked])


def _is_drawn(programme: Programme, event_id: str) -> bool:
    """By a hash of the event: told again, it is drawn again."""
    share = programme.sample.get("share", 1)
    key = md5(f"{programme.seed}:{event_id}".encode(), usedforsecurity=False).hexdigest()
    return int(key[:8], 16) < share * 2**32


class _Calendar:
    """When mails of a trigger programme leave: in its window, at most so many a day."""

    def __init__(self, programme: Programme, now: datetime) -> None:
        self._programme = programme
        self._own = place(programme)
        self._taken: Counter[date] = Counter(
            due_by_day(programme, now, self._own.zone) if programme.messages_a_day else {}
        )

    def due(self, after: datetime, where: str) -> datetime:
        at, cap = place(self._programme, where), self._programme.messages_a_day
        moment = at.window.next_open(after, at.zone)
        while cap and self._taken[self._day(moment)] >= cap:
            tomorrow = datetime.combine(self._day(moment) + timedelta(days=1), datetime.min.time(), self._own.zone)
            moment = at.window.next_open(tomorrow, at.zone)
        self._taken[self._day(moment)] += 1
        return moment

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._own.zone).date()


def _invitation(programme: Programme, event: Event, how: tuple[str, str], now: datetime) -> Invitation:
    """`how`: channel and language."""
    channel, language = how
    return Invitation(
        programme=programme,
        survey=programme.survey,
        version_id=programme.survey.published_id,
        customer=event.customer,
        occasion=event.event_id,
        language=language,
        channel=channel,
        due_at=event.due_at,
        created_at=now,
        expires_at=event.due_at + timedelta(days=programme.open_days),
    )


def _count(programme: Programme, events: Sequence[Event]) -> None:
    """Under the programme's lock, so that eligible = recipients + Σ skipped holds at every moment."""
    skipped = Counter(programme.counts.get("skipped", {})) + Counter(e.skip_reason for e in events if e.skip_reason)
    recipients = programme.counts.get("recipients", 0) + sum(1 for event in events if not event.skip_reason)
    programme.counts = {
        "eligible": recipients + skipped.total(),
        "recipients": recipients,
        "skipped": {reason: skipped[reason] for reason in SkipReason.values if skipped[reason]},
    }
    programme.save(update_fields=["counts", "updated_at"])
