"""How many mails of a run came back for good, and how many their readers called spam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nps_platform.messaging.models import Message

State = Message.State


@dataclass(frozen=True)
class Returns:
    """Counts of one run. `sent` holds those that came back too; it is None where nobody needs to know it."""

    bounced: int
    complained: int
    sent: int | None = None


def returns_of(group_id: int, *, since: datetime, worth_counting: int) -> Returns:
    """Mails of the run that a worker took since then.

    Bounces and complaints are few and have their own indexes; all mails are counted only where the few are at least
    `worth_counting` bounces or any two complaints.
    """
    mine = Message.objects.filter(group_id=group_id, claimed_at__gte=since)
    bounced = mine.filter(state=State.BOUNCED).count()
    complained = mine.filter(complained_at__isnull=False).count()
    if bounced < worth_counting and complained < 2:
        return Returns(bounced, complained)
    return Returns(bounced, complained, mine.filter(state__in=(State.SENT, State.BOUNCED)).count())
