"""A company's units with their links, and employees who answer there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from nps_platform.tenancy.models import Unit
from responses.employees import record_employee
from surveys.models import Collector, Survey, SurveyKind
from tests.surveys.contents import content, live, question


def employee_survey(name: str = "eNPS") -> Survey:
    """Published; it asks why, and about the shifts."""
    shifts = question("shifts", "csat", texts={"en": {"text": "How are your shifts?", "low": "Bad", "high": "Good"}})
    return live(content(question("why", "text", "Why?"), shifts), name=name, kind=SurveyKind.EMPLOYEE)


def unit_link(survey: Survey, name: str = "", people: int | None = None) -> Collector:
    """The link of one unit's employees; of nobody's unit without a name."""
    unit = None
    if name:
        unit, _new = Unit.objects.get_or_create(name=name, code=name.lower(), defaults={"path": f"/{name.lower()}/"})
    return Collector.objects.create(
        kind=Collector.Kind.EMPLOYEE, name=name or "All", survey=survey, unit=unit, people=people
    )


def answer_there(link: Collector, scores: Iterable[int], quarter: date | None = None, **said) -> None:
    for score in scores:
        record_employee(link, score=score, quarter=quarter, **said)
