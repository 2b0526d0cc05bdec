"""What comes back from outside: the customer's words and verdict, a guest's answer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from closeloop.actions.closing import open_again
from closeloop.actions.timeline import keep, locked, our_turn, write
from closeloop.actions.wishes import allow_contact
from closeloop.models import Case, CaseEvent, Forward, LoopSettings, Priority
from closeloop.recipients import people_of, to_staff
from closeloop.refusals import LinkClosed
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import InboundMail
from nps_platform.tenancy.models import Membership

BEST = 5
VERDICTS = ("yes", "partly", "no")
_CLOSED = (Case.State.RESOLVED, Case.State.CONFIRMED)


@transaction.atomic
def customer_reply(case: Case, *, text: str, mail: InboundMail | None = None, **data: Any) -> CaseEvent:
    """The customer wrote on their page, or by `mail`: our turn, a closed case is open again, and whoever looks after it hears of it.

    Whoever had refused contact may be answered from now on: who writes waits for an answer.
    """
    case = locked(case)
    if reopened := not case.is_open:
        data |= {"reopened": True}
    our_turn(case)
    if reopened:
        open_again(case)
    event = write(case, CaseEvent.Kind.CUSTOMER_REPLY, by=None, text=text, mail=mail, **data)
    allow_contact(case)
    keep(case)
    _tell(people_of(case), event)
    return event


@transaction.atomic
def customer_verdict(case: Case, *, verdict: str) -> CaseEvent | None:
    """ "Is it solved?" `yes` confirms a resolved case; `no` and `partly` open one again, `no` more urgent than before. Any word on an
    open case is told to whoever looks after it.

    None where the same was said last and nothing changed since. Raises ValueError for another word.
    """
    if verdict not in VERDICTS:
        raise ValueError(verdict)
    case = locked(case)
    if _said_already(case, verdict):
        return None
    kind = _judge(case, verdict)
    keep(case)
    event = write(case, kind, by=None, verdict=verdict)
    if kind != CaseEvent.Kind.CONFIRMED:
        _tell(people_of(case), event)
    return event


def _said_already(case: Case, verdict: str) -> bool:
    turning_points = ("resolved", "reopened", "confirmed", "customer_reply")
    last = case.events.filter(kind__in=turning_points).last()
    return last is not None and last.data.get("verdict") == verdict


def _judge(case: Case, verdict: str) -> str:
    """What the verdict makes of the case, unsaved; the entry's kind."""
    our_turn(case)
    if verdict == "yes" and case.state == Case.State.RESOLVED:
        case.state, case.confirmed_at = Case.State.CONFIRMED, timezone.now()
        return CaseEvent.Kind.CONFIRMED
    if verdict != "yes" and case.state in _CLOSED:
        open_again(case)
        if verdict == "no":
            case.priority = max(Priority.URGENT, case.priority - 1)
        return CaseEvent.Kind.REOPENED
    return CaseEvent.Kind.CUSTOMER_REPLY


@transaction.atomic
def customer_handling(case: Case, *, score: int, text: str = "") -> CaseEvent | None:
    """How the closed case was handled, from 1 to 5; said once. None where it isn't asked, or was said before."""
    case = locked(case)
    if not LoopSettings.current().asks(case):
        return None
    if not 1 <= score <= BEST:
        raise ValueError(score)
    case.handling = score
    case.save()
    asked = LoopSettings.current().asks_handling
    return write(case, CaseEvent.Kind.HANDLING, by=None, text=text, score=score, asked=asked)


@transaction.atomic
def guest_answer(forward: Forward, *, text: str, mail: InboundMail | None = None, **data: Any) -> CaseEvent:
    """Whoever the case was forwarded to answers by their link or by `mail`. Raises LinkClosed once it is withdrawn or expired."""
    case = locked(forward.case)
    forward.refresh_from_db()
    if not forward.is_open:
        raise LinkClosed
    if forward.answered_at is None:
        forward.answered_at, forward.remind_at = timezone.now(), None
        forward.save(update_fields=["answered_at", "remind_at"])
    told = {"forward": forward.pk} | data
    event = write(case, CaseEvent.Kind.GUEST_ANSWER, by=None, label=forward.email, text=text, mail=mail, **told)
    sender = forward.created_by
    _tell([sender] if sender and sender.is_active and not case.assignee else people_of(case), event)
    return event


@transaction.atomic
def automatic_mail(case: Case, *, text: str, mail: InboundMail | None, why: str, **data: Any) -> CaseEvent:
    """What no person wrote, or too much at once: noted, and nothing follows from it. Nobody is told, and it is never answered."""
    return write(locked(case), CaseEvent.Kind.AUTO_MAIL, by=None, text=text, mail=mail, why=why, **data)


def _tell(people: list[Membership], event: CaseEvent) -> None:
    """A mail to each with the news."""
    enqueue([to_staff(person, kind="case_news", source_id=event.pk) for person in people])
