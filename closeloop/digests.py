"""What a digest of alerts says: the answers it gathers, the lowest scores first."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import Truncator

from closeloop.models import Alert, Case
from nps_platform.messaging.models import Message

MOST_LISTED = 50
FIRST_WORDS = 120


@dataclass(frozen=True)
class Line:
    """One answer: its score, whose it is, how its comment begins, and its case if one was opened."""

    score: int
    who: str
    words: str
    case: Case | None


@dataclass(frozen=True)
class Digest:
    """`total` answers, of which MOST_LISTED at most are told one by one."""

    total: int
    lines: list[Line]

    @property
    def further(self) -> int:
        return self.total - len(self.lines)


def digest_of(message: Message) -> Digest:
    """The alerts that `message` stands for."""
    alerts = Alert.objects.filter(message=message)
    people = alerts.select_related("response__customer", "response__account", "response__case")
    worst = people.order_by("response__score", "-response__answered_at", "id")[:MOST_LISTED]
    return Digest(alerts.count(), [_line(alert) for alert in worst])


def _line(alert: Alert) -> Line:
    response = alert.response
    words = Truncator(" ".join(response.comment.split())).chars(FIRST_WORDS)
    return Line(response.score, response.who, words, getattr(response, "case", None))
