"""The same done to many cases: begun, watched, taken back. Each case is one transaction of its own, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from closeloop.actions.closing import resolve
from closeloop.actions.handling import assign
from closeloop.actions.tagging import tag_case
from closeloop.actions.talking import send_reply
from closeloop.actions.timeline import handed_to, keep, locked, write
from closeloop.models import BulkItem, BulkWork, CannedReply, Case, CaseEvent, RootCause
from closeloop.prepared import filled_for
from closeloop.refusals import CaseRefused, UnknownCause
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership, Team

DUE = "bulk"
# Replies wait so long before the first leaves; what else was done can be undone for so long after it is finished.
HELD = timedelta(seconds=10)
UNDO_FOR = timedelta(seconds=60)
MOST_TOLD = 3
AT_ONCE = 50
_KEPT = (
    "assignee_id", "team_id", "state", "is_open", "is_waiting", "root_cause_id", "outcome",
    "resolution_ran", "resolution_seconds", "resolution_was_late",
)  # fmt: skip
_KEPT_TIMES = ("acknowledged_at", "resolved_at", "answer_since", "answer_due_at")
_TO_DO = (BulkWork.State.WAITING, BulkWork.State.RUNNING, BulkWork.State.UNDOING)


@transaction.atomic
def begin_bulk(kind: str, cases: Sequence[int], *, data: dict[str, Any], by: Membership) -> BulkWork:
    """Owe the same to each of these cases (ids). Replies begin after HELD."""
    now = timezone.now()
    starts = now + HELD if kind == BulkWork.Kind.REPLY else now
    work = BulkWork.objects.create(kind=kind, by=by, data=data, total=len(cases), created_at=now, starts_at=starts)
    BulkItem.objects.bulk_create([BulkItem(work=work, case_id=pk) for pk in cases], batch_size=1000)
    is_due(DUE, starts)
    return work


def run_bulk(work: BulkWork) -> None:
    """Do what is left of it, until it is finished or somebody takes it back. Two workers share the cases."""
    works = BulkWork.objects.filter(pk=work.pk)
    works.filter(state=BulkWork.State.WAITING, starts_at__lte=timezone.now()).update(state=BulkWork.State.RUNNING)
    while works.filter(state=BulkWork.State.RUNNING).exists() and (items := _left(work, BulkItem.State.WAITING)):
        for item in items:
            _do(work, item)
    while works.filter(state=BulkWork.State.UNDOING).exists() and (items := _left(work, BulkItem.State.DONE)):
        for item in items:
            _undo(work, item)
    finished = {"finished_at": timezone.now()}
    if not _left(work, BulkItem.State.WAITING):
        works.filter(state=BulkWork.State.RUNNING).update(state=BulkWork.State.DONE, **finished)
    if not _left(work, BulkItem.State.DONE):
        works.filter(state=BulkWork.State.UNDOING).update(state=BulkWork.State.UNDONE, **finished)


def _left(work: BulkWork, state: str) -> list[BulkItem]:
    return list(BulkItem.objects.filter(work=work, state=state).select_related("case").order_by("id")[:AT_ONCE])


def take_back(work: BulkWork) -> bool:
    """Before it begins nothing happens; what was done is put back. False where that is no longer possible."""
    now, works = timezone.now(), BulkWork.objects.filter(pk=work.pk)
    if works.filter(state=BulkWork.State.WAITING).update(state=BulkWork.State.UNDONE, finished_at=now):
        return True
    works = works.exclude(kind=BulkWork.Kind.REPLY)
    undoing = {"state": BulkWork.State.UNDOING, "finished_at": None}
    fresh = works.filter(state=BulkWork.State.DONE, finished_at__gt=now - UNDO_FOR)
    if works.filter(state=BulkWork.State.RUNNING).update(**undoing) or fresh.update(**undoing):
        is_due(DUE)
        return True
    return False


def _unfinished() -> QuerySet[BulkWork]:
    return BulkWork.objects.filter(state__in=_TO_DO)


def bulk_left() -> list[BulkWork]:
    """The work that is due, the oldest first."""
    return list(_unfinished().filter(starts_at__lte=timezone.now()).select_related("by__user").order_by("id"))


def next_bulk() -> datetime | None:
    """When some is due next; None where none waits."""
    return _unfinished().aggregate(first=Min("starts_at"))["first"]


def _do(work: BulkWork, item: BulkItem) -> None:
    """One case, once, or a word about why not."""
    try:
        with transaction.atomic():
            if not _claimed(item, BulkItem.State.WAITING, BulkItem.State.DONE):
                return
            before = _snapshot(locked(item.case))
            changed = _DOINGS[work.kind](work, item.case)
            after = Case.objects.values_list("updated_at", flat=True).get(pk=item.case_id) if changed else None
            kept = before | changed if isinstance(changed, dict) else before
            BulkItem.objects.filter(pk=item.pk).update(before=kept if changed else {}, after=after)
    except CaseRefused as refusal:
        reason = str(refusal.message)[:200]
        BulkItem.objects.filter(pk=item.pk).update(state=BulkItem.State.REFUSED, reason=reason)


def _claimed(item: BulkItem, before: str, after: str) -> bool:
    return bool(BulkItem.objects.filter(pk=item.pk, state=before).update(state=after))


def _snapshot(case: Case) -> dict[str, Any]:
    times = {name: value.isoformat() if (value := getattr(case, name)) else None for name in _KEPT_TIMES}
    return {name: getattr(case, name) for name in _KEPT} | times


def _assign(work: BulkWork, case: Case) -> bool:
    """Of a few cases the colleague hears one by one; many would be a flood, they stand in the inbox."""
    person, team = work.data.get("assignee"), work.data.get("team")
    before = (case.assignee_id, case.team_id)
    assign(
        case,
        assignee=Membership.objects.filter(organization=work.organization_id, pk=person).first() if person else None,
        team=Team.objects.filter(pk=team).first() if team else None,
        by=work.by,
        tells=work.total <= MOST_TOLD,
    )
    return before != (person, team)


def _tag(work: BulkWork, case: Case) -> dict[str, Any] | None:
    event = tag_case(case, add=work.data.get("add", ()), remove=work.data.get("remove", ()), by=work.by)
    return {"added": event.data["added"], "removed": event.data["removed"]} if event else None


def _resolve(work: BulkWork, case: Case) -> bool:
    cause = RootCause.objects.filter(pk=work.data["root_cause"]).first()
    if cause is None:
        raise UnknownCause
    resolve(case, root_cause=cause, outcome=work.data["outcome"], text=work.data.get("text", ""), by=work.by)
    return True


def _reply(work: BulkWork, case: Case) -> bool:
    canned = CannedReply.objects.filter(pk=work.data.get("canned") or 0).first()
    send_reply(case, text=filled_for(case, work.data["text"], work.by), canned=canned, by=work.by)
    return True


_DOINGS: dict[str, Callable[[BulkWork, Case], Any]] = {
    BulkWork.Kind.ASSIGN: _assign,
    BulkWork.Kind.TAG: _tag,
    BulkWork.Kind.RESOLVE: _resolve,
    BulkWork.Kind.REPLY: _reply,
}


@transaction.atomic
def _undo(work: BulkWork, item: BulkItem) -> None:
    """Put one case back; what somebody changed since stays as they left it."""
    if not _claimed(item, BulkItem.State.DONE, BulkItem.State.UNDONE) or not item.before:
        return
    if work.kind == BulkWork.Kind.TAG:
        tag_case(item.case, add=item.before["removed"], remove=item.before["added"], by=work.by)
        return
    case = locked(item.case)
    if case.updated_at != item.after:
        BulkItem.objects.filter(pk=item.pk).update(state=BulkItem.State.KEPT)
        return
    for name in _KEPT:
        setattr(case, name, item.before[name])
    for name in _KEPT_TIMES:
        setattr(case, name, parse_datetime(item.before[name]) if item.before[name] else None)
    keep(case)
    write(case, CaseEvent.Kind.UNDONE, by=work.by, what=work.kind, **handed_to(case))
