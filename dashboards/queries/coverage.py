"""How many of those asked have answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from dashboards.queries.filters import Filters, within
from nps_platform.customers.segments import customers_in
from surveys.models import Invitation


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers to invitations that were sent; a bounced one was not received and counts for itself."""

    name: str
    sent: int
    answered: int
    bounced: int
    programme_id: int | None = None

    @property
    def share(self) -> float | None:
        return self.answered / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The invitations sent in the period, by programme, newest first, and all together."""

    programmes: list[Rate]

    @property
    def total(self) -> Rate:
        return Rate(
            "",
            sum(rate.sent for rate in self.programmes),
            sum(rate.answered for rate in self.programmes),
            sum(rate.bounced for rate in self.programmes),
        )


def coverage(filters: Filters) -> Coverage:
    """Answers per invitation sent in the filters' period, whenever the answer came."""
    rows = (
        sent_in(filters)
        .values("programme_id", "programme__name")
        .annotate(
            sent=Count("id"),
            answered=Count("id", filter=Q(state=Invitation.State.ANSWERED)),
            bounced=Count("id", filter=Q(state=Invitation.State.BOUNCED)),
            last=Max("sent_at"),
        )
        .order_by("-last")
    )
    return Coverage(
        [Rate(r["programme__name"], r["sent"], r["answered"], r["bounced"], r["programme_id"]) for r in rows]
    )


def sent_in(filters: Filters) -> QuerySet[Invitation]:
    """Those that left in the filters' period."""
    return invitations_of(filters).filter(within(filters.period, "sent_at"))


def invitations_of(filters: Filters) -> QuerySet[Invitation]:
    """The invitations of all times that the filters ask for, skipped people among them."""
    rows = Invitation.objects.filter(survey__kind=filters.kind)
    if filters.survey:
        rows = rows.filter(survey=filters.survey)
    if filters.stage:
        rows = rows.filter(survey__stage=filters.stage)
    if filters.touchpoint:
        rows = rows.filter(survey__touchpoint=filters.touchpoint)
    if filters.unit:
        rows = rows.filter(customer__unit__path__startswith=filters.unit.path)
    if filters.segment:
        rows = rows.filter(customer__in=customers_in(filters.segment).values("pk"))
    return rows
