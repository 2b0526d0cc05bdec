"""Our word to the customer: replies and calls."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from closeloop.actions.drafting import drop_draft
from closeloop.actions.files import waiting_files
from closeloop.actions.promising import Promised, promise_with
from closeloop.actions.timeline import attempt, keep, locked, take_up, write
from closeloop.actions.undoing import as_it_was
from closeloop.actions.wishes import allow_contact
from closeloop.models import CannedReply, Case, CaseEvent
from closeloop.reach import reply_address, reply_language, reply_name
from closeloop.refusals import AnsweredMeanwhile, BlanksLeft, ContactRefused
from nps_platform.lib.words import blanks
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership

SAID_TWICE = timedelta(minutes=2)
NO_TIME = timedelta()
SPOKEN, WRONG_NUMBER = "spoken", "wrong_number"
CALLS = (SPOKEN, "no_answer", "voicemail", WRONG_NUMBER)
_BRACKETS = re.compile(r"\[[^\[\]\n]{1,60}\]")


def blanks_in(text: str) -> list[str]:
    """What still has to be filled: {{names}} and [words in brackets]."""
    return [*blanks(text), *dict.fromkeys(_BRACKETS.findall(text))]


@transaction.atomic
def send_reply(
    case: Case,
    *,
    text: str,
    by: Membership | None,
    canned: CannedReply | None = None,
    seen: int | None = None,
    hold: timedelta = NO_TIME,
    promised: Promised | None = None,
) -> CaseEvent:
    """Owe the customer this mail, once: the same words by the same person within two minutes are one reply.

    `seen`: the last entry of the timeline that `by` had before them; a word to or from the customer since then is read first.
    With it go the files that `by` has added. The mail leaves from the ledger after the commit, with `hold` that much later: until
    then it can be undone. Raises ContactRefused, Unreachable, BlanksLeft, AnsweredMeanwhile.
    """
    case = locked(case)
    address = reply_address(case)
    if left := blanks_in(text):
        raise BlanksLeft(left)
    said = _just_said(case, text, by)
    if not said and seen is not None and (meanwhile := _said_since(case, seen, by)):
        raise AnsweredMeanwhile(meanwhile)
    drop_draft(case, tab="reply", by=by)
    if said:
        return said
    told: dict[str, Any] = {"before": as_it_was(case), "canned": canned.pk if canned else None} if hold else {}
    attempt(case)
    keep(case)
    event = write(case, CaseEvent.Kind.REPLY, by=by, text=text, **told)
    waiting_files(case, by).update(event=event)
    event.message = owe_mail(case, event, kind="reply", address=address, by=by, hold=hold)
    event.save(update_fields=["message"])
    if canned:
        CannedReply.objects.filter(pk=canned.pk).update(uses=F("uses") + 1)
    promise_with(case, promised, by=by)
    return event


def _just_said(case: Case, text: str, by: Membership | None) -> CaseEvent | None:
    since = timezone.now() - SAID_TWICE
    return case.events.filter(kind=CaseEvent.Kind.REPLY, actor=by, text=text, at__gte=since).first()


def _said_since(case: Case, seen: int, by: Membership | None) -> CaseEvent | None:
    """The last word between us and the customer after the entry `seen`, unless it is `by`'s own."""
    kinds = (CaseEvent.Kind.REPLY, CaseEvent.Kind.CALL, CaseEvent.Kind.CUSTOMER_REPLY)
    since = case.events.filter(pk__gt=seen, kind__in=kinds)
    return (since.exclude(actor=by) if by else since).last()


def owe_mail(
    case: Case, event: CaseEvent, *, kind: str, address: str, by: Membership | None, hold: timedelta = NO_TIME
) -> Message:
    """A mail to the customer with the words of `event`, in their language, ahead of every wave."""
    mail = Message(
        kind=kind,
        source_id=event.pk,
        to_address=address,
        to_name=reply_name(case),
        customer=case.customer,
        language=reply_language(case),
        priority=1,
        created_by=by,
        due_at=timezone.now() + hold,
    )
    enqueue([mail])
    return mail


@transaction.atomic
def log_call(
    case: Case,
    *,
    spoken: bool | None = None,
    outcome: str = "",
    text: str = "",
    by: Membership | None,
    promised: Promised | None = None,
) -> CaseEvent:
    """A call: reached if they spoke, else only attempted (METHOD §9); a wrong number is neither. `outcome` is one of CALLS; `spoken`
    says the first two.

    Who refused contact may still call us, and is answered from then on; ringing them is refused: raises ContactRefused.
    """
    outcome = outcome or (SPOKEN if spoken else "no_answer")
    case = locked(case)
    if case.refuses_contact and outcome != SPOKEN:
        raise ContactRefused("outcome")
    allow_contact(case)
    if outcome == WRONG_NUMBER:
        take_up(case)
    else:
        attempt(case, reached=outcome == SPOKEN)
    keep(case)
    drop_draft(case, tab="call", by=by)
    event = write(case, CaseEvent.Kind.CALL, by=by, text=text, outcome=outcome)
    promise_with(case, promised, by=by)
    return event
