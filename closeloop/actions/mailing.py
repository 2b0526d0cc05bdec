"""Mails that come in, put where they belong: by the signed address, else by the message of ours that they answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from closeloop.actions.files import keep_mails_files
from closeloop.actions.outside import automatic_mail, customer_reply, guest_answer
from closeloop.models import Case, CaseEvent, Forward
from closeloop.refusals import LinkClosed
from nps_platform.lib.signing import Door
from nps_platform.messaging.incoming.arrived import Arrived, read_mail
from nps_platform.messaging.incoming.taking import settle_mail
from nps_platform.messaging.models import InboundMail, Message
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership

# From one address to one case: more are noted, and nobody is told of each (two machines that answer one another).
MOST_AN_HOUR = 10
CASES, FORWARDS = ("reply", "resolution"), ("forward", "forward_reminder")


def place_mail(row: InboundMail, mail: Arrived) -> bool:
    """Whether a case or a forward was found for it; inside the transaction that settles the row."""
    case, forward = _answered(row)
    if case is None:
        return False
    return _put(case, row, mail, forward=forward)


def _answered(row: InboundMail) -> tuple[Case | None, Forward | None]:
    """Whoever holds a signed address may use it. A Message-ID can be guessed: it counts from the address the message went to."""
    if row.door == Door.CASE_MAIL:
        return _living(Case.objects.filter(pk=row.named_id).first()), None
    if row.door == Door.FORWARD_MAIL:
        forward = Forward.objects.filter(pk=row.named_id).select_related("case").first()
        return (_living(forward.case), forward) if forward else (None, None)
    if row.door == Door.MAIL and row.from_address:
        message = Message.objects.filter(pk=row.named_id, to_address__iexact=row.from_address).first()
        return answered_by(message) if message else (None, None)
    return None, None


def answered_by(message: Message) -> tuple[Case | None, Forward | None]:
    """What the message of ours was about."""
    if message.kind in FORWARDS:
        forward = Forward.objects.filter(pk=message.source_id).select_related("case").first()
        return (_living(forward.case), forward) if forward else (None, None)
    if message.kind in CASES:
        event = CaseEvent.objects.filter(message=message).select_related("case").first()
        return (_living(event.case) if event else None), None
    return None, None


def _living(case: Case | None) -> Case | None:
    """An erased person's case takes no words any more."""
    if case is None or (case.customer_id is None and not case.response.collector_id):
        return None
    return case


def _put(case: Case, row: InboundMail, mail: Arrived, *, forward: Forward | None) -> bool:
    why = mail.automatic or ("too_many" if _too_many(case, row) else "")
    told: dict[str, Any] = {"subject": mail.subject, "from": row.from_address}
    try:
        if why:
            event = automatic_mail(case, text=mail.text, mail=row, why=why, **told)
        elif forward:
            event = guest_answer(forward, text=mail.text, mail=row, **told)
        else:
            event = customer_reply(case, text=mail.text, mail=row, **told)
    except LinkClosed:
        return False
    _with_files(event, row, mail)
    return True


def _with_files(event: CaseEvent, row: InboundMail, mail: Arrived) -> None:
    # Of a mail that was cut, half a file may have come: none is kept, as their whole stays in the mailbox.
    refused = [] if row.cut_at else keep_mails_files(event, mail.files)
    if refused or row.cut_at:
        event.data |= {"refused": refused, "cut_at": row.cut_at}
        event.save(update_fields=["data"])


def _too_many(case: Case, row: InboundMail) -> bool:
    lately = CaseEvent.objects.filter(case=case, mail__from_address=row.from_address)
    return lately.filter(at__gt=timezone.now() - timedelta(hours=1)).count() >= MOST_AN_HOUR


@transaction.atomic
def attach_mail(row: InboundMail, case: Case, *, by: Membership) -> bool:
    """A colleague says which case a mail belongs to; False where somebody was quicker."""
    row = InboundMail.objects.select_for_update().get(pk=row.pk)
    if row.state not in (InboundMail.State.UNPLACED, InboundMail.State.FAILED):
        return False
    with row.raw.open("rb") as file:
        mail = read_mail(file.read())
    row.text, row.quoted, row.settled_by = mail.text, mail.quoted, by
    _put(case, row, mail, forward=None)
    settle_mail(row, InboundMail.State.PLACED)
    audit.record("mail.attached", case, by=by, mail=row.pk)
    return True


@transaction.atomic
def discard_mail(row: InboundMail, *, by: Membership) -> bool:
    """Nothing for us: the mail is thrown away, that it came is kept."""
    row = InboundMail.objects.select_for_update().get(pk=row.pk)
    if row.state not in (InboundMail.State.UNPLACED, InboundMail.State.FAILED):
        return False
    row.settled_by, row.text, row.quoted = by, "", ""
    settle_mail(row, InboundMail.State.DISCARDED)
    audit.record("mail.discarded", row, by=by)
    return True
