"""What this room hands to the rooms below at start-up: the pages of the navigation, and who left."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from closeloop.actions.valuing import measure_churn_by
from dashboards.context_processors import navigation
from dashboards.queries.churn import observed_churn
from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.palette import Goal, register_pages


def connect() -> None:
    """Called once, when the apps are ready."""
    register_pages(pages)
    measure_churn_by(observed_churn)


def pages(request: OrganizationRequest) -> Iterator[Goal]:
    """The rooms that this person may enter."""
    for group in navigation(request)["navigation"]:
        for item in group.items:
            yield Goal(_("Pages"), item.label, item.url)
