"""How many of each class left in the last twelve finished months (METHOD §7)."""

from __future__ import annotations

from django.utils import timezone

from closeloop.actions.valuing import Observed
from dashboards.figures import A_YEAR, no_churn
from dashboards.periods import Period, end_of_month, shifted
from dashboards.queries.money import ledger
from dashboards.queries.valuation import terms_of
from nps_platform.customers.value import last_year
from nps_platform.tenancy.scope import current_organization


def observed_churn() -> dict[str, Observed]:
    """By class; nothing where the months loaded can't say."""
    loaded, organization, today = last_year(), current_organization(), timezone.localdate()
    if loaded is None:
        return {}
    last = min(loaded.last, shifted(today, -1))
    window = Period(shifted(last, 1 - A_YEAR), end_of_month(last))
    if no_churn(window, terms_of(organization, today)):
        return {}
    found = ledger(window, organization.currency)
    if found.nothing_loaded or not found.like_with_like:
        return {}
    return {name: Observed(of.churn, of.base_customers) for name, of in found.classes.items() if of.churn is not None}
