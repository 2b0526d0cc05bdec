"""The journey: stages and their touchpoints, what they weigh, and who answers for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from surveys.models import QualitativeNote, Stage, Touchpoint
from surveys.starters import UsualStage

Row = TypeVar("Row", Stage, Touchpoint)


@transaction.atomic
def adopt_journey(stages: Sequence[UsualStage], *, by: Membership | None) -> None:
    """The usual stages as the journey's beginning; where one is drawn already, nothing changes."""
    if Stage.objects.exists():
        return
    for usual in stages:
        stage = add_stage(name=usual.name, by=by)
        for one in usual.touchpoints:
            add_touchpoint(
                stage=stage, name=one.name, importance=one.importance, moment_of_truth=one.moment_of_truth, by=by
            )


@transaction.atomic
def add_stage(*, name: str, by: Membership | None, **fields: Any) -> Stage:
    """A stage after the last one. `fields`: kind, target NPS, owner."""
    stage = Stage.objects.create(name=name, position=position_after(Stage.objects.all()), **fields)
    record("stage.added", stage, by=by)
    return stage


@transaction.atomic
def add_touchpoint(*, stage: Stage, name: str, by: Membership | None, **fields: Any) -> Touchpoint:
    """A touchpoint after the last of `stage`. `fields`: importance 1–5, moment_of_truth, target NPS, owner."""
    position = position_after(stage.touchpoints.all())
    touchpoint = Touchpoint.objects.create(stage=stage, name=name, position=position, **fields)
    record("touchpoint.added", touchpoint, by=by)
    return touchpoint


def position_after(rows: QuerySet) -> int:
    """The position behind the last of `rows`."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


@transaction.atomic
def change_stage(stage: Stage, *, by: Membership | None, **fields: Any) -> Stage:
    return _change(stage, "stage.changed", by, fields)


@transaction.atomic
def change_touchpoint(touchpoint: Touchpoint, *, by: Membership | None, **fields: Any) -> Touchpoint:
    """In another stage it goes to the end."""
    stage = fields.get("stage")
    if stage is not None and not stage.touchpoints.filter(pk=touchpoint.pk).exists():
        fields["position"] = position_after(stage.touchpoints.all())
    changed = _change(touchpoint, "touchpoint.changed", by, fields)
    changed.take_surveys_along()
    return changed


def _change(row: Row, action: str, by: Membership | None, fields: dict[str, Any]) -> Row:
    for field, value in fields.items():
        setattr(row, field, value)
    row.save()
    record(action, row, by=by, fields=sorted(fields))
    return row


@transaction.atomic
def delete_stage(stage: Stage, *, by: Membership | None) -> None:
    """With its touchpoints. Surveys and answers stay without a place; notes stay on the journey as a whole."""
    record("stage.deleted", stage, by=by, touchpoints=stage.touchpoints.count())
    QualitativeNote.objects.filter(touchpoint__stage=stage).update(touchpoint=None, stage=None)
    stage.delete()


@transaction.atomic
def delete_touchpoint(touchpoint: Touchpoint, *, by: Membership | None) -> None:
    """Its surveys and their answers stay without a touchpoint; its notes move to the stage."""
    record("touchpoint.deleted", touchpoint, by=by)
    touchpoint.notes.update(stage=touchpoint.stage, touchpoint=None)
    touchpoint.delete()
