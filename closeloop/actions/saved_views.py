"""Keeping lists of the inbox under a name."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from closeloop.models import SavedView
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


@transaction.atomic
def save_view(view: SavedView, *, by: Membership) -> SavedView:
    """A new one stands last; what isn't shared with a team keeps none."""
    is_new = view.pk is None
    if is_new:
        view.owner = by
        view.position = (SavedView.objects.aggregate(last=Max("position"))["last"] or 0.0) + 1
    if view.sharing != SavedView.Sharing.TEAM:
        view.team = None
    view.save()
    audit.record("saved_view.created" if is_new else "saved_view.changed", view, by=by)
    return view


@transaction.atomic
def move_view(view: SavedView, *, up: bool, by: Membership) -> None:
    """One place up or down among those that `by` sees."""
    seen = list(SavedView.objects.seen_by(by))
    here = seen.index(view)
    rest = seen[:here] + seen[here + 1 :]
    there = here + (-1 if up else 1)
    if not 0 <= there <= len(rest):
        return
    before = rest[there - 1].position if there else rest[0].position - 2 if rest else 0.0
    after = rest[there].position if there < len(rest) else before + 2
    SavedView.objects.filter(pk=view.pk).update(position=(before + after) / 2)
    audit.record("saved_view.moved", view, by=by, up=up)


@transaction.atomic
def delete_view(view: SavedView, *, by: Membership) -> None:
    audit.record("saved_view.deleted", view, by=by, name=view.name)
    view.delete()
