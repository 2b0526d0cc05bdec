"""How many workers one organisation keeps busy: enough for a quick wave, never all of them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from nps_platform.messaging.models import Message

WORKERS_AT_ONCE = 2
# A worker that lives marks its next mails more often than this.
SIGN_OF_LIFE = timedelta(seconds=10)
URGENT = 5


def has_workers_enough() -> bool:
    """Whether as many workers as one organisation may have are sending for it now, by the claims they hold."""
    held = Message.objects.filter(
        state__in=(Message.State.CLAIMED, Message.State.SENDING), claimed_at__gt=timezone.now() - SIGN_OF_LIFE
    )
    return held.order_by().values("claim").distinct().count() >= WORKERS_AT_ONCE
