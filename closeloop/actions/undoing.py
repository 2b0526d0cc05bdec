"""Taking a reply back in the seconds before it leaves: the case is as if nobody had written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from closeloop.actions.timeline import keep, locked
from closeloop.models import CannedReply, Case, CaseEvent
from closeloop.refusals import TooLate
from nps_platform.messaging.models import Message
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership
from responses.actions import take_back_contact

# How long a reply waits before it leaves.
UNDO_FOR = timedelta(seconds=10)
_STATES = ("state", "is_waiting", "resolution_ran", "resolution_seconds", "resolution_was_late")
_TIMES = ("acknowledged_at", "attempted_at", "reached_at", "answer_since", "answer_due_at", "due_at")


def as_it_was(case: Case) -> dict[str, Any]:
    """What a reply changes in a case, for an entry's data."""
    times = {name: getattr(case, name) for name in _TIMES}
    return {name: getattr(case, name) for name in _STATES} | {
        name: at.isoformat() if at else None for name, at in times.items()
    }


@transaction.atomic
def undo_reply(event: CaseEvent, *, by: Membership) -> str:
    """Its words, for the composer. Only who wrote it may, and only while it waits: raises TooLate.

    Where something else has happened in the case meanwhile, what that rests on stays as it is.
    """
    case = locked(event.case)
    waiting = Message.objects.filter(pk=event.message_id, state=Message.State.QUEUED, attempts=0)
    if event.actor_id != by.pk or "before" not in event.data or not waiting.update(state=Message.State.CANCELLED):
        raise TooLate
    if not case.events.filter(pk__gt=event.pk).exists():
        _restore(case, event.data["before"])
    event.files.update(event=None, added_by=by)
    if canned := event.data.get("canned"):
        CannedReply.objects.filter(pk=canned, uses__gt=0).update(uses=F("uses") - 1)
    text = event.text
    event.delete()
    audit.record("case.reply_undone", case, by=by)
    return text


def _restore(case: Case, before: dict[str, Any]) -> None:
    if before["attempted_at"] is None and case.attempted_at:
        take_back_contact(case.response, case.attempted_at)
    for name in _STATES:
        setattr(case, name, before[name])
    for name in _TIMES:
        setattr(case, name, parse_datetime(before[name]) if before[name] else None)
    keep(case)
