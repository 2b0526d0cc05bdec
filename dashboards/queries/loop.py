"""The loop: how many detractors were attempted, reached, closed and confirmed, and how soon (METHOD §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from closeloop.models import Case
from dashboards.queries.filters import Filters, answers_in
from dashboards.queries.privacy import hidden_cells
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.scope import current_organization
from responses.models import Response
from responses.signals import NEWS


@dataclass(frozen=True, slots=True)
class Loop:
    """Detractors who answered in the period, and what happened to them since.

    `reachable` left a way to be contacted: they did not decline, and an address or telephone is known; `in_time` of
    them were attempted within the target. `to_contact`, `to_reach` and `to_solve` are medians in business time. `promised` had a
    deadline for the solution that is met or missed by now, `solved_in_time` met it.
    """

    detractors: int
    reachable: int
    attempted: int
    in_time: int
    reached: int
    closed: int
    confirmed: int
    to_contact: timedelta | None
    to_reach: timedelta | None
    promised: int = 0
    solved_in_time: int = 0
    to_solve: timedelta | None = None

    @property
    def rate(self) -> float | None:
        """Close-the-loop rate; None where nobody left a way to be contacted."""
        return self.in_time / self.reachable if self.reachable else None


_REACHABLE = ~Q(wants_contact=False) & (~Q(customer__email="") | ~Q(customer__phone="")) & Q(customer__isnull=False)

_OVER = Q(case__is_open=False)
_PROMISED = Q(case__resolution_minutes__isnull=False)


def loop(filters: Filters) -> Loop:
    """What came of the detractors of the filters' period; answers that were loaded too late to act on them are no part of it."""
    clock = business_clock(current_organization())
    detractors = (
        answers_in(filters).filter(nps_class=NpsClass.DETRACTOR).exclude(recorded_at__gt=F("answered_at") + NEWS)
    )
    counted = detractors.aggregate(
        detractors=Count("id"),
        reachable=Count("id", filter=_REACHABLE),
        attempted=Count("id", filter=Q(case__attempted_at__isnull=False)),
        in_time=Count("id", filter=_REACHABLE & Q(case__attempted_at__lte=F("case__due_at"))),
        reached=Count("id", filter=Q(case__reached_at__isnull=False)),
        closed=Count("id", filter=Q(case__state__in=[Case.State.RESOLVED, Case.State.CONFIRMED])),
        confirmed=Count("id", filter=Q(case__state=Case.State.CONFIRMED)),
        promised=Count("id", filter=_PROMISED & (_OVER | Q(case__resolution_due_at__lte=timezone.now()))),
        solved_in_time=Count("id", filter=_PROMISED & _OVER & Q(case__resolution_was_late=False)),
    )
    # Who had refused contact is owed it from the moment they allowed it.
    times = detractors.filter(case__attempted_at__isnull=False).values_list(
        Coalesce("case__contact_allowed_at", "answered_at"), "case__attempted_at", "case__reached_at"
    )
    contacts = [clock.between(since, attempted) for since, attempted, _reached in times if attempted]
    reaches = [clock.between(since, reached) for since, _attempted, reached in times if reached]
    solved = detractors.filter(_OVER, case__resolution_seconds__gt=0).values_list("case__resolution_seconds", flat=True)
    solutions = [timedelta(seconds=seconds) for seconds in solved]
    return Loop(**counted, to_contact=_median(contacts), to_reach=_median(reaches), to_solve=_median(solutions))


def _median(times: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(time.total_seconds() for time in times)) if times else None


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause that people wrote when they closed a detractor's case, with one of the customers' own sentences."""

    id: int
    name: str
    cases: int
    comment: Response | None


@dataclass(frozen=True, slots=True)
class CauseCount:
    """A root cause and for how many detractors it was written."""

    id: int
    name: str
    cases: int


def cause_counts(filters: Filters, *, threshold: int = 1) -> tuple[list[CauseCount], int]:
    """The root causes of the detractors of the filters' period, the most frequent first without cells too small to show,
    *other* last, since it names nothing; and how many detractors have one at all."""
    found = (
        _with_cause(filters)
        .values(cause=F("case__root_cause"), name=F("case__root_cause__name"), key=F("case__root_cause__key"))
        .annotate(n=Count("id"))
    )
    rows = sorted(found, key=lambda row: (row["key"] == "other", -row["n"], row["name"]))
    sizes = {row["cause"]: row["n"] for row in rows}
    hidden = hidden_cells(sizes, threshold)
    shown = [CauseCount(row["cause"], row["name"], row["n"]) for row in rows if row["cause"] not in hidden]
    return shown, sum(sizes.values())


def causes(filters: Filters, *, limit: int = 3, threshold: int = 1) -> list[Cause]:
    """The most frequent root causes of the detractors of the filters' period, each with a sentence of theirs."""
    found, _with_any = cause_counts(filters, threshold=threshold)
    detractors = _with_cause(filters)
    return [
        Cause(one.id, one.name, one.cases, _a_sentence(detractors.filter(case__root_cause=one.id)))
        for one in found[:limit]
    ]


def _with_cause(filters: Filters) -> QuerySet[Response]:
    return answers_in(filters).filter(nps_class=NpsClass.DETRACTOR, case__root_cause__isnull=False)


def _a_sentence(answers) -> Response | None:
    """The newest comment: every cause's example is chosen alike, nobody picks the most telling one."""
    return answers.exclude(comment="").select_related("customer", "account").order_by("-answered_at", "-id").first()
