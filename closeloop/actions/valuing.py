"""What each open case puts at risk: kept on the case, so that the inbox can be ordered by it at any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from closeloop.models import Case, ChurnRate
from nps_platform.customers.models import ImportJob
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.lib.nps import NpsClass

# Stated on the page as assumed, until a class has enough customers of which it is known.
ASSUMED = {NpsClass.DETRACTOR: Decimal("0.30"), NpsClass.PASSIVE: Decimal("0.15"), NpsClass.PROMOTER: Decimal("0.05")}
FEWEST = 30
AGES_AFTER = timedelta(days=1)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Observed:
    """A class's churn as a fraction, and of how many base customers."""

    share: Decimal
    base_customers: int


Source = Callable[[], Mapping[str, Observed]]
_sources: list[Source] = []


def measure_churn_by(source: Source) -> None:
    """The room above knows who left; it says so at start-up."""
    _sources.append(source)


def churn_rates() -> dict[str, ChurnRate]:
    """By class; what nobody measured yet is assumed."""
    kept = {rate.nps_class: rate for rate in ChurnRate.objects.all()}
    return {name: kept.get(name) or ChurnRate(nps_class=name, share=share) for name, share in ASSUMED.items()}


def value_case(case: Case) -> None:
    """Revenue of twelve months and churn of its class, as known now. Unsaved."""
    _value([case])


def _value(cases: list[Case]) -> None:
    rates = churn_rates()
    worth = yearly_values([case.customer for case in cases if case.customer], last_year())
    for case in cases:
        case.yearly_value = worth.get(case.customer_id) if case.customer_id else None
        case.churn = rates[case.nps_class].share


def values_are_stale() -> bool:
    """Whether the churn is a day old, or revenue was imported since; never without an open case."""
    measured = ChurnRate.objects.order_by("measured_at").values_list("measured_at", flat=True).first()
    if measured and measured > timezone.now() - AGES_AFTER:
        return ImportJob.objects.filter(kind=ImportJob.Kind.REVENUE, finished_at__gt=measured).exists()
    return Case.objects.open().exists()


def refresh_values() -> int:
    """Measure churn anew and value every open case by it; how many changed. In short batches."""
    _measure()
    changed, after = 0, 0
    while batch := _batch(after):
        after, changed = batch[0], changed + batch[1]
    return changed


def _measure() -> None:
    observed = {name: rate for source in _sources for name, rate in source().items()}
    for name, assumed in ASSUMED.items():
        seen = observed.get(name)
        known = seen is not None and seen.base_customers >= FEWEST
        ChurnRate.objects.update_or_create(
            nps_class=name,
            defaults={
                "share": round(seen.share, 3) if seen and known else assumed,
                "is_observed": known,
                "base_customers": seen.base_customers if seen else 0,
                "measured_at": timezone.now(),
            },
        )


@transaction.atomic
def _batch(after: int) -> tuple[int, int] | None:
    """The next open cases behind the id `after`: the last id and how many changed; None at the end."""
    cases = list(Case.objects.open().filter(pk__gt=after).select_for_update().order_by("pk")[:AT_ONCE])
    if not cases:
        return None
    before = {case.pk: (case.yearly_value, case.churn, case.risk_rank) for case in cases}
    _value(cases)
    for case in cases:
        case.place_by_risk()
    changed = [case for case in cases if before[case.pk] != (case.yearly_value, case.churn, case.risk_rank)]
    Case.objects.bulk_update(changed, ["yearly_value", "churn", "risk_rank"], batch_size=100)
    return cases[-1].pk, len(changed)
