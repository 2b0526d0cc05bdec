"""Whether the customer may be contacted: said with the answer, taken back or given later (METHOD §9)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from closeloop.actions.timeline import keep, write
from closeloop.models import Case, CaseEvent
from responses.actions import wish_contact
from responses.models import Response


def follow_wish(case: Case, response: Response) -> None:
    """The answer's wish changed: the case's clock stops, or begins. Unsaved; an entry says so."""
    refuses = response.wants_contact is False
    if refuses and not case.refuses_contact:
        _stop(case)
    elif case.refuses_contact and not refuses:
        _begin(case)


def allow_contact(case: Case) -> None:
    """Who had refused contact speaks with us: from now on they may be answered. Unsaved; nothing for anybody else."""
    if case.refuses_contact:
        wish_contact(case.response)
        _begin(case)


@transaction.atomic
def say_wish(response: Response, *, contact: bool) -> None:
    """On their page the person says whether they may be contacted about this answer; its case follows."""
    if response.wants_contact is contact:
        return
    wish_contact(response, wants=contact)
    case = Case.objects.select_for_update().filter(response=response).first()
    if case:
        case.response = response
        follow_wish(case, response)
        keep(case)


def _stop(case: Case) -> None:
    """What was promised lapses. A first contact that has happened keeps the time it was due by."""
    case.refuses_contact, case.is_waiting = True, False
    case.answer_since, case.answer_due_at = None, None
    if case.attempted_at is None:
        case.due_at = None
    write(case, CaseEvent.Kind.WISH, by=None, contact=False)


def _begin(case: Case) -> None:
    """First contact is owed from now on, by the same target."""
    case.refuses_contact = False
    if case.attempted_at is None:
        case.contact_allowed_at = timezone.now()
    write(case, CaseEvent.Kind.WISH, by=None, contact=True)
