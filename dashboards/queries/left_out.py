"""Whom an open case or an incident kept from being asked, and what they last gave: it stands beside the score."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from dashboards.queries.coverage import invitations_of, sent_in
from dashboards.queries.filters import Filters, answers_in, own_zone, within
from nps_platform.customers.models import Customer
from nps_platform.customers.segments import customers_in
from nps_platform.lib.nps import NpsClass
from responses.models import Response
from surveys.models import HELD, Event, Invitation, SkipReason, Wave
from surveys.planning.judging import Judging
from surveys.planning.occasions import draw_number
from surveys.planning.preparing import Plan


@dataclass(frozen=True, slots=True)
class LeftOut:
    """People, each once, by what keeps them back and by their last answer to a survey of the kind; `unheard` never gave one."""

    open_case: int = 0
    incident: int = 0
    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    hides_classes: bool = False

    @property
    def people(self) -> int:
        return self.open_case + self.incident

    @property
    def unheard(self) -> int:
        return self.people - self.promoters - self.passives - self.detractors


def left_out(filters: Filters, *, threshold: int = 1) -> LeftOut:
    """Those who should have been asked in the filters' period and were not, for a case or an incident, by now.

    Who was asked in it after all, or answered unasked, is part of the score instead. Below `threshold` people, in all or with
    one class, the classes are hidden.
    """
    held = _drawn(
        invitations_of(filters).filter(
            within(filters.period, "created_at"), state=Invitation.State.SKIPPED, skip_reason__in=HELD
        )
    )
    events = _events(filters)
    in_it = Customer.objects.filter(Q(pk__in=held.values("customer_id")) | Q(pk__in=events.values("customer_id")))
    missing = in_it.exclude(pk__in=sent_in(filters).values("customer_id")).exclude(
        pk__in=answers_in(filters).filter(customer__isnull=False).values("customer_id")
    )
    by_case = Q(Exists(held.filter(customer=OuterRef("pk"), skip_reason=SkipReason.OPEN_CASE))) | Q(
        Exists(events.filter(customer=OuterRef("pk"), skip_reason=SkipReason.OPEN_CASE))
    )
    rows = (
        missing.order_by()
        .annotate(
            why=Case(When(by_case, then=Value(SkipReason.OPEN_CASE.value)), default=Value(SkipReason.INCIDENT.value)),
            last=Coalesce(Subquery(_last_class(filters)), Value(""), output_field=CharField()),
        )
        .values_list("why", "last")
        .annotate(n=Count("pk"))
    )
    return _counted([*rows], threshold)


def _drawn(held: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Without those whom a sample would not have asked in any case: whoever is held back is judged before the draw."""
    waves = Wave.objects.filter(pk__in=held.order_by().values("wave_id")).select_related("programme__survey")
    not_drawn = Q(pk__in=())
    for wave in waves:
        if wave.plan and wave.plan["cutoffs"]:
            judging = Judging(wave.programme, wave.starts_at, draw_number(wave.programme, wave.number), wave)
            drawn = judging.would_draw(Plan.from_json(wave.plan).draw)
            not_drawn |= Q(wave=wave) & ~Q(customer__in=drawn.values("pk"))
    return held.exclude(not_drawn)


def _counted(rows: list[tuple[str, str, int]], threshold: int) -> LeftOut:
    reasons = {reason: sum(n for why, _last, n in rows if why == reason) for reason in HELD}
    last = {given: sum(n for _why, said, n in rows if said == given) for given in ["", *NpsClass.values]}
    return LeftOut(
        open_case=reasons[SkipReason.OPEN_CASE],
        incident=reasons[SkipReason.INCIDENT],
        promoters=last[NpsClass.PROMOTER],
        passives=last[NpsClass.PASSIVE],
        detractors=last[NpsClass.DETRACTOR],
        hides_classes=any(0 < n < threshold for n in last.values()),
    )


def _events(filters: Filters) -> QuerySet[Event]:
    """Events of the period that asked nobody: they leave no invitation."""
    events = Event.objects.filter(
        within(filters.period, "occurred_at"), skip_reason__in=HELD, programme__survey__kind=filters.kind
    )
    if filters.survey:
        events = events.filter(programme__survey=filters.survey)
    if filters.stage:
        events = events.filter(programme__survey__stage=filters.stage)
    if filters.touchpoint:
        events = events.filter(programme__survey__touchpoint=filters.touchpoint)
    if filters.unit:
        events = events.filter(customer__unit__path__startswith=filters.unit.path)
    if filters.segment:
        events = events.filter(customer__in=customers_in(filters.segment).values("pk"))
    return events


def _last_class(filters: Filters) -> QuerySet:
    """What somebody (an outer query's) last gave to a survey of this kind by the period's end."""
    _start, end = filters.period.instants(own_zone())
    answers = Response.objects.filter(customer=OuterRef("pk"), kind=filters.kind, answered_at__lt=end)
    return answers.order_by("-answered_at", "-pk").values("nps_class")[:1]
