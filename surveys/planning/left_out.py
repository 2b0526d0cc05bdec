"""Who is left out of a wave for an open case or an incident, and what they last gave: shown beside its score."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from nps_platform.lib.nps import NpsClass
from surveys.models import Invitation, Programme, SkipReason
from surveys.planning import hooks


@dataclass(frozen=True)
class LeftOut:
    """People whom a case or an incident kept from being asked, by their last answer; `unheard` never gave one."""

    open_case: int = 0
    incident: int = 0
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def people(self) -> int:
        return self.open_case + self.incident

    @property
    def unheard(self) -> int:
        return self.people - self.promoters - self.passives - self.detractors


def left_out(programme: Programme) -> LeftOut:
    """Those who are still left out of the programme's newest wave."""
    wave = programme.waves.order_by("-number").first()
    if wave is None:
        return LeftOut()
    held = wave.invitations.filter(
        state=Invitation.State.SKIPPED, skip_reason__in=(SkipReason.OPEN_CASE, SkipReason.INCIDENT)
    )
    answers = hooks.last_answers()
    last: Combinable = Value("", output_field=CharField())
    if answers is not None:
        given = answers.filter(customer_id=OuterRef("customer_id")).values("nps_class")[:1]
        last = Coalesce(Subquery(given), last, output_field=CharField())
    rows = held.order_by().annotate(last=last).values_list("skip_reason", "last").annotate(n=Count("pk"))
    found = list(rows)

    def count(**wanted: str) -> int:
        return sum(
            n
            for reason, given, n in found
            if reason == wanted.get("reason", reason) and given == wanted.get("last", given)
        )

    return LeftOut(
        open_case=count(reason=SkipReason.OPEN_CASE),
        incident=count(reason=SkipReason.INCIDENT),
        promoters=count(last=NpsClass.PROMOTER),
        passives=count(last=NpsClass.PASSIVE),
        detractors=count(last=NpsClass.DETRACTOR),
    )
