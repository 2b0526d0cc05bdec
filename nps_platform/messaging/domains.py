"""Bounces by domain: which mailbox providers send our mails back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Value
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils import timezone

from nps_platform.messaging.models import Message

State = Message.State
DAYS = 90
SHOWN = 10


@dataclass(frozen=True)
class Domain:
    """What became of the mails to one domain; `share` of those that left came back."""

    name: str
    sent: int
    bounced: int
    complained: int

    @property
    def share(self) -> float:
        return self.bounced / self.sent if self.sent else 0.0


def bounces_by_domain(programme: int | None = None) -> list[Domain]:
    """The domains with the most bounces of the last 90 days, the most first.

    The bounced have an index of their own; only the domains found so are counted in all.
    """
    recent = Message.objects.filter(claimed_at__gte=timezone.now() - timedelta(days=DAYS)).order_by()
    if programme is not None:
        recent = recent.filter(group_id=programme)
    at = StrIndex("to_address", Value("@"))
    named = (
        recent.filter(channel=Message.Channel.EMAIL)
        .exclude(to_address="")
        .annotate(domain=Lower(Substr("to_address", at + 1)))
    )
    worst = named.filter(state=State.BOUNCED).values_list("domain").annotate(n=Count("pk")).order_by("-n", "domain")
    names = [name for name, _n in worst[:SHOWN]]
    if not names:
        return []
    counted = named.filter(domain__in=names, state__in=(State.SENT, State.BOUNCED)).values("domain")
    rows = counted.annotate(
        sent=Count("pk"),
        bounced=Count("pk", filter=Q(state=State.BOUNCED)),
        complained=Count("pk", filter=Q(complained_at__isnull=False)),
    )
    found = [Domain(row["domain"], row["sent"], row["bounced"], row["complained"]) for row in rows]
    return sorted(found, key=lambda domain: (-domain.bounced, domain.name))
