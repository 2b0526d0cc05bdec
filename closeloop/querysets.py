"""Sets of cases as people speak of them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import TenantManager, TenantQuerySet


class CaseQuerySet(TenantQuerySet):
    """`Case.objects.open().overdue(now)`."""

    def open(self) -> Self:
        """Somebody still has to do something or wait for the customer."""
        return self.filter(is_open=True)

    def overdue(self, now: datetime) -> Self:
        """Open, our turn, and the time we gave ourselves has passed."""
        return self.open().filter(is_waiting=False, act_by__lt=now)

    def of(self, membership: Membership) -> Self:
        """Assigned to this person."""
        return self.filter(assignee=membership)

    def unassigned(self) -> Self:
        """Open and nobody's; a team's queue counts until a person takes the case."""
        return self.open().filter(assignee__isnull=True)

    def with_people(self) -> Self:
        """With all that a row of the inbox shows, in one query."""
        return self.select_related(
            "customer", "account", "response", "response__touchpoint", "response__survey", "team", "assignee__user"
        )

    def due_first(self) -> Self:
        """What we owe, soonest first; cases that wait for the customer after them (index case_due_first)."""
        return self.order_by("is_waiting", "act_by", "id")

    def newest_first(self) -> Self:
        return self.order_by("-id")


class CaseManager(TenantManager.from_queryset(CaseQuerySet)):  # type: ignore[misc]
    """The tenant's scope with the sets above."""
