"""What the outbox shows: the ledger newest first, and how one mail looked."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.customers.models import Customer
from nps_platform.lib.folding import folded_lines, found_in
from nps_platform.messaging.kinds import Mail, kind_of, kinds
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import mail_leaves

log = logging.getLogger(__name__)

PAGE = 50
# A search by name: how far back it reads messages one by one, and how many people or messages it goes on with.
SEARCHED = 20_000
MOST_PEOPLE = 200
MOST_MESSAGES = 1_000
State = Message.State
TONES: dict[str, str] = {
    State.SENT: "ok",
    State.BOUNCED: "err",
    State.FAILED: "err",
    State.AMBIGUOUS: "warn",
    State.HELD: "warn",
    State.QUEUED: "info",
    State.CLAIMED: "info",
    State.SENDING: "info",
}
# What a reader asks for, and the states that answer it.
SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED, State.SENDING),
    "held": (State.HELD,),
    "sent": (State.SENT,),
    "uncertain": (State.AMBIGUOUS,),
    "trouble": (State.FAILED, State.BOUNCED),
    "cancelled": (State.CANCELLED,),
}
# Personal links answer in the customer's name: once mails really leave, colleagues see them masked.
_PERSONAL = re.compile(r"(/[a-z]/)(?:[A-Za-z0-9_-]{44}(?![A-Za-z0-9_-])|(?<=/m/)[A-Za-z0-9]{12,24}\b)")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; unknown values narrow nothing."""

    show: str = ""
    kind: str = ""
    to: str = ""
    before: int | None = None

    @classmethod
    def read(cls, given: Any) -> Filters:
        show, kind, before = given.get("show", ""), given.get("kind", ""), given.get("before", "")
        return cls(
            show if show in SHOWN else "",
            kind if kind in {k.name for k in kinds()} else "",
            given.get("to", "").replace("\0", "").strip()[:200],
            int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        )


def found(filters: Filters) -> QuerySet[Message]:
    """The messages that `filters` mean, without the page they are on."""
    rows = Message.objects.order_by("-pk")
    if filters.show:
        rows = rows.filter(state__in=SHOWN[filters.show])
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    return rows.filter(_to_whom(filters.to)) if filters.to else rows


def _to_whom(asked: str) -> Q:
    """Customers of this name or address, however long ago; whoever else among the newest SEARCHED messages."""
    people = Customer.objects.filter(found_in("folded", asked)).order_by("-pk").values_list("pk", flat=True)
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True)
    oldest = next(iter(newest[SEARCHED - 1 : SEARCHED]), 0)
    recent = newest.filter(pk__gte=oldest).annotate(named=folded_lines("to_name", "to_address"))
    others = recent.filter(found_in("named", asked))
    return Q(customer__in=list(people[:MOST_PEOPLE])) | Q(pk__in=list(others[:MOST_MESSAGES]))


def page_of(filters: Filters) -> tuple[list[Message], int | None]:
    """One page by keyset, and the id to go on before; None at the end."""
    rows = found(filters)
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    page = list(rows.select_related("customer")[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def counts(filters: Filters) -> dict[str, int]:
    """How many messages each state would show under the other filters."""
    others = found(replace(filters, show="")).order_by()
    by_state = dict(others.values_list("state").annotate(n=Count("*")))  # of an id, PostgreSQL would read the rows
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in SHOWN.items()}


@dataclass(frozen=True)
class Look:
    """How one mail looked. `html` goes into a sandboxed frame."""

    subject: str
    sender: str
    reply_to: str
    html: str
    text: str


def look_of(message: Message) -> Look | None:
    """The mail made again from its rows; None where they are gone (an erased customer, a deleted case), or nobody makes it."""
    try:
        mail = kind_of(message).render(message)
    except (KeyError, ObjectDoesNotExist):
        return None
    except Exception:
        # The ledger is shown whatever a renderer does; what it did is for whoever runs this.
        log.exception("message %s of kind %s can't be shown", message.pk, message.kind)
        return None
    shown = mail if not mail_leaves() else _masked(mail)
    return Look(shown.subject, shown.from_name, shown.reply_to, _opening_elsewhere(shown.html), shown.text)


def _masked(mail: Mail) -> Mail:
    mask = r"\1…"
    return Mail(
        mail.subject, _PERSONAL.sub(mask, mail.text), _PERSONAL.sub(mask, mail.html), mail.from_name, mail.reply_to
    )


def _opening_elsewhere(html: str) -> str:
    """Links of the framed mail open beside the outbox."""
    return html.replace("<head>", '<head><base target="_blank">', 1)


@dataclass(frozen=True)
class Step:
    """One thing that happened to a message."""

    label: str
    at: datetime | None
    note: str = ""
    tone: str = ""


def steps_of(message: Message) -> list[Step]:
    """The message's life so far, oldest first."""
    by = str(message.created_by) if message.created_by else ""
    steps = [Step(_("Written"), message.created_at, by)]
    if message.claimed_at:
        steps.append(Step(_("Taken by a worker"), message.claimed_at))
    if message.state == State.SENT:
        kept = "" if message.message_id else _why_kept(message)
        steps.append(Step(_("Sent") if message.message_id else _("Kept"), message.sent_at, kept, "ok"))
    elif message.state == State.QUEUED:
        steps.append(Step(_("Waiting"), message.due_at, message.error, "info"))
    else:
        steps.append(Step(str(message.get_state_display()), None, message.error, TONES.get(message.state, "")))
    if message.delivered_at and message.state == State.SENT:
        steps.append(Step(pgettext("one message", "Delivered"), message.delivered_at, "", "ok"))
    return steps


def _why_kept(message: Message) -> str:
    if message.is_text:
        return _("The gateway is for trying out: it was kept here.")
    return _("No mail server is set: it was kept here.")
