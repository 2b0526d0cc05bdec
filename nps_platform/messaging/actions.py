"""Owing a message, taking it back, holding a run of them, and trying one again."""

from __future__ import annotations

from collections.abc import Sequence

from celery import signature
from django.db import transaction
from django.utils import timezone

from nps_platform.messaging.models import Message
from nps_platform.messaging.pace import URGENT, has_workers_enough
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge

DUE = "messages"
SEND = "messaging.send"
# One row a source: launching twice owes the same message once.
ONCE = frozenset({"invitation", "reminder"})
WAITING = (Message.State.QUEUED, Message.State.HELD, Message.State.CLAIMED)
RESENDABLE = (Message.State.AMBIGUOUS, Message.State.FAILED, Message.State.BOUNCED)


class NotResendable(Exception):
    """Only a message that failed or whose fate is uncertain is sent again."""


@transaction.atomic
def enqueue(messages: Sequence[Message]) -> int:
    """Owe these messages; how many were new. Nothing is sent inside: a worker is told on commit, a sweep makes good."""
    once = [message for message in messages if message.kind in ONCE]
    others = [message for message in messages if message.kind not in ONCE]
    known = _already_owed(once)
    new = [message for message in once if _source(message) not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    Message.objects.bulk_create(others)
    if new or others:
        announce(*new, *others)
    return len(new) + len(others)


def _source(message: Message) -> tuple[str, int | None, int]:
    return (message.kind, message.source_id, message.step)


def _already_owed(messages: list[Message]) -> set[tuple[str, int | None, int]]:
    sources = {message.source_id for message in messages}
    rows = Message.objects.filter(kind__in=ONCE, source_id__in=sources) if sources else Message.objects.none()
    return set(rows.values_list("kind", "source_id", "step"))


def announce(*messages: Message) -> None:
    """Say that there is something to send, from the earliest due time."""
    due_at = min((message.due_at for message in messages), default=timezone.now())
    is_due(DUE, due_at)
    urgent = any(message.priority <= URGENT for message in messages)
    if due_at <= timezone.now() and (urgent or not has_workers_enough()):
        nudge(signature(SEND), current_organization().pk)


def cancel(*, kinds: Sequence[str], source_ids: Sequence[int] | None = None, group_id: int | None = None) -> int:
    """Take back what has not left yet, by its sources or by group; how many."""
    rows = Message.objects.filter(kind__in=kinds, state__in=WAITING)
    if source_ids is not None:
        rows = rows.filter(source_id__in=source_ids)
    if group_id is not None:
        rows = rows.filter(group_id=group_id)
    return rows.update(state=Message.State.CANCELLED)


def hold(group_id: int, *, kinds: Sequence[str]) -> int:
    """Stop a run: what no worker has begun waits until `release`; how many."""
    rows = Message.objects.filter(
        group_id=group_id, kind__in=kinds, state__in=(Message.State.QUEUED, Message.State.CLAIMED)
    )
    return rows.update(state=Message.State.HELD, claim="")


def release(group_id: int, *, kinds: Sequence[str]) -> int:
    """Let a held run go on; how many."""
    rows = Message.objects.filter(group_id=group_id, kind__in=kinds, state=Message.State.HELD)
    released = rows.update(state=Message.State.QUEUED)
    if released:
        announce()
    return released


@transaction.atomic
def resend(message: Message, *, by: Membership | None) -> None:
    """A person decides that one whose fate is uncertain, or that failed, goes out again. Raises NotResendable."""
    rows = Message.objects.filter(pk=message.pk, state__in=RESENDABLE)
    if not rows.update(state=Message.State.QUEUED, due_at=timezone.now(), claim="", error="", attempts=0):
        raise NotResendable
    record("message.resent", message, by=by, kind=message.kind)
    announce()


@transaction.atomic
def resend_uncertain(*, group_id: int | None = None, by: Membership | None) -> int:
    """A person decides that everything uncertain goes out again, of one run or of all; how many. Some may arrive twice."""
    rows = Message.objects.filter(state=Message.State.AMBIGUOUS)
    if group_id is not None:
        rows = rows.filter(group_id=group_id)
    many = rows.update(state=Message.State.QUEUED, due_at=timezone.now(), claim="", error="", attempts=0)
    if many:
        record("messages.resent", None, by=by, many=many, group=group_id)
        announce()
    return many
