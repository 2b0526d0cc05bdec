"""The journey as its editors see it, and what they are told: where something went, what deleting takes away."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.models import QualitativeNote, Stage, Survey, Touchpoint


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its touchpoints, in order; each touchpoint counts its surveys as `listening`."""

    stage: Stage
    touchpoints: list[Touchpoint]


def board() -> list[Column]:
    """The whole journey in two queries."""
    by_stage: dict[int, list[Touchpoint]] = {}
    # Told in full: a query that counts leaves the model's own order aside.
    touchpoints = Touchpoint.objects.annotate(listening=Count("surveys")).order_by("stage__position", "position", "pk")
    for touchpoint in touchpoints.select_related("owner__user"):
        by_stage.setdefault(touchpoint.stage_id, []).append(touchpoint)
    return [Column(stage, by_stage.get(stage.pk, [])) for stage in Stage.objects.select_related("owner__user")]


def place_of(row: Stage | Touchpoint) -> str:
    """Where it stands now, for the ear as for the eye."""
    rows = Stage.objects.all() if isinstance(row, Stage) else row.stage.touchpoints.all()
    ids = list(rows.values_list("pk", flat=True))
    values: dict[str, object] = {"name": row.name, "number": ids.index(row.pk) + 1, "all": len(ids)}
    if isinstance(row, Stage):
        return _("“%(name)s” is stage %(number)s of %(all)s.") % values
    return _("“%(name)s” is number %(number)s of %(all)s in “%(stage)s”.") % (values | {"stage": row.stage.name})


# --- what deleting takes away ----------------------------------------------------------------------------------------
def losses_of_touchpoint(touchpoint: Touchpoint) -> list[str]:
    """Sentences for the question before deleting."""
    sentences = [_("Its importance, target and owner are lost.")]
    surveys, notes = touchpoint.surveys.count(), touchpoint.notes.count()
    if surveys:
        sentences.append(_surveys_stay(surveys))
    if notes:
        words = ngettext(
            "%(n)s note moves to the stage “%(stage)s”.", "%(n)s notes move to the stage “%(stage)s”.", notes
        )
        sentences.append(words % {"n": notes, "stage": touchpoint.stage.name})
    return sentences


def losses_of_stage(stage: Stage) -> list[str]:
    """Sentences for the question before deleting: its touchpoints go with it."""
    # A transactional survey, and a note, names its touchpoint's stage too: it is counted once.
    here = Q(stage=stage) | Q(touchpoint__stage=stage)
    surveys = Survey.objects.filter(here).count()
    notes = QualitativeNote.objects.filter(here).count()
    sentences = [_("Its target and owner are lost.")]
    if n := stage.touchpoints.count():
        words = ngettext("%(n)s touchpoint goes with it.", "%(n)s touchpoints go with it.", n)
        sentences.append(words % {"n": n})
    if surveys:
        sentences.append(_surveys_stay(surveys))
    if notes:
        words = ngettext("%(n)s note stays, on the whole journey.", "%(n)s notes stay, on the whole journey.", notes)
        sentences.append(words % {"n": notes})
    return sentences


def _surveys_stay(surveys: int) -> str:
    return ngettext(
        "%(n)s survey stays with every answer it got, but these no longer count for this place.",
        "%(n)s surveys stay with every answer they got, but these no longer count for this place.",
        surveys,
    ) % {"n": surveys}
