"""The journey that a new organisation is offered: the usual stages in its language, to accept, thin out and rename."""

from __future__ import annotations

from dataclasses import dataclass

from nps_platform.tenancy.models import Organization
from surveys.authoring.wording import wording

DECISIVE = 5


@dataclass(frozen=True, slots=True)
class UsualTouchpoint:
    """One touchpoint to start with; the decisive ones are its moments of truth."""

    name: str
    importance: int

    @property
    def moment_of_truth(self) -> bool:
        return self.importance == DECISIVE


@dataclass(frozen=True, slots=True)
class UsualStage:
    name: str
    touchpoints: list[UsualTouchpoint]


def usual_journey(organization: Organization) -> list[UsualStage]:
    """The usual stages in the organisation's language."""
    told = wording(organization.language, organization)["journey"]["stages"]
    return [UsualStage(one["name"], [UsualTouchpoint(*told) for told in one["touchpoints"]]) for one in told]
