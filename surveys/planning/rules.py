"""A programme's rules of patience as they hold now: its own, else the organisation's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from nps_platform.customers.models import Account
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.scope import current_organization
from surveys.models import Incident, Invitation, Programme, SkipReason, SurveyKind, Wave

State = Invitation.State
ASKED = Q(state__in=(State.PLANNED, State.SENT, State.ANSWERED, State.BOUNCED))
REALLY_ASKED = ASKED | Q(state=State.CLOSED, sent_at__isnull=False)
OPEN = (State.PLANNED, State.SENT)
# An event whose customer a case or an incident keeps back is still asked about so long after its turn: by then it has gone cold.
EVENT_WAITS = timedelta(days=7)


def quarantine_days(programme: Programme) -> int:
    """Days in which a person is not asked again: the programme's own, else the organisation's for this kind of survey."""
    if programme.quarantine_days is not None:
        return programme.quarantine_days
    return quarantine_days_of(programme.survey.kind)


def quarantine_days_of(kind: str) -> int:
    """The organisation's own days for a kind of survey."""
    organization = current_organization()
    if kind == SurveyKind.RELATIONAL:
        return organization.relational_quarantine_days
    return organization.transactional_quarantine_days


def account_quarantine_days(programme: Programme) -> int:
    """Days in which no other contact of an account is asked; 0 for none. Who waives the quarantine waives this too."""
    if programme.quarantine_days == 0:
        return 0
    if programme.account_quarantine_days is not None:
        return programme.account_quarantine_days
    return current_organization().account_quarantine_days


def asked_since(days: int, now: datetime) -> datetime:
    """From when on somebody counts as asked within `days`, by the organisation's calendar: a wave that begins a few minutes
    earlier than the one `days` days before it still asks the same people."""
    zone = ZoneInfo(current_organization().timezone)
    first_day = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first_day, datetime.min.time(), zone)


def asks_once(programme: Programme) -> bool:
    """A single wave: what it asked is no reason against itself."""
    return bool(programme.pk) and programme.mode == Programme.Mode.WAVE and programme.every == Programme.Every.ONCE


def others_of(programme: Programme, who: str = "pk") -> QuerySet[Invitation]:
    """Invitations of one person (an outer query's `who`) that count against being asked by `programme`.

    A single wave never stands in its own way; a stage takes precedence over an interaction that has not left yet (P4).
    """
    rows = Invitation.objects.filter(customer_id=OuterRef(who))
    if asks_once(programme):
        rows = rows.exclude(programme=programme)
    return rows.exclude(_yields()) if beats_touchpoints(programme) else rows


def beats_touchpoints(programme: Programme) -> bool:
    """A stage's survey wins where an interaction's survey wants the same person at the same time (P4)."""
    return programme.survey.kind == SurveyKind.PHASE


def _yields() -> Q:
    return Q(state=State.PLANNED, sent_at=None, survey__kind=SurveyKind.TRANSACTIONAL)


def yielding(programme: Programme) -> QuerySet[Invitation]:
    """What has not left yet and gives way to `programme`'s planned invitations."""
    mine = programme.invitations.filter(state=State.PLANNED, customer_id=OuterRef("customer_id"))
    return Invitation.objects.filter(_yields(), Exists(mine)).exclude(programme=programme)


def still_open(now: datetime) -> Q:
    """Invitations that may still be answered."""
    return Q(state__in=OPEN) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def asked_from(since: datetime) -> Q:
    """Invitations asked at or after `since`: by when the mail left or is to leave, else by when it was planned."""
    return REALLY_ASKED & (Q(sent_at__gte=since) | Q(sent_at=None) & (Q(due_at__gte=since) | Q(created_at__gte=since)))


def account_asked(programme: Programme, wave: Wave | None, days: int, now: datetime) -> Exists:
    """Another contact of the same account (an outer query's) was asked within `days`, or came first in this very wave."""
    # From the account to its people to their invitations, each by its index; SQLite begins at the wrong end of a join.
    people = Account.objects.filter(pk=OuterRef(OuterRef("account"))).order_by().values("contacts")
    colleagues = Invitation.objects.filter(customer__in=people)
    if asks_once(programme) and wave is None:
        colleagues = colleagues.exclude(programme=programme)
    came_first = Q(wave=wave, skip_reason__in=(SkipReason.RESERVED, SkipReason.NOT_SAMPLED)) if wave else Q(pk__in=())
    return Exists(colleagues.filter(asked_from(asked_since(days, now)) | came_first))


def in_incident(now: datetime) -> Q | None:
    """Customers of units where something is broken now; None where nothing is."""
    incidents = Incident.objects.filter(starts_at__lte=now).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    units = list(incidents.values_list("unit_id", "unit__path"))
    return customers_of(units) if units else None


def customers_of(units: Iterable[tuple[int | None, str | None]]) -> Q:
    """Customers of these units (id and path) and below them, by themselves or by their account; None is everybody."""
    below = Q()
    for unit_id, path in units:
        if unit_id is None:
            return Q(pk__gt=0)
        below |= Q(path__startswith=path)
    ids = list(Unit.objects.filter(below).values_list("pk", flat=True))
    return Q(unit_id__in=ids) | Q(unit_id=None, account__unit_id__in=ids)
