"""What came in at places where anybody may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone

from responses.models import Response
from surveys.models import Collector

RECENT_DAYS = 30
SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A place, its answers of the last RECENT_DAYS, and when the last of all came."""

    collector: Collector
    recent: int
    last_at: datetime | None


def lines_of(collectors: Sequence[Collector]) -> list[Line]:
    """Two queries, however many places."""
    came = Response.objects.filter(collector__in=[one.pk for one in collectors]).order_by()
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    recent = dict(came.filter(answered_at__gte=since).values_list("collector").annotate(n=Count("pk")))
    last = dict(came.values_list("collector").annotate(at=Max("answered_at")))
    return [Line(one, recent.get(one.pk, 0), last.get(one.pk)) for one in collectors]


def newest_of(collector: Collector) -> list[Response]:
    """The last answers, newest first."""
    return list(collector.responses.order_by("-answered_at", "-pk")[:SHOWN])
