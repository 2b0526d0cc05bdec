"""One case as its pane shows it: the customer, the answer, the timeline, and what to answer with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language

from closeloop.actions.files import waiting_files
from closeloop.clock_words import ClockLine, clocks_of
from closeloop.forms import CallForm, ReplyForm, TextForm
from closeloop.inbox import worth_of
from closeloop.models import CannedReply, Case, CaseEvent, CaseFile, Draft, Forward, Grant, Pledge
from closeloop.prepared import canned_values
from closeloop.reach import reply_address, reply_language, telephone
from closeloop.recipients import case_workers
from closeloop.refusals import Unreachable
from nps_platform.customers.panels import Panel
from nps_platform.lib.formats import language_name
from nps_platform.lib.words import fill
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.templatetags.circulo import reader_locale
from responses.answers import Told, told_in
from responses.models import Response
from responses.provisional_panel import begun_panel

EARLIER_SCORES = 3


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, with the forward it speaks of."""

    event: CaseEvent
    forward: Forward | None = None


@dataclass(frozen=True)
class Prepared:
    """A canned reply with this case's names filled in."""

    canned: CannedReply
    text: str
    heading: str = ""
    files: int = 0


@dataclass(frozen=True)
class Pane:
    case: Case
    entries: list[Entry]
    further: list[Told]
    earlier: list[int]
    begun: Panel | None
    clocks: list[ClockLine]
    worth: Decimal | None
    address: str
    telephone: str
    unreachable: object
    language: str
    prepared: list[Prepared]
    colleagues: list[Membership]
    waiting: list[CaseFile]
    promises: list[Pledge]
    grants: list[Grant]
    tab: str = "reply"
    forms: dict[str, Any] = field(default_factory=dict)

    @property
    def playbook(self) -> list[Prepared]:
        """What fits this class and touchpoint, in the customer's language; what is for the touchpoint alone first."""
        fitting = [one for one in self.prepared if one.canned.language == self.language and one.canned.fits(self.case)]
        return sorted(fitting, key=lambda one: one.canned.touchpoint_id is None)

    @property
    def seen(self) -> int:
        """The last entry of the timeline: what comes later was not read."""
        return max((entry.event.pk for entry in self.entries), default=0)


def pane_of(
    case: Case, reader: Membership, *, tab: str = "", forms: dict[str, Any] | None = None, canned: str = ""
) -> Pane:
    """Everything the pane of `case` shows to `reader`; `forms` holds what came back wrong, `canned` a reply to begin with."""
    address, unreachable = _address(case)
    language = reply_language(case)
    prepared = _prepared(case, reader, language)
    begun = {draft.tab: draft.text for draft in Draft.objects.filter(case=case, author=reader)}
    begin = next((p.text for p in prepared if str(p.canned.pk) == canned), begun.get("reply", ""))
    fresh = {
        "reply": ReplyForm(initial={"text": begin}, auto_id="reply_%s"),
        "note": TextForm(initial={"text": begun.get("note", "")}, auto_id="note_%s"),
        "call": CallForm(initial={"text": begun.get("call", "")}, auto_id="call_%s"),
    }
    return Pane(
        case=case,
        entries=timeline(case),
        further=told_in(case.response, get_language() or ""),
        earlier=_earlier_scores(case),
        begun=begun_panel(case.customer, reader) if case.customer else None,
        clocks=clocks_of(case),
        worth=worth_of([case], reader).get(case.customer_id),
        address=address,
        telephone=telephone(case),
        unreachable=unreachable,
        language=language,
        prepared=prepared,
        promises=list(case.promises.select_related("made_by__user")),
        grants=list(case.grants.select_related("remedy", "asked_by__user")),
        colleagues=[worker for worker in case_workers() if worker != reader],
        waiting=list(waiting_files(case, reader)),
        tab=tab or next(reversed(begun), "note" if unreachable else "reply"),
        forms=fresh | (forms or {}),
    )


def _address(case: Case) -> tuple[str, object]:
    try:
        return reply_address(case), ""
    except Unreachable as why:
        return "", why.message


def timeline(case: Case, *, after: int = 0) -> list[Entry]:
    """What happened, in order; only what came after the entry `after`."""
    forwards = {forward.pk: forward for forward in case.forwards.all()}
    rows = case.events.filter(pk__gt=after)
    events = rows.select_related("actor__user", "message", "mail").prefetch_related("files")
    return [Entry(event, forwards.get(event.data.get("forward"))) for event in events]


def _earlier_scores(case: Case) -> list[int]:
    """What the customer gave before this answer, oldest first."""
    if case.customer_id is None:
        return []
    before = Response.objects.filter(customer=case.customer_id, answered_at__lt=case.response.answered_at)
    return list(before.order_by("-answered_at").values_list("score", flat=True)[:EARLIER_SCORES])[::-1]


def _prepared(case: Case, reader: Membership, language: str) -> list[Prepared]:
    """The canned replies: those in the customer's language first, by folder."""
    values = canned_values(case, reader)
    replies = CannedReply.objects.annotate(attached=Count("files"))
    ordered = sorted(replies, key=lambda c: (c.language != language, c.language, c.folder, c.name))
    return [Prepared(canned, fill(canned.text, values)[0], _heading(canned), canned.attached) for canned in ordered]


def _heading(canned: CannedReply) -> str:
    spoken = language_name(canned.language, reader_locale())
    return f"{spoken} · {canned.folder}" if canned.folder else spoken
