"""The order of the journey: a stage or touchpoint is put before another, or takes one step."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from django.db import transaction

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from surveys.models import Stage, Touchpoint

Row = TypeVar("Row", Stage, Touchpoint)


class Step(StrEnum):
    """One place: up and down within a stage, back and forth along the journey."""

    UP = "up"
    DOWN = "down"
    BACK = "back"
    FORTH = "forth"


class NameTaken(Exception):
    """The stage already has a touchpoint with this name."""


@transaction.atomic
def place_stage(stage: Stage, *, before: Stage | None, by: Membership | None) -> None:
    """Put `stage` before another one, or last."""
    others = [other for other in _locked_stages() if other.pk != stage.pk]
    _number(_inserted(others, stage, before))
    record("stage.moved", stage, by=by)


@transaction.atomic
def step_stage(stage: Stage, step: Step, *, by: Membership | None) -> None:
    """One place back or forth; at an end it stays."""
    stages = _locked_stages()
    _number(_stepped(stages, stage, forth=step in (Step.FORTH, Step.DOWN)))
    record("stage.moved", stage, by=by)


@transaction.atomic
def place_touchpoint(touchpoint: Touchpoint, *, stage: Stage, before: Touchpoint | None, by: Membership | None) -> None:
    """Put `touchpoint` into `stage` before another one there, or last. Raises NameTaken."""
    _locked_stages()
    others = list(stage.touchpoints.exclude(pk=touchpoint.pk))
    if any(other.name.casefold() == touchpoint.name.casefold() for other in others):
        raise NameTaken
    if touchpoint.stage_id != stage.pk:
        touchpoint.stage = stage
        touchpoint.save(update_fields=["stage"])
        touchpoint.take_surveys_along()
    _number(_inserted(others, touchpoint, before))
    record("touchpoint.moved", touchpoint, by=by)


@transaction.atomic
def step_touchpoint(touchpoint: Touchpoint, step: Step, *, by: Membership | None) -> None:
    """Up or down within its stage; back or forth to the same height of the next one. Raises NameTaken."""
    if step in (Step.UP, Step.DOWN):
        _locked_stages()
        _number(_stepped(list(touchpoint.stage.touchpoints.all()), touchpoint, forth=step == Step.DOWN))
        record("touchpoint.moved", touchpoint, by=by)
        return
    stages = _locked_stages()
    here = next(index for index, stage in enumerate(stages) if stage.pk == touchpoint.stage_id)
    there = here + (1 if step == Step.FORTH else -1)
    if not 0 <= there < len(stages):
        return
    height = list(touchpoint.stage.touchpoints.values_list("pk", flat=True)).index(touchpoint.pk)
    before = stages[there].touchpoints.all()[height : height + 1].first()
    place_touchpoint(touchpoint, stage=stages[there], before=before, by=by)


def _locked_stages() -> list[Stage]:
    """Two people who reorder at once take turns: whoever comes second sees what the first one did."""
    list(Stage.objects.select_for_update().order_by("pk"))
    return list(Stage.objects.all())


def _inserted(others: list[Row], row: Row, before: Row | None) -> list[Row]:
    order = list(others)
    order.insert(next((n for n, other in enumerate(others) if before and other.pk == before.pk), len(others)), row)
    return order


def _stepped(rows: list[Row], row: Row, *, forth: bool) -> list[Row]:
    here = next(index for index, other in enumerate(rows) if other.pk == row.pk)
    there = here + (1 if forth else -1)
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    return rows


def _number(rows: list[Row]) -> None:
    """Positions 0, 1, 2 …; only what changed is written."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
