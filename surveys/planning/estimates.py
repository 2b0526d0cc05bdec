"""What an organisation's own past lets it expect, or an assumption that says it is one (METHOD §4)."""

from __future__ import annotations

import math
from datetime import timedelta

from django.utils import timezone

from nps_platform.lib.nps import Z95
from surveys.models import Invitation
from surveys.planning.rules import REALLY_ASKED

ASSUMED_RESPONSE_RATE = 0.2
ENOUGH_PAST = 100
PAST = timedelta(days=365)


def response_rate(kind: str) -> tuple[float, str, int]:
    """Answers per person asked in the last year's surveys of `kind`; its basis, "observed", or "assumed" under 100; of how many."""
    past = Invitation.objects.filter(
        REALLY_ASKED, survey__kind=kind, created_at__gt=timezone.now() - PAST, sent_at__isnull=False
    )
    sent = past.count()
    if sent < ENOUGH_PAST:
        return ASSUMED_RESPONSE_RATE, "assumed", sent
    return past.filter(state=Invitation.State.ANSWERED).count() / sent, "observed", sent


def answers_between(recipients: int, rate: float, past: int) -> tuple[int, int]:
    """95 % interval of the answers: chance among `recipients`, and the rate's own uncertainty from `past` invitations."""
    if not recipients or not past:
        return 0, recipients
    spread = Z95 * recipients * math.sqrt(rate * (1 - rate) * (1 / recipients + 1 / past))
    return max(0, math.floor(recipients * rate - spread)), min(recipients, math.ceil(recipients * rate + spread))
