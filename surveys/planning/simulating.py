"""What a launch would do and bring, by the code that launches; writes nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.nps import margin_for
from surveys.calling import Effort, effort_for
from surveys.models import Programme, SkipReason
from surveys.planning import hooks
from surveys.planning.costs import Cost, cost_of
from surveys.planning.estimates import answers_between, response_rate
from surveys.planning.judging import Judging, count_by
from surveys.planning.occasions import (
    draw_number,
    judging_of,
    last_number,
    next_at,
    number_a_period,
)
from surveys.planning.patience import Patience, patience_of
from surveys.planning.preparing import OWN, Plan, how_many, place, plan_for, take_census
from surveys.planning.rules import quarantine_days
from surveys.planning.sampling import ASSUMED_VARIANCE
from surveys.planning.window import HORIZON, fill_days, sending_days


@dataclass(frozen=True)
class SendingDay:
    """Messages of one day on the organisation's calendar, or calls; reminders as if nobody answered before them."""

    day: date
    invitations: int
    reminders: int = 0


@dataclass(frozen=True)
class Cases:
    """The work that the answers bring. `spread_days`: sending days over which the team could keep up, None where it can't be
    said; rates are observed (METHOD §7), None without enough past."""

    expected: int | None
    a_day: float | None
    closed_a_day: float
    spread_days: int | None

    @property
    def too_many(self) -> bool:
        """Whether they come faster than the team closes them."""
        return self.a_day is not None and bool(self.closed_a_day) and self.a_day > self.closed_a_day


@dataclass(frozen=True)
class Simulation:
    """What a launch would do. `margin` in points, None where nobody would answer; bases as in METHOD §7."""

    eligible: int
    recipients: int
    skipped: dict[str, int]
    response_rate: float
    rate_basis: str
    expected_answers: int
    margin: float | None
    answers_low: int = 0
    answers_high: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    cost: Cost | None = None
    quarantine_days: int = 0
    days: tuple[SendingDay, ...] = ()
    first_at: datetime | None = None  # when a wave's first mail leaves, on the organisation's clock
    after_close: int = 0  # of `days`' invitations: planned for days on which the wave is closed, so they never leave
    effort: Effort | None = None  # what the calls take; None where nobody is called
    cases: Cases = field(default_factory=lambda: Cases(None, None, 0.0, None))
    patience: Patience = field(default_factory=Patience)

    @property
    def asked_share(self) -> float:
        """The part of the audience that is asked, 0 to 1."""
        return self.recipients / self.eligible if self.eligible else 0.0

    @property
    def skips(self) -> int:
        return sum(self.skipped.values())

    @property
    def available(self) -> int:
        """Those who could be asked at most: the recipients and who is not drawn."""
        return self.recipients + self.skipped.get(SkipReason.NOT_SAMPLED, 0)

    @property
    def last_date(self) -> date | None:
        """The last day on which a mail leaves, reminders included."""
        return max((day.day for day in self.days), default=None)


def simulate(programme: Programme) -> Simulation:
    """What launching, or the next occurrence, would do as things stand. Raises BrokenSegment."""
    judging = next_judging(programme)
    plan = _plan(judging)
    skipped: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    for reason, language, channel, n in count_by(judging, "reason", "language", "channel", draw=plan.draw):
        if reason:
            skipped[reason] += n
        else:
            languages[language] += n
            channels[channel] += n
    recipients, eligible = languages.total(), languages.total() + skipped.total()
    rate, basis, past = response_rate(programme.survey.kind)
    answers = round(recipients * rate)
    low, high = answers_between(recipients, rate, past if basis == "observed" else 0)
    effort = effort_for(recipients) if programme.channel == Programme.Channel.PHONE else None
    days = _days(judging, plan, recipients) if effort is None else _calling_days(judging, effort)
    first_at = plan.dues[OWN][0] if plan.dues and recipients else None
    return Simulation(
        eligible=eligible,
        recipients=recipients,
        skipped={reason: skipped[reason] for reason in SkipReason.values if skipped[reason]},
        response_rate=rate,
        rate_basis=basis,
        expected_answers=answers,
        margin=margin_for(ASSUMED_VARIANCE, answers, max(eligible, 1)),
        answers_low=low,
        answers_high=high,
        languages=dict(languages.most_common()),
        channels=dict(channels.most_common()),
        cost=cost_of(judging, plan.draw, channels[programme.text_channel]),
        quarantine_days=quarantine_days(programme),
        days=days,
        first_at=first_at,
        after_close=_after_close(judging, days),
        effort=effort,
        cases=_cases(answers, days),
        patience=patience_of(judging, plan, days[-1].day if days else first_at and first_at.date()),
    )


def foreseen_people(programme: Programme, reason: str) -> list[tuple[str | None, str, str, str]]:
    """Number, name, address (or number) and language of everybody whom a launch would ask (reason "") or skip for `reason`."""
    judging = next_judging(programme)
    people = Customer._meta.db_table
    select = (
        "SELECT people.external_id, people.name,"  # noqa: S608
        f" CASE judged.channel WHEN '{Programme.Channel.EMAIL}' THEN people.email"
        f" WHEN '{Programme.Channel.PHONE}' THEN people.dialled ELSE people.mobile END, judged.language"
        f" FROM judged JOIN {people} AS people ON people.id = judged.id WHERE judged.reason = %s ORDER BY judged.id"
    )
    return judging.read(select, reason, draw=_plan(judging).draw)


def next_judging(programme: Programme) -> Judging:
    """The judging of what comes next, at the moment it begins: a whole period of a continuous programme, everybody to whom the
    event of a trigger could happen."""
    number = last_number(programme) + 1
    begins = max(next_at(programme) or timezone.now(), timezone.now())
    if programme.mode == Programme.Mode.WAVE:
        return judging_of(programme, number, begins)
    return Judging(programme, timezone.now(), draw_number(programme, number))


def _plan(judging: Judging) -> Plan:
    """Everybody's, without days, where there is nothing to draw and no day to choose."""
    programme = judging.programme
    if programme.mode == Programme.Mode.TRIGGER or (not programme.sample and programme.mode != Programme.Mode.WAVE):
        return Plan()
    census, whole = take_census(judging), number_a_period(programme)
    return plan_for(judging, census, number=how_many(programme, census) if whole is None else whole)


def _days(judging: Judging, plan: Plan, recipients: int) -> tuple[SendingDay, ...]:
    """Waves only: what leaves on which day, reminders on their days after it."""
    programme = judging.programme
    if programme.mode != Programme.Mode.WAVE or not recipients:
        return ()
    sent: Counter[date] = Counter()
    reminded: Counter[date] = Counter()
    for day, number in plan.days:
        sent[day] += number
        for after in programme.reminders:
            reminded[_next_open(programme, day + timedelta(days=after))] += number
    return tuple(SendingDay(day, sent[day], reminded[day]) for day in sorted({*sent, *reminded}))


def _calling_days(judging: Judging, effort: Effort) -> tuple[SendingDay, ...]:
    """Calls by day, as many as the programme's cap brings; without one nobody knows how many a day are made."""
    programme, cap = judging.programme, judging.programme.daily_cap
    if programme.mode != Programme.Mode.WAVE or not cap:
        return ()
    own = place(programme)
    dates = sending_days(judging.now, own, [own])
    return tuple(SendingDay(day, calls) for day, calls in fill_days(effort.all_calls, ((day, cap) for day in dates)))


def _after_close(judging: Judging, days: tuple[SendingDay, ...]) -> int:
    """What the wave's end would take back."""
    closes = judging.now + timedelta(days=judging.programme.open_days)
    last = closes.astimezone(place(judging.programme).zone).date()
    return sum(one.invitations for one in days if one.day > last)


def _next_open(programme: Programme, day: date) -> date:
    """A reminder waits for the window like the mail before it."""
    window = place(programme).window
    return next(later for step in range(HORIZON.days) if window.is_open_on(later := day + timedelta(days=step)))


def _cases(answers: int, days: tuple[SendingDay, ...]) -> Cases:
    work = hooks.workload()
    if work.cases_per_answer is None:
        return Cases(None, None, work.closed_a_day, None)
    cases = round(answers * work.cases_per_answer)
    sending = sum(1 for day in days if day.invitations)
    spread = math.ceil(cases / work.closed_a_day) if work.closed_a_day else None
    return Cases(cases, cases / sending if sending else None, work.closed_a_day, spread)
