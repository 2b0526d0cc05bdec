"""Remedies: granted on the spot within limits, asked for above them; their cost is recorded where it arises."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from closeloop.actions.timeline import keep, locked, take_up, write
from closeloop.models import Case, CaseEvent, Grant, Remedy, RemedyLimit
from closeloop.recipients import case_workers, to_staff
from closeloop.refusals import AlreadySettled, NotForYou, RemedyUnknown
from nps_platform.lib.money import to_cents
from nps_platform.messaging.actions import enqueue
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.roles import Right, Role
from nps_platform.tenancy.scope import current_organization

State = Grant.State


@transaction.atomic
def grant_remedy(
    case: Case, *, remedy: Remedy, cost: Decimal | None = None, note: str = "", by: Membership | None
) -> Grant:
    """Give `remedy`, at its usual cost where none is said. Within the limits of who gives it it is granted at once; above them it
    waits for somebody with a higher one, who gets a mail. A program (`by` None) has no limit. Raises RemedyUnknown.
    """
    organization = current_organization()
    if not remedy.is_active or remedy.organization_id != organization.pk:
        raise RemedyUnknown
    # Two grants at once may not both find room under the month's limit.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    case = locked(case)
    take_up(case)
    keep(case)
    amount = to_cents(remedy.cost if cost is None else cost, organization.currency)
    granted = may_grant(by, amount)
    now = timezone.now()
    grant = Grant.objects.create(
        case=case,
        remedy=remedy,
        cost=amount,
        currency=organization.currency,
        note=note,
        state=State.GRANTED if granted else State.ASKED,
        asked_by=by,
        asked_at=now,
        decided_by=by if granted else None,
        decided_at=now if granted else None,
    )
    _note(CaseEvent.Kind.REMEDY, grant, by=by, text=note)
    if not granted:
        deciders = [one for one in case_workers() if one != by and one.may(Right.SETTINGS) and may_grant(one, amount)]
        enqueue([to_staff(one, kind="remedy_asked", source_id=grant.pk, by=by) for one in deciders])
    return grant


@transaction.atomic
def decide_grant(grant: Grant, *, approve: bool, note: str = "", by: Membership | None) -> Grant:
    """Approve what was asked for, or decline it; whoever asked hears of it. Raises AlreadySettled, NotForYou."""
    organization = current_organization()
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("case", "remedy", "asked_by__user")
        .get(pk=grant.pk)
    )
    if grant.state != State.ASKED:
        raise AlreadySettled
    if approve and not may_grant(by, grant.cost):
        raise NotForYou
    grant.state = State.GRANTED if approve else State.DECLINED
    grant.decided_by, grant.decided_at, grant.decision_note = by, timezone.now(), note
    grant.save()
    _note(CaseEvent.Kind.REMEDY_DECIDED, grant, by=by, text=note)
    asker = grant.asked_by
    if asker and asker.is_active and asker != by:
        enqueue([to_staff(asker, kind="remedy_decided", source_id=grant.pk, by=by)])
    return grant


def _note(kind: str, grant: Grant, *, by: Membership | None, text: str) -> None:
    write(
        grant.case,
        kind,
        by=by,
        text=text,
        grant=grant.pk,
        remedy=grant.remedy.name,
        cost=str(grant.cost),
        currency=grant.currency,
        state=grant.state,
    )


def may_grant(by: Membership | None, cost: Decimal) -> bool:
    """Whether this stays within what `by` gives each time and in this month."""
    if by is None or by.role == Role.OWNER:
        return True
    limit = RemedyLimit.objects.filter(role=by.role).first()
    if limit is None:
        return by.may(Right.SETTINGS)
    if limit.per_grant is not None and cost > limit.per_grant:
        return False
    return limit.per_month is None or granted_this_month(by) + cost <= limit.per_month


def granted_this_month(by: Membership) -> Decimal:
    """What they granted since the month began, on the organisation's clock and in its currency."""
    organization = current_organization()
    with timezone.override(organization.timezone):
        today = timezone.localdate()
        begun = timezone.make_aware(datetime.combine(today.replace(day=1), time()))
    theirs = Grant.objects.filter(
        Q(decided_by=by), state=State.GRANTED, decided_at__gte=begun, currency=organization.currency
    )
    return theirs.aggregate(sum=Sum("cost"))["sum"] or Decimal(0)
