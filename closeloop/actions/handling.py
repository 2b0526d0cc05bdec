"""Looking after a case inside the company: take it up, hand it over, write it down."""

from __future__ import annotations

from django.db import transaction

from closeloop.actions.drafting import drop_draft
from closeloop.actions.timeline import handed_to, locked, take_up, write
from closeloop.models import Case, CaseEvent
from closeloop.recipients import case_workers, mentioned, to_staff
from closeloop.refusals import NotOnCases
from nps_platform.messaging.actions import enqueue
from nps_platform.tenancy.models import Membership, Team
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import ForeignOrganization, current_organization


@transaction.atomic
def acknowledge(case: Case, *, by: Membership | None) -> Case:
    """Somebody has seen it. Nothing happens to a case that was taken up before."""
    case = locked(case)
    if case.acknowledged_at is None:
        take_up(case)
        case.save()
        write(case, CaseEvent.Kind.ACKNOWLEDGED, by=by)
    return case


@transaction.atomic
def assign(
    case: Case,
    *,
    assignee: Membership | None = None,
    team: Team | None = None,
    by: Membership | None,
    tells: bool = True,
) -> Case:
    """Hand the case to a person, a team, both, or (neither) back to everybody. The person is told unless they did it.

    Raises NotOnCases for somebody whose role has no cases.
    """
    _check(assignee, team)
    case = locked(case)
    if (case.assignee, case.team) == (assignee, team):
        return case
    is_new = assignee is not None and assignee.pk != case.assignee_id
    case.assignee, case.team = assignee, team
    if assignee:
        take_up(case)
    case.save()
    event = write(case, CaseEvent.Kind.ASSIGNED, by=by, **handed_to(case))
    if tells and assignee and is_new and assignee != by:
        enqueue([to_staff(assignee, kind="mention", source_id=event.pk, by=by)])
    return case


def _check(assignee: Membership | None, team: Team | None) -> None:
    organization = current_organization()
    if any(row and row.organization_id != organization.pk for row in (assignee, team)):
        raise ForeignOrganization("a case goes to colleagues of its own organisation")
    if assignee and not assignee.may(Right.CASES):
        raise NotOnCases


@transaction.atomic
def add_note(case: Case, *, text: str, by: Membership | None) -> CaseEvent:
    """A note for colleagues; those named by @ get a mail with it."""
    case = locked(case)
    take_up(case)
    case.save()
    drop_draft(case, tab="note", by=by)
    people = [person for person in mentioned(text, among=case_workers()) if person != by]
    event = write(case, CaseEvent.Kind.NOTE, by=by, text=text, mentions=[person.pk for person in people])
    enqueue([to_staff(person, kind="mention", source_id=event.pk, by=by) for person in people])
    return event
