"""Holding back who answers all day at a place where anybody may."""

from __future__ import annotations

from django.http import HttpRequest

from nps_platform.lib.rates import caller_of, happened
from surveys.models import Collector

# New answers from one address at one place. All who use a shop's wifi share its address: a queue at four tills stays far
# below, a program that answers all day does not.
A_MINUTE, AN_HOUR = 60, 600
# What tablets of one address hand in for one place: somebody every ten seconds through a day of 16 hours may have waited.
HANDED_IN_AN_HOUR = 6_000


def is_flood(request: HttpRequest, collector: Collector) -> bool:
    """Counts this answer, and says whether it is one too many."""
    here = f"visits:{collector.pk}:{caller_of(request)}"
    return happened(f"{here}:hour", seconds=3600) > AN_HOUR or happened(f"{here}:minute", seconds=60) > A_MINUTE


def hands_in_too_much(request: HttpRequest, collector: Collector, *, answers: int) -> bool:
    """Counts what a tablet hands in, and the call itself; who is told so keeps what it has and comes again."""
    here = f"handed-in:{collector.pk}:{caller_of(request)}"
    return happened(here, seconds=3600, times=answers + 1) > HANDED_IN_AN_HOUR
