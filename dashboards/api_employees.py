"""eNPS over the API: groups of five or more, null with the reason for the rest (METHOD, "Everywhere")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from dashboards.api_scores import scored
from dashboards.periods import Period
from dashboards.queries.employees import Closed, closed, counted, units_asked
from dashboards.queries.parts import Dimension
from surveys.models import Survey, SurveyKind

TOO_FEW = "fewer_than_five"
QUARTER = "quarter"


def is_about_employees(asked: dict[str, Any]) -> bool:
    """Whether employees are asked for, by kind or by one of their surveys."""
    survey = asked.get("survey")
    return (survey.kind if survey else asked.get("kind")) == SurveyKind.EMPLOYEE


def employees_answer(asked: dict[str, Any], always: Period) -> dict[str, Any]:
    """`from` and `to` take in each quarter that they touch: no finer time is kept. ValidationError for what would cut finer."""
    _refuse_what_cuts(asked)
    period = Period(asked.get("from") or always.first, asked.get("to") or always.last)
    found = closed(period, survey=asked.get("survey"), unit=asked.get("unit"))
    return _score(found) | {"groups": _groups(asked, found)}


def _refuse_what_cuts(asked: dict[str, Any]) -> None:
    for name in ("stage", "touchpoint", "segment", "collector"):
        if asked.get(name):
            raise ValidationError({name: _("Employees are counted by unit and quarter alone.")})
    if asked.get("by") not in (None, Dimension.UNIT, Dimension.SURVEY):
        raise ValidationError({"by": _("Employees are counted by unit and quarter alone.")})
    if asked.get("interval") not in (None, QUARTER):
        raise ValidationError({"interval": _("Employees’ answers are kept by quarter: ask for interval=quarter.")})


def _groups(asked: dict[str, Any], found: list[Closed]) -> list[dict[str, Any]]:
    """By unit or survey, by quarter, or both. A unit that was asked is named even where too few have answered."""
    key_of, names = _parts(asked, found)
    quarters = sorted({group.quarter for group in found}) if asked.get("interval") else [None]
    if not asked.get("by") and not asked.get("interval"):
        return []
    return [
        {"key": None if key is None else str(key), "name": names[key], "month": f"{quarter:%Y-%m}" if quarter else None}
        | _score([g for g in found if key_of(g) == key and quarter in (None, g.quarter)])
        for key in sorted(names, key=lambda key: (key is None, names[key], key or 0))
        for quarter in quarters
    ]


Part = int | None


def _parts(asked: dict[str, Any], found: list[Closed]) -> tuple[Callable[[Closed], Part], dict[Part, str]]:
    """What tells the groups' parts apart, and the parts' names; what was pooled out of small units is in no part."""
    if asked.get("by") == Dimension.SURVEY:
        names = dict(Survey.objects.filter(kind=SurveyKind.EMPLOYEE).exclude(state="draft").values_list("pk", "name"))
        survey = asked.get("survey")
        return (lambda group: group.survey_id), {
            pk: n for pk, n in names.items() if survey in (None, pk) or pk == survey.pk
        }
    if asked.get("by") == Dimension.UNIT:
        top = asked.get("unit")
        units = {u for u in units_asked(asked.get("survey")) if not top or (u and u.path.startswith(top.path))}
        units |= {group.unit for group in found if not group.pooled}
        return _unit_of, {unit.pk if unit else None: unit.name if unit else _("None named") for unit in units}
    return (lambda group: None), {None: ""}


def _unit_of(group: Closed) -> Part:
    if group.pooled:
        return -1
    return group.unit.pk if group.unit else None


def _score(groups: list[Closed]) -> dict[str, Any]:
    """Null, all of it, where fewer than five answered: nobody and few look alike."""
    counts = counted(groups)
    if not counts.n:
        empty = dict.fromkeys(("n", "promoters", "passives", "detractors", "nps", "interval"))
        return {**empty, "reason": TOO_FEW}
    return scored(counts) | {"reason": None}
