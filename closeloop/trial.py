"""A rule tried on the answers of the last months, before it works."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from closeloop.matching import RELATIONS, ids_that_fit
from closeloop.models import AlertRule
from closeloop.silent import bounced_since, sent_since, silent_since
from responses.models import Response
from surveys.models import Invitation

DAYS = 90
MOST = 20_000
SHOWN = 5


@dataclass(frozen=True)
class Trial:
    """`fitting` of `looked_at` answers: those of the last `days`, of which only the newest MOST are read (`is_capped`).

    `taken`: an active rule above decides about so many of them, so that this one would have opened `cases`. `examples`
    are the newest that fit.
    """

    looked_at: int
    fitting: int
    taken: int
    cases: int
    days: int
    is_capped: bool
    examples: list[Response]
    invitations: list[Invitation] = field(default_factory=list)


def try_rule(rule: AlertRule) -> Trial:
    """What `rule`, saved or not, would have brought in the last DAYS days."""
    now = timezone.now()
    if rule.trigger != AlertRule.Trigger.ANSWER:
        return _try_on_invitations(rule, now - timedelta(days=DAYS), now)
    answers, since = _recent(now)
    looked_at = answers.count()
    fitting = ids_that_fit(rule, answers)
    taken = fitting & _taken_before(rule, answers) if rule.opens_case else set()
    return Trial(
        looked_at=looked_at,
        fitting=len(fitting),
        taken=len(taken),
        cases=len(fitting - taken) if rule.opens_case else 0,
        days=max((now - since).days, 1),
        is_capped=since > now - timedelta(days=DAYS),
        examples=_newest(answers, fitting),
    )


def _try_on_invitations(rule: AlertRule, since: datetime, now: datetime) -> Trial:
    """All of them are counted: the database does it by itself."""
    bounces = rule.trigger == AlertRule.Trigger.BOUNCE
    found = bounced_since(rule, since) if bounces else silent_since(rule, since, now)
    newest = found.select_related("customer", "programme").order_by("-pk")[:SHOWN]
    return Trial(sent_since(since).count(), found.count(), 0, 0, DAYS, False, [], list(newest))


def _recent(now: datetime) -> tuple[QuerySet[Response], datetime]:
    """The answers that a rule is tried on, and since when: on a busy day the newest MOST reach less far back."""
    since = now - timedelta(days=DAYS)
    recent = Response.objects.filter(answered_at__range=(since, now))
    oldest = recent.order_by("-answered_at").values_list("answered_at", flat=True)[MOST - 1 : MOST]
    since = next(iter(oldest), since)
    return recent.filter(answered_at__gte=since), since


def _newest(answers: QuerySet[Response], among: set[int]) -> list[Response]:
    """The newest SHOWN `among` these ids."""
    in_order = answers.order_by("-answered_at", "-id").values_list("pk", flat=True).iterator(chunk_size=2000)
    ids = list(islice((pk for pk in in_order if pk in among), SHOWN))
    return list(answers.filter(pk__in=ids).select_related("customer", "account").order_by("-answered_at", "-id"))


def _taken_before(rule: AlertRule, answers: QuerySet[Response]) -> set[int]:
    """Answers about whose case an active rule above this one decides; a new rule stands last."""
    above = AlertRule.objects.filter(is_active=True, trigger=AlertRule.Trigger.ANSWER).select_related(*RELATIONS)
    if rule.pk:
        above = above.filter(position__lt=rule.position)
    found: set[int] = set()
    return found.union(*(ids_that_fit(other, answers) for other in above))
