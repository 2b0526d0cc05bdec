"""A window's money figures, read from rows."""

from __future__ import annotations

from datetime import date

from dashboards.figures import A_YEAR, Terms, Valuation
from dashboards.periods import Period, shifted
from dashboards.queries.money import ledger, recovery
from nps_platform.tenancy.models import Organization


def valuation(window: Period, currency: str, organization: Organization, today: date) -> Valuation:
    """CLV looks at the twelve months that end with the window, whatever its length (METHOD §7)."""
    found = ledger(window, currency)
    annual = found if window.whole_months == A_YEAR else ledger(_year_to(window), currency)
    return Valuation(found, annual, recovery(found), terms_of(organization, today))


def _year_to(window: Period) -> Period:
    return Period(shifted(window.last, 1 - A_YEAR), window.last)


def terms_of(organization: Organization, today: date) -> Terms:
    margin = organization.margin_percent
    return Terms(
        None if margin is None else margin / 100,
        organization.discount_percent / 100,
        organization.churn_window_days,
        today,
    )
