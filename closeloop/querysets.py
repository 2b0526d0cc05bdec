"""Sets of cases as people speak of them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db.models import Q

from nps_platform.tenancy.models import Membership, TeamMember
from nps_platform.tenancy.scope import TenantManager, TenantQuerySet


class CaseQuerySet(TenantQuerySet):
    """`Case.objects.open().overdue(now)`."""

    def open(self) -> Self:
        """Somebody still has to do something or wait for the customer."""
        return self.filter(is_open=True)

    def overdue(self, now: datetime) -> Self:
        """Open, our turn, and the time we gave ourselves has passed."""
        return self.open().filter(is_at_rest=False, act_by__lt=now)

    def untouched(self, *, before: datetime, since: datetime | None = None) -> Self:
        """Open, and nobody has tried to reach the customer, which was due before one time (and since another)."""
        cases = self.open().filter(attempted_at=None, refuses_contact=False, due_at__lt=before)
        return cases.filter(due_at__gte=since) if since else cases

    def unsolved(self, *, before: datetime, since: datetime | None = None) -> Self:
        """Open, not waiting for the customer, and the solution was due before one time (and since another)."""
        cases = self.open().filter(resolution_due_at__lt=before)
        return cases.filter(resolution_due_at__gte=since) if since else cases

    def around(self, membership: Membership) -> Self:
        """What this person may find on their desk: their own, their teams' and nobody's."""
        teams = TeamMember.objects.filter(membership=membership).values("team")
        return self.filter(Q(assignee=membership) | Q(assignee=None, team__in=teams) | Q(assignee=None, team=None))

    def of(self, membership: Membership) -> Self:
        """Assigned to this person."""
        return self.filter(assignee=membership)

    def unassigned(self) -> Self:
        """Open and nobody's; a team's queue counts until a person takes the case."""
        return self.open().filter(assignee__isnull=True)

    def with_people(self) -> Self:
        """With all that a row of the inbox shows, in one query."""
        return self.select_related(
            "customer",
            "account",
            "response",
            "response__touchpoint",
            "response__survey",
            "response__collector",
            "team",
            "assignee__user",
            "policy",
        )

    def newest_first(self) -> Self:
        return self.order_by("-id")


class CaseManager(TenantManager.from_queryset(CaseQuerySet)):  # type: ignore[misc]
    """The tenant's scope with the sets above."""
