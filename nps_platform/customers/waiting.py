"""What waits for somebody who loads data: imports that stopped or want a yes, revenue of nobody."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from nps_platform.customers.import_kinds import import_kinds
from nps_platform.customers.models import ImportJob, RevenueEntry
from nps_platform.tenancy.models import Membership

# An import that stopped longer ago is no news.
LATELY = timedelta(days=14)
STATES = {"failed": ImportJob.State.FAILED, "waiting": ImportJob.State.CHECKED}


def imports_for(reader: Membership, show: str = "") -> QuerySet[ImportJob]:
    """The imports that `reader` may see; with `show` (one of STATES) those of late that failed, or wait for a yes."""
    jobs = ImportJob.objects.all()
    jobs = jobs.filter(kind__in=[kind.name for kind in import_kinds() if reader.may(kind.right)])
    if show not in STATES:
        return jobs
    return jobs.filter(state=STATES[show], created_at__gte=timezone.now() - LATELY)


def unmatched_revenue() -> QuerySet[RevenueEntry]:
    """Entries of unknown customers; those of erased people are no longer anybody's."""
    return RevenueEntry.objects.filter(customer__isnull=True, is_erased=False)


def unknown_customers() -> int:
    """How many customer numbers of the revenue nobody knows."""
    return unmatched_revenue().values("customer_ref").distinct().count()
