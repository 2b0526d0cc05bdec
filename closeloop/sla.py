"""By when we owe somebody a word, and by when a solution (METHOD §9): what an organisation's business clock says of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from closeloop.models import Case, CasePolicy
from closeloop.models.policies import SOON_PERCENT
from nps_platform.lib.clock import BusinessClock, BusinessHoursError
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization

_ALWAYS = BusinessClock("UTC", {weekday: [(time(0), time(0))] for weekday in range(7)})


def clock_of(organization: Organization) -> BusinessClock:
    """The organisation's hours; the wall clock where they can't be kept."""
    try:
        return business_clock(organization)
    except (AttributeError, TypeError, ValueError, BusinessHoursError):
        return _ALWAYS


def owed_at(clock: BusinessClock, since: datetime, business: timedelta) -> datetime:
    """`business` time after `since`; by the wall clock where no shift is near enough."""
    try:
        return clock.add(since, business)
    except BusinessHoursError:
        return since + business


@dataclass(frozen=True)
class Run:
    """When a clock ran: stretches in order, of which the last may be open."""

    stretches: Sequence[tuple[datetime, datetime | None]]

    @property
    def is_on(self) -> bool:
        return bool(self.stretches) and self.stretches[-1][1] is None

    def used(self, clock: BusinessClock, now: datetime) -> timedelta:
        """Business time counted by `now`."""
        return sum((clock.between(start, end or now) for start, end in self.stretches), timedelta(0))

    def reaches(self, clock: BusinessClock, business: timedelta) -> datetime | None:
        """When so much business time was or will be counted; None where the clock stands before that."""
        for start, end in self.stretches:
            at = owed_at(clock, start, business)
            if end is None or at <= end:
                return at
            business -= clock.between(start, end)
        return None


def policy_for(nps_class: str, priority: int, policies: Sequence[CasePolicy] | None = None) -> CasePolicy | None:
    """The first policy that fits, of all or of those given."""
    found = CasePolicy.objects.all() if policies is None else policies
    return next((policy for policy in found if policy.fits(nps_class, priority)), None)


def give_targets(case: Case, policies: Sequence[CasePolicy] | None = None) -> None:
    """The policy that fits class and priority as they are now. Unsaved; `wind` makes times of it."""
    case.policy = policy_for(case.nps_class, case.priority, policies)
    case.contact_minutes = case.policy.contact_minutes if case.policy else None
    case.resolution_minutes = case.policy.resolution_minutes if case.policy else None


def contact_target(case: Case) -> timedelta:
    """First contact's, and every later answer's, in business time."""
    own = current_organization().first_contact_hours * 60
    return timedelta(minutes=own if case.contact_minutes is None else case.contact_minutes)


def resolution_target(case: Case) -> timedelta | None:
    """With what a reopening granted; None where nothing was promised."""
    if case.resolution_minutes is None:
        return None
    return timedelta(minutes=case.resolution_minutes + case.resolution_extra_minutes)


def contact_since(case: Case) -> datetime:
    """First contact is owed since the answer's confirmation, or since the customer allowed it."""
    return case.contact_allowed_at or case.response.answered_at


def resolution_run(case: Case) -> Run:
    """The stretches in which the resolution clock ran."""
    stretches = [
        (datetime.fromisoformat(start), end and datetime.fromisoformat(end)) for start, end in case.resolution_ran
    ]
    return Run(stretches)


def wind(case: Case, now: datetime, clock: BusinessClock | None = None) -> None:
    """Every time that the case's state gives, from state alone: winding twice changes nothing. Unsaved.

    What is done keeps the time it was due by; only what is still owed follows new hours.
    """
    clock = clock or clock_of(current_organization())
    _run_or_stop(case, now, clock)
    _time_contact(case, clock)
    _time_resolution(case, clock)


def _run_or_stop(case: Case, now: datetime, clock: BusinessClock) -> None:
    """The resolution clock runs from the answer on, but while the customer's turn it is and once the case is closed."""
    runs, run = case.is_open and not case.is_waiting, resolution_run(case)
    if runs and not run.is_on:
        since = now if run.stretches else case.response.answered_at
        case.resolution_ran = [*case.resolution_ran, [since.isoformat(), None]]
    elif run.is_on and not runs:
        case.resolution_ran = [*case.resolution_ran[:-1], [case.resolution_ran[-1][0], now.isoformat()]]
        used, target = run.used(clock, now), resolution_target(case)
        case.resolution_seconds = int(used.total_seconds())
        case.resolution_was_late |= target is not None and used > target


def _time_contact(case: Case, clock: BusinessClock) -> None:
    case.contact_soon_at = None
    if not case.is_open or case.refuses_contact or case.is_waiting:
        return
    target, soon = contact_target(case), contact_target(case) * _soon_share(case)
    if case.attempted_at is None and case.answer_since is None:
        case.due_at = owed_at(clock, contact_since(case), target)
        case.contact_soon_at = owed_at(clock, contact_since(case), soon)
    elif case.answer_since:
        case.answer_due_at = owed_at(clock, case.answer_since, target)
        case.contact_soon_at = owed_at(clock, case.answer_since, soon)


def _time_resolution(case: Case, clock: BusinessClock) -> None:
    case.resolution_due_at = case.resolution_soon_at = None
    target, run = resolution_target(case), resolution_run(case)
    if target is None or not run.is_on:
        return
    case.resolution_due_at = run.reaches(clock, target)
    case.resolution_soon_at = run.reaches(clock, target * _soon_share(case))


def _soon_share(case: Case) -> float:
    return (case.policy.soon_percent if case.policy else SOON_PERCENT) / 100


def grant_time(case: Case, now: datetime) -> None:
    """A case that is opened again goes on with the time it had left, but at least with one contact's target. Unsaved."""
    target = resolution_target(case)
    if target is None:
        return
    left = target - resolution_run(case).used(clock_of(current_organization()), now)
    short = contact_target(case) - left
    if short > timedelta(0):
        case.resolution_extra_minutes += -(-short // timedelta(minutes=1))


def opening_after(organization: Organization, since: datetime, days: int) -> datetime:
    """When the company opens on the `days`-th business day after that of `since`; plain days where the hours can't be kept."""
    try:
        clock, at = clock_of(organization), since
        zone = ZoneInfo(organization.timezone)
        for _day in range(days):
            next_day = at.astimezone(zone).date() + timedelta(days=1)
            at = clock.opens_at(datetime.combine(next_day, time(), zone))
    except (ValueError, BusinessHoursError):
        return since + timedelta(days=days)
    return at
