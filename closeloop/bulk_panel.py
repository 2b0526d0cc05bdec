"""The bar over the list while the same is done to many cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone

from closeloop.actions.bulk import UNDO_FOR
from closeloop.models import BulkItem, BulkWork
from nps_platform.tenancy.models import Membership


def panel_context(work: BulkWork) -> dict[str, Any]:
    """The bar over the list: what is going on, and what can still be undone."""
    items = work.items.all()
    counted = items.order_by().values_list("state").annotate(n=Count("pk"))
    state, by_state, now = (
        BulkWork.State(work.state),
        dict.fromkeys(BulkItem.State.values, 0) | dict(counted),
        timezone.now(),
    )
    can_undo = state in (BulkWork.State.WAITING, BulkWork.State.RUNNING) or (
        state == BulkWork.State.DONE and work.finished_at is not None and work.finished_at > now - UNDO_FOR
    )
    if work.kind == BulkWork.Kind.REPLY:
        can_undo = state == BulkWork.State.WAITING and work.starts_at > now
    return {
        "work": work,
        "worked": work.total - by_state["waiting"],
        "undone": by_state["undone"],
        "kept": by_state["kept"],
        "done_count": by_state["done"],
        "refused": list(items.filter(state=BulkItem.State.REFUSED).select_related("case")[:5]),
        "refused_count": by_state["refused"],
        "can_undo": can_undo,
        "is_live": work.finished_at is None,
        "seconds": max(int((work.starts_at - now).total_seconds() + 0.9), 0),
    }


def latest_work(person: Membership) -> BulkWork | None:
    """What somebody began lately and wants to see on coming back: unfinished, or just done."""
    work = BulkWork.objects.filter(by=person).order_by("-id").first()
    return work if work and (work.finished_at is None or work.finished_at > timezone.now() - UNDO_FOR) else None
