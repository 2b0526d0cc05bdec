"""Who else is in a case at this moment. Kept in the cache for seconds: no row is written for looking."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from closeloop.models import Case, Draft
from closeloop.recipients import case_workers
from nps_platform.tenancy.models import Membership

LOOKING = "looking"
DOINGS = (LOOKING, *Draft.Tab.values)
# The page tells every 4 seconds (templates/closeloop/presence.html): two that are lost don't make anybody disappear.
LASTS = 13


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has the case open; `doing` is among DOINGS: what they are writing, or "looking"."""

    person: Membership
    doing: str


def say_here(case: Case, person: Membership, doing: str) -> None:
    """`person` has the case open now; anything unknown counts as looking."""
    cache.set(_key(case, person), doing if doing in DOINGS else LOOKING, LASTS)


def others_in(case: Case, person: Membership) -> list[Colleague]:
    """The colleagues who have the case open too, who write first."""
    keys = {_key(case, worker): worker for worker in case_workers() if worker != person}
    found = [Colleague(keys[key], doing) for key, doing in cache.get_many(keys).items()]
    return sorted(found, key=lambda one: (one.doing == LOOKING, str(one.person)))


def _key(case: Case, person: Membership) -> str:
    return f"presence:{case.organization_id}:{case.pk}:{person.pk}"
