"""A programme that hurts the sender's name stops itself: too many complaints, or too many addresses that are gone.

A person decides whether it goes on; what was counted before counts no more then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor

from django.db import transaction
from django.utils import timezone

from nps_platform.messaging.actions import enqueue, hold
from nps_platform.messaging.models import Message
from nps_platform.messaging.returns import Returns, returns_of
from nps_platform.tenancy.audit import record
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import current_organization
from surveys.invitations import KINDS
from surveys.models import Programme
from surveys.paused_mail import BOUNCES, COMPLAINTS, LIMITS, PAUSED_KIND

# Below this many a share says nothing; and one complaint is a person, not a share.
ENOUGH, FEWEST_COMPLAINTS = 200, 2
# A programme that runs for years is judged by its last weeks.
WINDOW = timedelta(days=30)
_LIVE = (Programme.State.PLANNING, Programme.State.RUNNING)


@dataclass(frozen=True)
class Trip:
    """Why a programme stops: `returned` of `sent` mails."""

    reason: str
    sent: int
    returned: int


def trip_of(returns: Returns) -> Trip | None:
    """What is wrong, complaints first; None where nothing is, or too little is known."""
    if returns.sent is None or returns.sent < ENOUGH:
        return None
    if returns.complained >= FEWEST_COMPLAINTS and returns.complained > LIMITS[COMPLAINTS] * returns.sent:
        return Trip(COMPLAINTS, returns.sent, returns.complained)
    if returns.bounced > LIMITS[BOUNCES] * returns.sent:
        return Trip(BOUNCES, returns.sent, returns.bounced)
    return None


def watch_programmes(now: datetime) -> int:
    """Pause each live programme of the organisation that should; how many."""
    paused = 0
    for programme in Programme.objects.filter(state__in=_LIVE):
        since = max(now - WINDOW, programme.watched_from or datetime.min.replace(tzinfo=UTC))
        trip = trip_of(returns_of(programme.pk, since=since, worth_counting=floor(LIMITS[BOUNCES] * ENOUGH) + 1))
        paused += bool(trip and stop(programme, trip))
    return paused


@transaction.atomic
def stop(programme: Programme, trip: Trip) -> bool:
    """Pause it and tell its owner; False where it no longer ran."""
    because = {"reason": trip.reason, "sent": trip.sent, "returned": trip.returned, "at": timezone.now().isoformat()}
    rows = Programme.objects.filter(pk=programme.pk, state__in=_LIVE)
    if not rows.update(state=Programme.State.PAUSED, paused_because=because, updated_at=timezone.now()):
        return False
    held = hold(programme.pk, kinds=KINDS)
    record(
        "programme.paused_itself",
        programme,
        by=None,
        because=trip.reason,
        sent=trip.sent,
        returned=trip.returned,
        held=held,
    )
    enqueue([_mail(programme, member) for member in owners_of(programme)])
    return True


def owners_of(programme: Programme) -> list[Membership]:
    """Who launched it, else who made it, else the organisation's owners: whoever of them is still there."""
    people = Membership.objects.filter(organization=current_organization(), is_active=True).select_related("user")
    for pk in (programme.launched_by_id, programme.created_by_id):
        if pk and (found := people.filter(pk=pk).first()):
            return [found]
    return list(people.filter(role=Role.OWNER))


def _mail(programme: Programme, member: Membership) -> Message:
    return Message(
        kind=PAUSED_KIND,
        source_id=programme.pk,
        audience=Message.Audience.STAFF,
        to_address=member.user.email,
        to_name=member.user.name,
        language=member.user.language or current_organization().language,
        priority=1,
    )
