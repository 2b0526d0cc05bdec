"""What waits for this person, and what the organisation has not set up yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, Q, Sum

from closeloop.models import Case
from nps_platform.customers.models import Customer, ImportJob, RevenueEntry
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership, TeamMember
from nps_platform.tenancy.roles import Right
from surveys.models import Invitation, Programme, Survey

FAILURES_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class WaitingCases:
    """Open cases: past their time without first contact, due within 24 hours, of nobody; `oldest` waits longest."""

    open: int
    overdue: int
    soon: int
    unassigned: int
    oldest: Case | None


def waiting_cases(membership: Membership, now: datetime) -> WaitingCases:
    """Whoever designs surveys watches all of them; an agent sees their own, their teams' and nobody's."""
    cases = Case.objects.filter(is_open=True)
    if not membership.may(Right.ASK):
        teams = TeamMember.objects.filter(membership=membership).values("team")
        mine = Q(assignee=membership) | Q(assignee=None, team__in=teams) | Q(assignee=None, team=None)
        cases = cases.filter(mine)
    late = Q(attempted_at=None, due_at__lt=now)
    counted = cases.aggregate(
        open=Count("id"),
        overdue=Count("id", filter=late),
        soon=Count("id", filter=Q(attempted_at=None, due_at__gte=now, due_at__lt=now + timedelta(days=1))),
        unassigned=Count("id", filter=Q(assignee=None)),
    )
    oldest = cases.filter(late).select_related("customer").order_by("due_at").first() if counted["overdue"] else None
    return WaitingCases(**counted, oldest=oldest)


@dataclass(frozen=True, slots=True)
class RunningWave:
    """A wave on its way: how many got it, how many answered."""

    programme: Programme
    planned: int
    sent: int
    answered: int


def running_waves(*, limit: int = 3) -> list[RunningWave]:
    """Waves that are being planned, run or are paused, newest first."""
    state, invited = Invitation.State, ~Q(invitations__state=Invitation.State.SKIPPED)
    programmes = (
        Programme.objects.filter(state__in=[Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED])
        .annotate(
            planned=Count("invitations", filter=invited),
            sent=Count("invitations", filter=invited & ~Q(invitations__state=state.PLANNED)),
            answered=Count("invitations", filter=Q(invitations__state=state.ANSWERED)),
        )
        .order_by("-launched_at")[:limit]
    )
    return [RunningWave(p, p.planned, p.sent, p.answered) for p in programmes]


@dataclass(frozen=True, slots=True)
class Troubles:
    """What stopped: imports that failed or wait for a yes, mails that nobody knows the fate of, revenue of nobody."""

    failed_imports: int
    waiting_imports: int
    uncertain_mails: int
    unmatched_rows: int


def troubles(membership: Membership, now: datetime) -> Troubles:
    """Only what this person can mend; 0 for the rest."""
    imports: dict[str, int] = {"failed": 0, "waiting": 0}
    unmatched = 0
    if membership.may(Right.LOAD_REVENUE):
        imports = ImportJob.objects.filter(created_at__gte=now - FAILURES_SHOWN_FOR).aggregate(
            failed=Count("id", filter=Q(state=ImportJob.State.FAILED)),
            waiting=Count("id", filter=Q(state=ImportJob.State.CHECKED)),
        )
        unmatched = RevenueEntry.objects.filter(customer=None, is_erased=False).count()
    uncertain = 0
    if membership.may(Right.ASK):
        uncertain = Message.objects.filter(state=Message.State.AMBIGUOUS).count()
    return Troubles(imports["failed"], imports["waiting"], uncertain, unmatched)


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
