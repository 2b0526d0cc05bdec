"""What waits for this person, and what the organisation has not set up yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Exists, Q, Sum

from closeloop.inbox import InboxFilters
from closeloop.models import Case
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.customers.waiting import imports_for, unknown_customers
from nps_platform.messaging.outbox import Filters as OutboxFilters
from nps_platform.messaging.outbox import found as messages_found
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from surveys.models import Invitation, Programme, Survey


@dataclass(frozen=True, slots=True)
class Listed:
    """So many rows, and the address's question that shows just these."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class WaitingCases:
    """Open cases: past their time without first contact, due within 24 hours, of nobody; `oldest` waits longest; `unsolved` are
    past the deadline for their solution."""

    overdue: Listed
    soon: Listed
    unassigned: Listed
    oldest: Case | None
    unsolved: Listed


def waiting_cases(reader: Membership) -> WaitingCases:
    """Whoever designs surveys watches all of them; an agent sees their own, their teams' and nobody's.

    Counted by the inbox's own filters, so that the list behind each figure is the figure.
    """
    late = _in_inbox(reader, "open", contact="late")
    oldest = late.cases(reader).order_by("due_at").first()
    return WaitingCases(
        overdue=_listed(late, reader),
        soon=_listed(_in_inbox(reader, "open", contact="soon"), reader),
        unassigned=_listed(_in_inbox(reader, "unassigned"), reader),
        oldest=oldest,
        unsolved=_listed(_in_inbox(reader, "open", solution="late"), reader),
    )


def _in_inbox(reader: Membership, view: str, **values: str) -> InboxFilters:
    return InboxFilters(view, values=values if reader.may(Right.ASK) else values | {"whose": "around"})


def _listed(filters: InboxFilters, reader: Membership) -> Listed:
    return Listed(filters.cases(reader).count(), urlencode({"view": filters.view, **filters.values}))


@dataclass(frozen=True, slots=True)
class RunningWave:
    """A wave on its way: how many got it, how many answered."""

    programme: Programme
    planned: int
    sent: int
    answered: int


def running_waves(*, limit: int = 3) -> list[RunningWave]:
    """Waves that are being planned, run or are paused, newest first."""
    live = [Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED]
    programmes = list(Programme.objects.filter(state__in=live).order_by("-launched_at")[:limit])
    # Counted after the few are chosen, and from an index alone: a wave may have a million rows.
    invited = Invitation.objects.filter(programme__in=programmes).exclude(state=Invitation.State.SKIPPED)
    counted = invited.order_by().values_list("programme", "state").annotate(n=Count("*"))
    states: dict[int, Counter[str]] = {programme.pk: Counter() for programme in programmes}
    for programme_id, state, n in counted:
        states[programme_id][state] = n
    return [_running(programme, states[programme.pk]) for programme in programmes]


def _running(programme: Programme, states: Counter[str]) -> RunningWave:
    invited, planned = states.total(), states[Invitation.State.PLANNED]
    return RunningWave(programme, invited, invited - planned, states[Invitation.State.ANSWERED])


@dataclass(frozen=True, slots=True)
class Troubles:
    """What stopped: imports that failed or wait for a yes, mails that nobody knows the fate of, revenue of nobody."""

    failed_imports: int = 0
    waiting_imports: int = 0
    uncertain_mails: int = 0
    unknown_customers: int = 0


def troubles(membership: Membership) -> Troubles:
    """Only what this person can mend; 0 for the rest. Each is counted as the page behind it lists it."""
    found = Troubles()
    if membership.may(Right.LOAD_REVENUE):
        found = replace(
            found,
            failed_imports=imports_for(membership, "failed").count(),
            waiting_imports=imports_for(membership, "waiting").count(),
            unknown_customers=unknown_customers(),
        )
    if membership.may(Right.ASK):
        found = replace(found, uncertain_mails=messages_found(OutboxFilters(show="uncertain")).count())
    return found


@dataclass(frozen=True, slots=True)
class Loaded:
    """The newest month of revenue and what of it has no customer, for those who load it. One currency: the largest."""

    month: date
    amount: Decimal
    unmatched: Decimal
    currency: str


def last_loaded() -> Loaded | None:
    """None before any revenue was loaded."""
    newest = RevenueEntry.objects.order_by("-period").values_list("period", flat=True).first()
    if newest is None:
        return None
    row = (
        RevenueEntry.objects.filter(period=newest)
        .values("currency")
        .annotate(whole=Sum("amount"), unmatched=Sum("amount", filter=Q(customer=None, is_erased=False)))
        .order_by("-whole")
        .first()
    )
    return Loaded(newest, row["whole"], row["unmatched"] or Decimal(0), row["currency"]) if row else None


@dataclass(frozen=True, slots=True)
class SetUp:
    """The five steps to the first answer: what is there."""

    customers: bool
    revenue: bool
    survey: bool
    wave: bool
    team: bool


def set_up(membership: Membership) -> SetUp:
    """One query: each step asks only whether there is a row."""
    colleagues = Membership.objects.filter(organization=membership.organization, is_active=True).exclude(
        pk=membership.pk
    )
    found = (
        Membership.objects.filter(pk=membership.pk)
        .annotate(
            customers=Exists(Customer.objects.all()),
            revenue=Exists(RevenueEntry.objects.all()),
            survey=Exists(Survey.objects.exclude(state=Survey.State.DRAFT)),
            wave=Exists(Programme.objects.exclude(state=Programme.State.DRAFT)),
            team=Exists(colleagues),
        )
        .values("customers", "revenue", "survey", "wave", "team")
        .get()
    )
    return SetUp(**found)
