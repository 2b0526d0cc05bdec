"""Who got what, when, and why not: messages and the people who were skipped, as one list, newest first.

Both are read by keyset, a page at a time, and merged: the list never depends on how many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from nps_platform.customers.models import Customer
from nps_platform.lib.folding import found_in
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import current_organization
from surveys.invitations import KINDS
from surveys.models import Invitation, Programme, SkipReason

PAGE = 50
# A search looks at so many customers at most; who needs more says more.
SEARCHED = 200
COUNTS_KEPT_SECONDS = 20
State = Message.State

# What a reader asks for, and the messages that answer it. *skipped* are no messages.
STANDINGS: dict[str, Q] = {
    "delivered": Q(state=State.SENT, delivered_at__isnull=False, complained_at=None),
    "sent": Q(state=State.SENT, delivered_at=None, complained_at=None),
    "bounced": Q(state=State.BOUNCED, complained_at=None),
    "complained": Q(complained_at__isnull=False),
    "uncertain": Q(state=State.AMBIGUOUS, complained_at=None),
    "failed": Q(state=State.FAILED, complained_at=None),
    "waiting": Q(state__in=(State.QUEUED, State.CLAIMED, State.SENDING), complained_at=None),
    "held": Q(state=State.HELD, complained_at=None),
    "cancelled": Q(state=State.CANCELLED, complained_at=None),
}
SKIPPED = "skipped"
# Alerts and other mails to colleagues, which would bury what customers get: a list of their own.
STAFF = "staff"
_TO = {"": (Message.Audience.CUSTOMER, Message.Audience.GUEST), STAFF: (Message.Audience.STAFF,)}


def standing_of(message: Message) -> str:
    """Which of STANDINGS a message is: they leave nothing out and overlap nowhere."""
    if message.complained_at:
        return "complained"
    if message.state == State.SENT:
        return "delivered" if message.delivered_at else "sent"
    by_state = {
        State.BOUNCED: "bounced",
        State.AMBIGUOUS: "uncertain",
        State.FAILED: "failed",
        State.HELD: "held",
        State.CANCELLED: "cancelled",
    }
    return by_state.get(State(message.state), "waiting")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown values narrow nothing. The place is the last message and skip shown.

    `to` is STAFF, or empty for customers and guests. Colleagues are in no programme, and nobody leaves them out.
    """

    to: str = ""
    programme: int | None = None
    state: str = ""
    reason: str = ""
    q: str = ""
    message_before: int | None = None
    skip_before: int | None = None

    @classmethod
    def read(cls, given: Any) -> Filters:
        state, reason = given.get("state", ""), given.get("reason", "")
        message_before, _dot, skip_before = given.get("before", "").partition(".")
        reason = reason if reason in SkipReason.values else ""
        state = state if state in STANDINGS or state == SKIPPED else ""
        staff = given.get("to", "") == STAFF
        if staff:
            reason, state = "", state if state in STANDINGS else ""
        return cls(
            STAFF if staff else "",
            None if staff else _id(given.get("programme", "")),
            SKIPPED if reason else state,
            reason,
            given.get("q", "").strip()[:200].replace("\0", ""),
            _id(message_before),
            _id(skip_before),
        )

    @property
    def told(self) -> dict[str, str]:
        """The filters as an address says them, without the place."""
        told = {
            "to": self.to,
            "programme": str(self.programme or ""),
            "state": self.state,
            "reason": self.reason,
            "q": self.q,
        }
        return {name: value for name, value in told.items() if value}


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True)
class Line:
    """One person and one mail, or the reason for none."""

    at: datetime
    customer: Customer | None
    name: str
    address: str
    standing: str
    programme: str
    programme_id: int | None
    message: Message | None = None
    invitation: Invitation | None = None


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    before: str = ""


def page_of(filters: Filters) -> Page:
    """One page of both, merged by time; where the next one begins, empty at the end."""
    people = _people(filters.q)
    messages = [] if filters.state == SKIPPED else list(_messages(filters, people)[: PAGE + 1])
    asks = filters.state in ("", SKIPPED) and filters.to != STAFF
    skips = list(_skips(filters, people)[: PAGE + 1]) if asks else []
    rows = _merged(messages, skips)
    shown, more = rows[:PAGE], len(rows) > PAGE
    return Page(_lines(shown), _place(filters, shown) if more else "")


def _merged(messages: list[Message], skips: list[Invitation]) -> list[Message | Invitation]:
    """By time, each stream in its own order: what is not shown yet is always the rest of its stream."""
    merged: list[Message | Invitation] = []
    ours, theirs = deque(messages), deque(skips)
    while ours and theirs:
        merged.append(ours.popleft() if ours[0].created_at >= theirs[0].created_at else theirs.popleft())
    return [*merged, *ours, *theirs]


def _place(filters: Filters, shown: Iterable[Message | Invitation]) -> str:
    """Where each of the two streams goes on; one of which nothing was shown stays where it was."""
    message, skip = filters.message_before, filters.skip_before
    for row in shown:
        if isinstance(row, Message):
            message = row.pk if message is None else min(row.pk, message)
        else:
            skip = row.pk if skip is None else min(row.pk, skip)
    return f"{message or ''}.{skip or ''}"


def _people(q: str) -> list[int] | None:
    """The customers that a search means, at most SEARCHED; None where nobody is searched for."""
    if not q:
        return None
    found = Customer.objects.filter(found_in("folded", q))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:SEARCHED])


def _messages_to(to: str) -> QuerySet[Message]:
    rows = Message.objects.filter(audience__in=_TO[to])
    return rows.filter(group_id=None) if to == STAFF else rows  # few among millions: found by the index of their group


def _messages(filters: Filters, people: list[int] | None) -> QuerySet[Message]:
    rows = _messages_to(filters.to).order_by("-pk")
    if filters.programme is not None:
        rows = rows.filter(group_id=filters.programme, kind__in=KINDS)
    if filters.state:
        rows = rows.filter(STANDINGS.get(filters.state, Q(pk__in=[])))
    if people is not None:
        rows = rows.filter(Q(customer_id__in=people) | Q(customer_id=None, to_address__iexact=filters.q))
    if filters.message_before is not None:
        rows = rows.filter(pk__lt=filters.message_before)
    return rows.select_related("customer")


def _skips(filters: Filters, people: list[int] | None) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(state=Invitation.State.SKIPPED).order_by("-pk")
    if filters.programme is not None:
        rows = rows.filter(programme_id=filters.programme)
    if filters.reason:
        rows = rows.filter(skip_reason=filters.reason)
    if people is not None:
        rows = rows.filter(customer_id__in=people)
    if filters.skip_before is not None:
        rows = rows.filter(pk__lt=filters.skip_before)
    return rows.select_related("customer")


def _lines(rows: list[Message | Invitation]) -> list[Line]:
    ids = {row.group_id if isinstance(row, Message) else row.programme_id for row in rows}
    names = dict(Programme.objects.filter(pk__in=ids - {None}).values_list("pk", "name"))
    return [_line(row, names) for row in rows]


def _line(row: Message | Invitation, names: dict[int, str]) -> Line:
    if isinstance(row, Message):
        at = row.delivered_at or row.bounced_at or row.sent_at or row.created_at
        group = row.group_id if row.group_id in names else None
        name = row.to_name or (str(row.customer) if row.customer else "")
        return Line(at, row.customer, name, row.to_address, standing_of(row), names.get(group or 0, ""), group, row)
    return Line(
        row.created_at,
        row.customer,
        str(row.customer),
        row.address,
        SKIPPED,
        names.get(row.programme_id, ""),
        row.programme_id,
        invitation=row,
    )


@dataclass(frozen=True)
class Counts:
    """How many of each standing, and the skipped by reason; of one programme or of all, or of colleagues."""

    standings: dict[str, int]
    reasons: dict[str, int]

    @property
    def skipped(self) -> int:
        return sum(self.reasons.values())


def counts_of(programme: int | None, to: str = "") -> Counts:
    """Exact, by two grouped queries; kept for some seconds, so that turning pages does not count again."""
    key = f"deliveries:{current_organization().pk}:{to or programme or 'all'}"
    kept: Counts | None = cache.get(key)
    if kept is None:
        kept = Counts(_standings(programme, to), {} if to == STAFF else _reasons(programme))
        cache.set(key, kept, COUNTS_KEPT_SECONDS)
    return kept


def _standings(programme: int | None, to: str) -> dict[str, int]:
    rows = _messages_to(to).order_by()
    if programme is not None:
        rows = rows.filter(group_id=programme, kind__in=KINDS)
    counted = rows.aggregate(**{name: Count("pk", filter=wanted) for name, wanted in STANDINGS.items()})
    return {name: counted[name] for name in STANDINGS}


def _reasons(programme: int | None) -> dict[str, int]:
    rows = Invitation.objects.filter(state=Invitation.State.SKIPPED).order_by()
    if programme is not None:
        rows = rows.filter(programme_id=programme)
    counted = dict(rows.values_list("skip_reason").annotate(n=Count("*")))
    return {reason: counted[reason] for reason in SkipReason.values if counted.get(reason)}
