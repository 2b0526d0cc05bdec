"""What a new organisation finds in this room: a journey to rename, reorder and thin out."""

from __future__ import annotations

from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.setup import on_new_organization
from surveys.models import Stage, Touchpoint
from surveys.wording import wording

DECISIVE = 5


def register() -> None:
    """Called when the room is ready."""
    on_new_organization(start_journey)


def start_journey(organization: Organization) -> None:
    """The usual stages in the organisation's language; the decisive touchpoints are its moments of truth."""
    told = wording(organization.language, organization)["journey"]["stages"]
    stages = Stage.objects.bulk_create(Stage(name=one["name"], position=n) for n, one in enumerate(told))
    Touchpoint.objects.bulk_create(
        Touchpoint(stage=stage, name=name, position=n, importance=importance, moment_of_truth=importance == DECISIVE)
        for stage, one in zip(stages, told, strict=True)
        for n, (name, importance) in enumerate(one["touchpoints"])
    )
