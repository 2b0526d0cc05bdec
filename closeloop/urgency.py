"""What is at risk with a case: revenue × churn of its class × urgency, and the place that this gives it in the list.

Urgency doubles with each day that the time owed comes nearer, and is 1 once it is there. All open cases grow by the same
factor as time passes, so their order stays: it is kept as one number on the case, log₂(revenue × churn) − day owed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

DAY = timedelta(days=1)
# What is worth less (or nothing that we know of) is ordered as if it were worth this: then by time alone.
LEAST = 1.0
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Risk:
    """The sum as people may redo it: money in the organisation's currency, churn a fraction, urgency 0 to 1."""

    revenue: Decimal
    churn: Decimal
    urgency: Decimal

    @property
    def amount(self) -> Decimal:
        return self.revenue * self.churn * self.urgency


def urgency(owed_by: datetime, now: datetime) -> Decimal:
    """1 when due or overdue, ½ a day before, ¼ two days before; two decimals, as it is shown and multiplied."""
    left = max((owed_by - now) / DAY, 0.0)
    return Decimal(str(round(2**-left, 2)))


def rank(revenue: Decimal | None, churn: Decimal, owed_by: datetime) -> float:
    """Higher comes first. Comparable between any two cases, at any time."""
    at_stake = float(revenue or 0) * float(churn)
    return math.log2(max(at_stake, LEAST)) - (owed_by - _BEGAN) / DAY
