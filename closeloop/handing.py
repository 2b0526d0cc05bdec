"""Whose a new case is: somebody named, whoever of a team has least to do, or the account's manager."""

from __future__ import annotations

from django.db.models import Count, Max, Q

from closeloop.models import AlertRule, Case
from closeloop.recipients import account_manager, workers_of
from nps_platform.tenancy.models import Membership, Team
from responses.models import Response


def whose_case(rule: AlertRule, response: Response) -> Membership | None:
    """The person whom `rule` gives the case of `response` to; None: it waits for whoever of the team takes it."""
    named = rule.assignee if rule.assignee and rule.assignee.is_active else None
    if rule.handing == AlertRule.Handing.ACCOUNT_OWNER:
        return account_manager(response.account) or named
    if rule.handing == AlertRule.Handing.IN_TURN and rule.team:
        return least_loaded(rule.team)
    return named


def least_loaded(team: Team) -> Membership | None:
    """Who of the team works on cases here and has the fewest open ones; among equals, who got their last one longest ago."""
    workers = {worker.pk: worker for worker in workers_of(team)}
    cases = Case.objects.filter(assignee__in=list(workers)).order_by().values("assignee")
    counted = cases.annotate(load=Count("pk", filter=Q(is_open=True)), last=Max("pk"))
    loads = {row["assignee"]: (row["load"], row["last"]) for row in counted}
    return min(workers.values(), key=lambda worker: (*loads.get(worker.pk, (0, 0)), worker.pk), default=None)
