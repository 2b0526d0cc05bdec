"""Our word to the customer: replies and calls."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from closeloop.actions.drafting import drop_draft
from closeloop.actions.timeline import attempt, keep, locked, write
from closeloop.actions.wishes import allow_contact
from closeloop.models import CannedReply, Case, CaseEvent
from closeloop.reach import reply_address, reply_language, reply_name
from closeloop.refusals import AnsweredMeanwhile, BlanksLeft, ContactRefused
from nps_platform.lib.words import blanks
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership

SAID_TWICE = timedelta(minutes=2)
_BRACKETS = re.compile(r"\[[^\[\]\n]{1,60}\]")


def blanks_in(text: str) -> list[str]:
    """What still has to be filled: {{names}} and [words in brackets]."""
    return [*blanks(text), *dict.fromkeys(_BRACKETS.findall(text))]


@transaction.atomic
def send_reply(
    case: Case, *, text: str, by: Membership | None, canned: CannedReply | None = None, seen: int | None = None
) -> CaseEvent:
    """Owe the customer this mail, once: the same words by the same person within two minutes are one reply.

    `seen`: the last entry of the timeline that `by` had before them; a word to or from the customer since then is read first.
    The mail leaves from the ledger after the commit. Raises ContactRefused, Unreachable, BlanksLeft, AnsweredMeanwhile.
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
    attempt(case)
    keep(case)
    event = write(case, CaseEvent.Kind.REPLY, by=by, text=text)
    event.message = owe_mail(case, event, kind="reply", address=address, by=by)
    event.save(update_fields=["message"])
    if canned:
        CannedReply.objects.filter(pk=canned.pk).update(uses=F("uses") + 1)
    return event


def _just_said(case: Case, text: str, by: Membership | None) -> CaseEvent | None:
    since = timezone.now() - SAID_TWICE
    return case.events.filter(kind=CaseEvent.Kind.REPLY, actor=by, text=text, at__gte=since).first()


def _said_since(case: Case, seen: int, by: Membership | None) -> CaseEvent | None:
    """The last word between us and the customer after the entry `seen`, unless it is `by`'s own."""
    kinds = (CaseEvent.Kind.REPLY, CaseEvent.Kind.CALL, CaseEvent.Kind.CUSTOMER_REPLY)
    since = case.events.filter(pk__gt=seen, kind__in=kinds)
    return (since.exclude(actor=by) if by else since).last()


def owe_mail(case: Case, event: CaseEvent, *, kind: str, address: str, by: Membership | None) -> Message:
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
    )
    enqueue([mail])
    return mail


@transaction.atomic
def log_call(case: Case, *, spoken: bool, text: str = "", by: Membership | None) -> CaseEvent:
    """A call: reached if they spoke, else only attempted (METHOD §9).

    Who refused contact may still call us, and is answered from then on; ringing them is refused: raises ContactRefused.
    """
    case = locked(case)
    if case.refuses_contact and not spoken:
        raise ContactRefused("spoken")
    allow_contact(case)
    attempt(case, reached=spoken)
    keep(case)
    drop_draft(case, tab="call", by=by)
    return write(case, CaseEvent.Kind.CALL, by=by, text=text, outcome="spoken" if spoken else "no_answer")
