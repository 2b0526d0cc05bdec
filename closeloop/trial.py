"""A rule tried on the answers of the last weeks, before it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from closeloop.matching import holds
from closeloop.models import AlertRule
from responses.models import Response

DAYS = 30
MOST = 2000
SHOWN = 5


@dataclass(frozen=True)
class Trial:
    """`fitting` of `looked_at` answers (the newest MOST of the last DAYS); `examples` are the newest that fit."""

    looked_at: int
    fitting: int
    examples: list[Response]
    days: int = DAYS


def try_rule(rule: AlertRule) -> Trial:
    """For how many recent answers every condition of `rule`, saved or not, would have held."""
    since = timezone.now() - timedelta(days=DAYS)
    recent = Response.objects.filter(answered_at__gte=since).select_related("customer", "account")
    answers = list(recent.order_by("-answered_at")[:MOST])
    fitting = [response for response in answers if holds(rule, response)]
    return Trial(len(answers), len(fitting), fitting[:SHOWN])
