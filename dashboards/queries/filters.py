"""Which answers a figure is about. Relational, phase and transactional scores never meet in one (METHOD §1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from dashboards.periods import Period
from nps_platform.customers.models import Segment
from nps_platform.customers.segments import customers_in
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import current_organization
from responses.models import Response
from surveys.models import Collector, Stage, Survey, SurveyKind, Touchpoint

EVERY_KIND = ""


@dataclass(frozen=True)
class Filters:
    """One kind of survey in one period, narrowed by what is not None. Rows come from the current organisation.

    `kind` is EVERY_KIND only for what is no score: comments, cases.
    """

    period: Period
    kind: str = SurveyKind.RELATIONAL
    survey: Survey | None = None
    stage: Stage | None = None
    touchpoint: Touchpoint | None = None
    unit: Unit | None = None
    segment: Segment | None = None
    collector: Collector | None = None

    def during(self, period: Period) -> Filters:
        return replace(self, period=period)

    @property
    def of_many(self) -> bool:
        """Whether several touchpoints or stages may lie in one figure: who was asked moves it as much as what they say."""
        return self.kind != SurveyKind.RELATIONAL and not (self.survey or self.touchpoint)


def own_zone() -> ZoneInfo:
    """The time zone of the organisation whose days are counted."""
    return ZoneInfo(current_organization().timezone)


def within(period: Period, field: str = "answered_at") -> Q:
    """The instants of a period, in the organisation's time zone."""
    start, end = period.instants(own_zone())
    return Q(**{f"{field}__gte": start, f"{field}__lt": end})


def matching(filters: Filters) -> QuerySet[Response]:
    """The answers of this kind, of all times, that the filters ask for."""
    answers = Response.objects.filter(kind=filters.kind) if filters.kind else Response.objects.all()
    if filters.survey:
        answers = answers.filter(survey=filters.survey)
    if filters.stage:
        answers = answers.filter(stage=filters.stage)
    if filters.touchpoint:
        answers = answers.filter(touchpoint=filters.touchpoint)
    if filters.unit:
        answers = answers.filter(unit__path__startswith=filters.unit.path)
    if filters.collector:
        answers = answers.filter(collector=filters.collector)
    if filters.segment:
        answers = answers.filter(customer__in=customers_in(filters.segment).values("pk"))
    return answers


def answers_in(filters: Filters) -> QuerySet[Response]:
    """The answers of the filters' period."""
    return matching(filters).filter(within(filters.period))
