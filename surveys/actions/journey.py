"""The journey: stages and their touchpoints, in order."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from surveys.models import Stage, Touchpoint

Row = TypeVar("Row", Stage, Touchpoint)


class InUse(Exception):
    """A stage or touchpoint that surveys listen to is not deleted."""


@transaction.atomic
def add_stage(*, name: str, by: Membership | None, kind: str = Stage.Kind.PHASE) -> Stage:
    """A stage after the last one."""
    stage = Stage.objects.create(name=name, kind=kind, position=_after(Stage.objects.all()))
    record("stage.added", stage, by=by)
    return stage


@transaction.atomic
def add_touchpoint(*, stage: Stage, name: str, by: Membership | None, **fields: Any) -> Touchpoint:
    """A touchpoint after the last of `stage`. `fields`: importance 1–5, moment_of_truth, target NPS."""
    touchpoint = Touchpoint.objects.create(stage=stage, name=name, position=_after(stage.touchpoints.all()), **fields)
    record("touchpoint.added", touchpoint, by=by)
    return touchpoint


def _after(rows: QuerySet) -> int:
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


@transaction.atomic
def change_stage(stage: Stage, *, by: Membership | None, **fields: Any) -> Stage:
    return _change(stage, "stage.changed", by, fields)


@transaction.atomic
def change_touchpoint(touchpoint: Touchpoint, *, by: Membership | None, **fields: Any) -> Touchpoint:
    return _change(touchpoint, "touchpoint.changed", by, fields)


def _change(row: Row, action: str, by: Membership | None, fields: dict[str, Any]) -> Row:
    for field, value in fields.items():
        setattr(row, field, value)
    row.save()
    record(action, row, by=by, fields=sorted(fields))
    return row


@transaction.atomic
def move_stage(stage: Stage, *, up: bool, by: Membership | None) -> None:
    _move(list(Stage.objects.all()), stage, up)
    record("stage.moved", stage, by=by)


@transaction.atomic
def move_touchpoint(touchpoint: Touchpoint, *, up: bool, by: Membership | None) -> None:
    _move(list(touchpoint.stage.touchpoints.all()), touchpoint, up)
    record("touchpoint.moved", touchpoint, by=by)


def _move(rows: list[Row], row: Row, up: bool) -> None:
    """Swap with the neighbour and number afresh; at an end nothing moves."""
    here = next(index for index, other in enumerate(rows) if other.pk == row.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for position, other in enumerate(rows):
        if other.position != position:
            other.position = position
            other.save(update_fields=["position"])


@transaction.atomic
def delete_stage(stage: Stage, *, by: Membership | None) -> None:
    """Only an unused one: its surveys would lose their place. Raises InUse."""
    if stage.surveys.exists() or stage.touchpoints.exists():
        raise InUse
    record("stage.deleted", stage, by=by)
    stage.delete()


@transaction.atomic
def delete_touchpoint(touchpoint: Touchpoint, *, by: Membership | None) -> None:
    """Only an unused one. Raises InUse."""
    if touchpoint.surveys.exists():
        raise InUse
    record("touchpoint.deleted", touchpoint, by=by)
    touchpoint.delete()
