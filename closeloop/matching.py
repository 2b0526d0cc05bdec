"""Which alert rules hold for an answer."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from closeloop.conditions import Condition, conditions_of, whole
from closeloop.models import AlertRule
from responses.models import Response

TOLD = ("rooms__room", "endpoints__endpoint")
RELATIONS = ("segment", "touchpoint", "unit", "survey", "team", "assignee__user")


def rules_that_hold(response: Response) -> list[AlertRule]:
    """The active rules that hold, in order; the first one decides about the case."""
    rules = AlertRule.objects.filter(is_active=True, trigger=AlertRule.Trigger.ANSWER).select_related(*RELATIONS)
    return [rule for rule in rules.prefetch_related(*TOLD) if holds(rule, response)]


def holds(rule: AlertRule, response: Response) -> bool:
    """Whether every condition that `rule` states holds for a saved answer, or any where it asks for any."""
    conditions = sorted(conditions_of(rule), key=lambda condition: condition.holds is None)  # without a query first
    row = Response.objects.filter(pk=response.pk)
    told = (one.holds(response) if one.holds else row.filter(one.rows).exists() for one in conditions)
    return not conditions or (any(told) if rule.match == AlertRule.Match.ANY else all(told))


def ids_that_fit(rule: AlertRule, answers: QuerySet[Response]) -> set[int]:
    """The ids of those of `answers` for which `rule`, saved or not, holds. A few queries, however many conditions."""
    conditions = conditions_of(rule)
    wordless = [condition for condition in conditions if not condition.reads_words]
    worded = [condition for condition in conditions if condition.reads_words]
    if not worded:
        return _ids(answers, whole(rule, wordless))
    if rule.match == AlertRule.Match.ANY:
        found = _ids(answers, whole(rule, wordless)) if wordless else set()
        return found.union(*(_saying(condition, answers, Q()) for condition in worded))
    return set.intersection(*(_saying(condition, answers, whole(rule, wordless)) for condition in worded))


def _ids(answers: QuerySet[Response], rows: Q) -> set[int]:
    return set(answers.filter(rows).order_by().values_list("pk", flat=True))


def _saying(condition: Condition, answers: QuerySet[Response], rows: Q) -> set[int]:
    """The database finds comments that may say it, Python reads them word by word."""
    maybe = answers.filter(rows & condition.rows).order_by().only("pk", "comment")
    return {answer.pk for answer in maybe.iterator(chunk_size=2000) if condition.holds and condition.holds(answer)}
