"""Which alert rules hold for an answer."""

from __future__ import annotations

from closeloop.models import AlertRule
from nps_platform.customers.segments import BrokenSegment, customers_in
from nps_platform.lib.words import contains_any
from responses.models import Response


def rules_that_hold(response: Response) -> list[AlertRule]:
    """The active rules whose every stated condition holds, in order; the first one decides about the case."""
    rules = AlertRule.objects.filter(is_active=True).select_related("segment", "team", "assignee__user")
    return [rule for rule in rules if holds(rule, response)]


def holds(rule: AlertRule, response: Response) -> bool:
    """Whether every condition that `rule` states holds; cheap ones first."""
    return (
        (not rule.classes or response.nps_class in rule.classes)
        and (rule.score_from is None or response.score >= rule.score_from)
        and (rule.score_to is None or response.score <= rule.score_to)
        and (rule.survey_id is None or rule.survey_id == response.survey_id)
        and (not rule.only_if_contact_wanted or bool(response.wants_contact))
        and (not rule.words or contains_any(response.comment, rule.words) is not None)
        and (rule.segment is None or _is_in_segment(rule, response))
    )


def _is_in_segment(rule: AlertRule, response: Response) -> bool:
    """A segment whose rules can't be read any more holds for nobody; the rules' page says so."""
    try:
        return response.customer_id is not None and customers_in(rule.segment).filter(pk=response.customer_id).exists()
    except BrokenSegment:
        return False
