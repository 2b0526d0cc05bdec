"""Closing a case, and opening it again (METHOD §9)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from closeloop.actions.promising import Promised, promise_with
from closeloop.actions.talking import blanks_in, owe_mail
from closeloop.actions.timeline import attempt, keep, locked, take_up, write
from closeloop.actions.valuing import value_case
from closeloop.models import Case, CaseEvent, Outcome, RootCause
from closeloop.reach import reply_address
from closeloop.refusals import AlreadyResolved, BlanksLeft, NotResolved, UnknownCause, Unreachable
from closeloop.sla import grant_time
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization


@transaction.atomic
def resolve(
    case: Case,
    *,
    root_cause: RootCause,
    outcome: str,
    by: Membership | None,
    text: str = "",
    told: str = "",
    sends_mail: bool = False,
    promised: Promised | None = None,
) -> Case:
    """Closed: a person says so, with a root cause and an outcome.

    `text` is for colleagues; `told` is what the customer reads, on their page and, with `sends_mail`, in a mail that asks
    whether it is solved. Raises AlreadyResolved, UnknownCause, ValueError; where the mail can't go, Unreachable, BlanksLeft.
    """
    if not root_cause.is_active or root_cause.organization_id != current_organization().pk:
        raise UnknownCause
    outcome = Outcome(outcome)
    case = locked(case)
    if not case.is_open:
        raise AlreadyResolved
    take_up(case)
    address = _checked(case, told, sends_mail)
    if address:
        attempt(case)
    case.state, case.is_open, case.is_waiting = Case.State.RESOLVED, False, False
    case.resolved_at, case.root_cause, case.outcome = timezone.now(), root_cause, outcome
    keep(case)
    write(case, CaseEvent.Kind.RESOLVED, by=by, text=text, root_cause=root_cause.key, outcome=outcome.value)
    if told:
        _tell_customer(case, told, address, by)
    promise_with(case, promised, by=by)
    return case


def _checked(case: Case, told: str, sends_mail: bool) -> str:
    """The address that the mail goes to; empty where none is to go."""
    try:
        if left := blanks_in(told):
            raise BlanksLeft(left)
        return reply_address(case) if told and sends_mail else ""
    except (BlanksLeft, Unreachable) as refusal:
        refusal.field = "told"
        raise


def _tell_customer(case: Case, told: str, address: str, by: Membership | None) -> None:
    event = write(case, CaseEvent.Kind.TOLD, by=by, text=told)
    if address:
        event.message = owe_mail(case, event, kind="resolution", address=address, by=by)
        event.save(update_fields=["message"])


@transaction.atomic
def reopen(case: Case, *, by: Membership | None, text: str = "") -> Case:
    """A colleague finds that it isn't over. Raises NotResolved."""
    case = locked(case)
    if case.is_open:
        raise NotResolved
    open_again(case)
    keep(case)
    write(case, CaseEvent.Kind.REOPENED, by=by, text=text)
    return case


def open_again(case: Case) -> None:
    """Back to work; the customer hears from us by a new time unless they refuse it. Cause and outcome stay as last said. Unsaved."""
    now = timezone.now()
    case.state, case.is_open, case.is_waiting = Case.State.REOPENED, True, False
    case.reopened_at, case.resolved_at, case.confirmed_at = now, None, None
    case.answer_since, case.answer_due_at = None if case.refuses_contact else now, None
    grant_time(case, now)
    value_case(case)
