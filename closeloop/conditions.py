"""What an alert rule asks of an answer: each condition for one answer in hand, and for many by the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from closeloop.models import AlertRule
from nps_platform.customers.segments import BrokenSegment, customers_in
from nps_platform.customers.value import worth_between
from nps_platform.lib.folding import found_in
from nps_platform.lib.words import contains_any, words_of
from responses.models import Response

NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Paths:
    """From a row to what conditions ask about: answers keep it beside them, an invitation asks its survey and customer."""

    customer: str
    account: str
    unit: str
    touchpoint: str


ANSWER = Paths("customer", "account", "unit", "touchpoint")
INVITATION = Paths("customer", "customer__account", "customer__unit", "survey__touchpoint")


@dataclass(frozen=True)
class Condition:
    """`rows` finds, by SQL, those of a set for which it holds. `holds` says it of one without a query, where that is possible;
    where it reads words, `rows` finds too many and `holds` decides."""

    rows: Q
    holds: Callable[[Response], bool] | None = None
    reads_words: bool = False


def conditions_of(rule: AlertRule, paths: Paths = ANSWER) -> list[Condition]:
    """What `rule` states of an answer, cheap ones first."""
    return [*_about_the_answer(rule), *about_the_customer(rule, paths)]


def _about_the_answer(rule: AlertRule) -> list[Condition]:
    low, high, words = rule.score_from, rule.score_to, rule.words
    stated = []
    if rule.classes:
        stated.append(Condition(Q(nps_class__in=rule.classes), lambda answer: answer.nps_class in rule.classes))
    if low is not None or high is not None:
        first, last = low if low is not None else 0, high if high is not None else 10
        stated.append(Condition(Q(score__range=(first, last)), lambda answer: first <= answer.score <= last))
    if rule.only_if_contact_wanted:
        stated.append(Condition(Q(wants_contact=True), lambda answer: bool(answer.wants_contact)))
    if words:
        maybe = reduce(or_, (_may_say(word) for word in words), Q())
        stated.append(Condition(maybe, lambda answer: contains_any(answer.comment, words) is not None, True))
    return stated


def _may_say(words: str) -> Q:
    """Comments that hold each word of a phrase somewhere."""
    return reduce(and_, (found_in("folded", word) for word in words_of(words)), Q())


def about_the_customer(rule: AlertRule, paths: Paths) -> list[Condition]:
    """What `rule` asks about survey, place and customer: of answers, and of invitations that nobody answered."""
    stated = []
    if rule.survey_id:
        stated.append(Condition(Q(survey=rule.survey_id), lambda answer: answer.survey_id == rule.survey_id))
    if rule.touchpoint_id or rule.had_touchpoint:
        gone = rule.touchpoint_id is None
        stated.append(Condition(NOBODY if gone else Q(**{paths.touchpoint: rule.touchpoint_id})))
    if rule.unit:
        stated.append(Condition(Q(**{f"{paths.unit}__path__startswith": rule.unit.path})))
    if rule.segment:
        stated.append(Condition(_in_segment(rule, paths)))
    if rule.value_from is not None or rule.value_to is not None:
        stated.append(Condition(_worth(rule.value_from, rule.value_to, paths)))
    return stated


def _in_segment(rule: AlertRule, paths: Paths) -> Q:
    """A segment whose rules can't be read any more holds for nobody; the rules' page says so."""
    try:
        return Q(**{f"{paths.customer}__in": customers_in(rule.segment).order_by().values("pk")})
    except BrokenSegment:
        return NOBODY


def _worth(low: Decimal | None, high: Decimal | None, paths: Paths) -> Q:
    """An account counts whole; who belongs to none, by their own revenue."""
    of_account, of_customer = worth_between(low, high)
    alone = Q(**{f"{paths.account}__isnull": True, f"{paths.customer}__isnull": False})
    return Q(**{f"{paths.account}__isnull": False}) & of_account(paths.account) | alone & of_customer(paths.customer)


def whole(rule: AlertRule, conditions: list[Condition]) -> Q:
    """All of `conditions` or any of them, as the rule says; without any, everything."""
    if not conditions:
        return Q()
    return reduce(or_ if rule.match == AlertRule.Match.ANY else and_, (condition.rows for condition in conditions))
