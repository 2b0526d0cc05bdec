"""Closing a case, and opening it again (METHOD §9)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from closeloop.actions.timeline import locked, take_up, write
from closeloop.models import Case, CaseEvent, Outcome, RootCause
from closeloop.refusals import AlreadyResolved, NotResolved, UnknownCause
from closeloop.sla import answer_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization


@transaction.atomic
def resolve(case: Case, *, root_cause: RootCause, outcome: str, by: Membership | None, text: str = "") -> Case:
    """Closed: a person says so, with a root cause and an outcome. Raises AlreadyResolved, UnknownCause, ValueError."""
    if not root_cause.is_active or root_cause.organization_id != current_organization().pk:
        raise UnknownCause
    outcome = Outcome(outcome)
    case = locked(case)
    if not case.is_open:
        raise AlreadyResolved
    take_up(case)
    case.state, case.is_open, case.is_waiting = Case.State.RESOLVED, False, False
    case.resolved_at, case.root_cause, case.outcome = timezone.now(), root_cause, outcome
    case.save()
    write(case, CaseEvent.Kind.RESOLVED, by=by, text=text, root_cause=root_cause.key, outcome=outcome.value)
    return case


@transaction.atomic
def reopen(case: Case, *, by: Membership | None, text: str = "") -> Case:
    """A colleague finds that it isn't over. Raises NotResolved."""
    case = locked(case)
    if case.is_open:
        raise NotResolved
    open_again(case)
    case.save()
    write(case, CaseEvent.Kind.REOPENED, by=by, text=text)
    return case


def open_again(case: Case) -> None:
    """Back to work; the customer hears from us by a new time unless they refuse it. Cause and outcome stay as last said. Unsaved."""
    now = timezone.now()
    case.state, case.is_open, case.is_waiting = Case.State.REOPENED, True, False
    case.reopened_at, case.resolved_at, case.confirmed_at = now, None, None
    case.answer_due_at = None if case.refuses_contact else answer_due(current_organization(), now)
