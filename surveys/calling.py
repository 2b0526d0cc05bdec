"""The call list as it is read: who waits, how far it is, when somebody is likely to answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from surveys.models import CallAttempt, CallTask, Invitation, Programme
from surveys.planning import hooks
from surveys.planning.judging import where
from surveys.planning.preparing import place
from surveys.planning.window import Place

MOST_TRIES = 3
# What organisations call the attribute that says when somebody likes to be called; its first number is the hour.
BEST_HOUR = ("best_time", "best_time_to_call", "call_time", "mejor_hora", "hora_de_llamada", "ora_migliore")
# Too few calls to measure a list by.
FEWEST_CALLS = 10
_LEARNT_FROM = 10
_CALLING = (Programme.State.PLANNING, Programme.State.RUNNING)
_REACHED = (CallAttempt.Outcome.ANSWERED, CallAttempt.Outcome.CALL_BACK)


def waiting(now: datetime) -> QuerySet[CallTask]:
    """Everybody who is still to be called, now or later."""
    return CallTask.objects.filter(
        Q(invitation__expires_at=None) | Q(invitation__expires_at__gt=now),
        done_at=None,
        invitation__state__in=(Invitation.State.PLANNED, Invitation.State.SENT),
        invitation__programme__state__in=_CALLING,
    )


def due(now: datetime) -> QuerySet[CallTask]:
    """Whom nobody has and who may be called now: who was promised a call first, then the least tried."""
    free = Q(claimed_by=None) | Q(claimed_until__lt=now)
    rows = waiting(now).filter(free, due_at__lte=now).order_by("-agreed", "tries", "due_at", "pk")
    if full := _full_today(now):
        rows = rows.exclude(agreed=False, invitation__programme__in=full)  # what was promised is kept
    return rows.select_related("customer", "invitation__programme")


def calls_today(programmes: Iterable[int], now: datetime) -> Counter[int]:
    """Calls of these programmes on the organisation's day, by programme: those that were made, and who is on the line."""
    ids, zone = list(programmes), ZoneInfo(current_organization().timezone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    name = "task__invitation__programme"
    made = CallAttempt.objects.filter(at__gte=midnight, **{f"{name}__in": ids}).order_by().values_list(name)
    on_the_line = CallTask.objects.filter(
        invitation__programme__in=ids, done_at=None, claimed_by__isnull=False, claimed_until__gt=now
    )
    held = on_the_line.order_by().values_list("invitation__programme")
    return Counter(dict(made.annotate(n=Count("pk")))) + Counter(dict(held.annotate(n=Count("pk"))))


def _full_today(now: datetime) -> list[int]:
    """Programmes that have made the calls of their day."""
    capped = Programme.objects.filter(channel=Programme.Channel.PHONE, daily_cap__isnull=False, state__in=_CALLING)
    caps = dict(capped.values_list("pk", "daily_cap"))
    made = calls_today(caps, now) if caps else Counter()
    return [pk for pk, cap in caps.items() if cap and made[pk] >= cap]


def has_room(programme: Programme, now: datetime) -> bool:
    """Whether one more call of `programme` may be made today."""
    return not programme.daily_cap or calls_today([programme.pk], now)[programme.pk] < programme.daily_cap


def held_by(caller: Membership) -> CallTask | None:
    """Whom `caller` has on the line."""
    rows = waiting(timezone.now()).filter(claimed_by=caller)
    return rows.select_related("customer__account", "customer__organization", "invitation__programme__survey").first()


def place_of_customer(programme: Programme, customer: Customer) -> Place:
    """Their time zone, and the hours in which the programme may ring there."""
    text = Customer.objects.filter(pk=customer.pk).annotate(place=where()).values_list("place", flat=True).get()
    return place(programme, text)


def best_hour(customer: Customer, zone: ZoneInfo) -> int | None:
    """The hour at which they said they like it, else at which they mostly answered; on their clock."""
    for key in BEST_HOUR:
        told = re.search(r"\d{1,2}", str(customer.attributes.get(key, "")))
        if told and int(told[0]) < 24:
            return int(told[0])
    reached = CallAttempt.objects.filter(task__customer=customer, outcome__in=_REACHED).values_list("at", flat=True)
    moments = list(reached[:_LEARNT_FROM])
    answers = hooks.last_answers()
    if answers is not None and not moments:
        moments = list(answers.filter(customer=customer).values_list("answered_at", flat=True)[:_LEARNT_FROM])
    hours = Counter(at.astimezone(zone).hour for at in moments)
    return hours.most_common(1)[0][0] if hours else None


def next_try(at: Place, now: datetime, hour: int | None) -> datetime:
    """When to ring again after nobody answered: at their hour, else at another time of the day."""
    local = now.astimezone(at.zone)
    tomorrow = local + timedelta(days=1)
    if hour is not None:
        later = tomorrow.replace(hour=hour, minute=0, second=0, microsecond=0)
    elif local.hour < 15:
        later = local.replace(hour=18, minute=0, second=0, microsecond=0)
    else:
        later = tomorrow.replace(hour=11, minute=0, second=0, microsecond=0)
    return at.window.next_open(later, at.zone)


@dataclass(frozen=True)
class CallList:
    """One programme's list. `people` = answered + closed + waiting; `due` of the waiting may be called now, by the hour where
    they are and the calls of the day; `today`: calls made and on the line."""

    programme: Programme
    people: int
    answered: int
    refused: int
    waiting: int
    due: int
    today: int

    @property
    def done(self) -> int:
        return self.people - self.waiting

    @property
    def unreached(self) -> int:
        """Closed without an answer, for another reason than a no."""
        return self.people - self.waiting - self.answered - self.refused


def call_lists(now: datetime) -> list[CallList]:
    """The lists of the programmes that run, newest first."""
    running = (Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED)
    programmes = Programme.objects.filter(channel=Programme.Channel.PHONE, state__in=running).order_by("-pk")
    still = Q(done_at=None, invitation__state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    rows = (
        CallTask.objects.filter(invitation__programme__in=list(programmes)).values("invitation__programme").order_by()
    )
    counted = rows.annotate(
        people=Count("pk", distinct=True),
        answered=Count("pk", filter=Q(invitation__state=Invitation.State.ANSWERED), distinct=True),
        refused=Count("pk", filter=Q(attempts__outcome=CallAttempt.Outcome.REFUSED), distinct=True),
        waiting=Count("pk", filter=still, distinct=True),
    )
    by_id = {row.pop("invitation__programme"): row for row in counted}
    none = {"people": 0, "answered": 0, "refused": 0, "waiting": 0}
    made, open_now = calls_today([programme.pk for programme in programmes], now), _open_now(programmes, now)
    return [
        CallList(
            programme,
            due=_due(programme, made[programme.pk], open_now),
            today=made[programme.pk],
            **by_id.get(programme.pk, none),
        )
        for programme in programmes
    ]


def _due(programme: Programme, today: int, open_now: Counter[tuple[int, bool]]) -> int:
    """What was promised is kept, whatever the day's calls."""
    promised, others = open_now[programme.pk, True], open_now[programme.pk, False]
    return promised + (min(others, max(programme.daily_cap - today, 0)) if programme.daily_cap else others)


def _open_now(programmes: Iterable[Programme], now: datetime) -> Counter[tuple[int, bool]]:
    """Who is due where it is an hour for calls, or who named this hour: by programme, and whether it was promised."""
    by_id = {programme.pk: programme for programme in programmes}
    rows = due(now).filter(invitation__programme__in=by_id).order_by().annotate(place=where("customer__"))
    found: Counter[tuple[int, bool]] = Counter()
    for pk, agreed, text, n in rows.values_list("invitation__programme", "agreed", "place").annotate(n=Count("pk")):
        at = place(by_id[pk], text)
        if agreed or at.window.next_open(now, at.zone) <= now:
            found[pk, agreed] += n
    return found


def promised(now: datetime, *, most: int = 8) -> list[CallTask]:
    """Who was promised a call, the next first."""
    rows = waiting(now).filter(agreed=True, claimed_by=None).order_by("due_at")
    return list(rows.select_related("customer", "invitation")[:most])


@dataclass(frozen=True)
class Effort:
    """What a list of `people` costs: `minutes` a call, `calls` a person, and whether that was measured here."""

    people: int
    minutes: float
    calls: float
    is_measured: bool

    @property
    def all_calls(self) -> int:
        return round(self.people * self.calls)

    @property
    def hours(self) -> float:
        return self.people * self.calls * self.minutes / 60


def effort_for(people: int) -> Effort:
    """Interviewers' hours for so many people, at what calls have taken so far; until there are some, at 3 minutes, 2 a person."""
    told: dict[str, Any] = CallAttempt.objects.aggregate(
        n=Count("pk"), seconds=Avg("seconds"), people=Count("task", distinct=True)
    )
    if told["n"] < FEWEST_CALLS:
        return Effort(people, 3.0, 2.0, is_measured=False)
    return Effort(people, told["seconds"] / 60, told["n"] / told["people"], is_measured=True)


def attempts_of(task: CallTask) -> Sequence[CallAttempt]:
    """Every call to this person, newest first."""
    return (
        CallAttempt.objects.filter(task__customer=task.customer_id).select_related("by__user").order_by(F("at").desc())
    )
