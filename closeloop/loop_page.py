"""Where a customer's answer stands, in the words and to the extent that the customer may see.

Notes, forwards, guests' answers and what was written beside a call or a resolution are the company's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from closeloop.faces import author, looks_after
from closeloop.models import Case, CaseEvent, LoopSettings, Pledge
from nps_platform.messaging.models import Message
from nps_platform.tenancy.templatetags.circulo import when
from responses.models import Response

LIVES = timedelta(days=90)
_NEVER_LEFT = (Message.State.CANCELLED, Message.State.FAILED, Message.State.BOUNCED)


@dataclass(frozen=True)
class Step:
    """One entry of *what has happened and what is missing*; `mark` is done, now or empty."""

    title: str
    text: str
    mark: str


@dataclass(frozen=True)
class Words:
    """Something written by us, or (`mine`) by the customer."""

    author: str
    at: datetime
    text: str
    mine: bool


@dataclass(frozen=True)
class Standing:
    """All that the loop page says about a case; without one, only that the answer has arrived."""

    title: str
    steps: list[Step]
    conversation: list[Words]
    promises: list[Pledge]
    asks: str  # which question about the handling is put, and not answered yet
    solution: str  # what was done, in the words meant for the customer
    can_write: bool
    can_judge: bool
    verdict: str


def verdict_names() -> list[tuple[str, str]]:
    """What a customer may say to *is it solved?*"""
    return [
        ("yes", pgettext("is it solved", "Yes")),
        ("partly", pgettext("is it solved", "Partly")),
        ("no", pgettext("is it solved", "No")),
    ]


def standing(response: Response, case: Case | None) -> Standing:
    """What `response` brought so far, as of now."""
    if case is None:
        return Standing(_("Your answer has arrived"), [], [], [], "", "", False, False, "")
    shown = LoopSettings.current()
    events = list(case.events.select_related("actor__user", "message"))
    solution = _told(case, events)
    judged = [event.data["verdict"] for event in events if event.data.get("verdict")]
    return Standing(
        title=_title(case, shown),
        steps=_steps(response, case, shown) if shown.shows_steps else [],
        conversation=[words for event in events if event != solution and (words := _words(case, event, shown))],
        promises=list(case.promises.exclude(text="")) if shown.shows_promises else [],
        asks=shown.asks_handling if shown.asks(case) else "",
        solution=solution.text if solution and shown.shows_solution else "",
        can_write=True,
        can_judge=case.attempted_at is not None or not case.is_open,
        verdict=judged[-1] if judged and case.state != Case.State.REOPENED else "",
    )


def open_until(response: Response, case: Case | None) -> datetime:
    """90 days after the last thing that happened."""
    changes = response.changes.values_list("at", flat=True)
    events = case.events.values_list("at", flat=True) if case else []
    return max([response.answered_at, *changes, *events]) + LIVES


def _title(case: Case, shown: LoopSettings) -> str:
    person = looks_after(case, shown)
    if case.state == Case.State.RESOLVED:
        return _("We believe that it is solved")
    if case.state == Case.State.CONFIRMED:
        return _("It is solved. Thank you for telling us")
    if case.state == Case.State.REOPENED:
        return _("We are working on it again")
    if case.state == Case.State.CONTACTED:
        return _("We have been in touch")
    if case.acknowledged_at:
        return _("%(person)s looks after it") % {"person": person} if person else _("Our team looks after it")
    return _("Your answer has arrived")


def _steps(response: Response, case: Case, shown: LoopSettings) -> list[Step]:
    """In the order they happen; the first that is still missing is *now*."""
    stages = [(_("Your answer has arrived"), when(response.answered_at), True)]
    if case.acknowledged_at:
        stages.append((_taken_up(case, shown), when(case.acknowledged_at), True))
    if (
        case.attempted_at or not case.resolved_at or response.wants_contact is False
    ):  # else solved without: no longer owed
        stages.append(_contact(response, case))
    stages += [_solution(response, case), _verdict(case)]
    pending = [index for index, (_title, _text, done) in enumerate(stages) if not done]
    now = pending[0] if pending else None
    return [
        Step(title, text, "done" if done else "now" if index == now else "")
        for index, (title, text, done) in enumerate(stages)
    ]


def _taken_up(case: Case, shown: LoopSettings) -> str:
    if person := looks_after(case, shown):
        return _("%(person)s looks after it") % {"person": person}
    return _("Our team looks after it")


def _contact(response: Response, case: Case) -> tuple[str, str, bool]:
    if case.attempted_at:
        return _("We got in touch"), when(case.attempted_at), True
    if response.wants_contact is False:
        return _("We look into it"), _("Without getting in touch, as you asked."), not case.is_open
    if case.due_at is None:
        return _("We get in touch"), "", False
    if case.due_at < timezone.now():
        return _("We get in touch"), _("We are late: it was due %(deadline)s.") % {"deadline": when(case.due_at)}, False
    return _("We get in touch"), _("By %(deadline)s at the latest") % {"deadline": when(case.due_at)}, False


def _solution(response: Response, case: Case) -> tuple[str, str, bool]:
    if case.resolved_at:
        return _("We took care of it"), when(case.resolved_at), True
    if case.reopened_at:
        return (
            _("We take care of what is missing"),
            _("Open again: %(moment)s") % {"moment": when(case.reopened_at)},
            False,
        )
    return (
        _("We take care of it"),
        "" if response.wants_contact is False else _("And write to you what was done."),
        False,
    )


def _verdict(case: Case) -> tuple[str, str, bool]:
    if case.confirmed_at:
        return _("You told us that it is solved"), when(case.confirmed_at), True
    return _("You tell us whether it is solved"), "", False


def _told(case: Case, events: list[CaseEvent]) -> CaseEvent | None:
    """What we say was done, of the resolution that stands."""
    told = [event for event in events if event.kind == CaseEvent.Kind.TOLD and event.text]
    return told[-1] if told and not case.is_open else None


def _not_sent(message: Message | None) -> bool:
    """It never will be, or can still be taken back."""
    if message is None:
        return False
    is_held = message.state == Message.State.QUEUED and not message.attempts and message.due_at > timezone.now()
    return is_held or message.state in _NEVER_LEFT


def _words(case: Case, event: CaseEvent, shown: LoopSettings) -> Words | None:
    """What both sides can read; None for what is the company's own."""
    ours = event.kind == CaseEvent.Kind.REPLY or (event.kind == CaseEvent.Kind.TOLD and shown.shows_solution)
    if ours and not _not_sent(event.message):
        name = author(case, shown, actor=event.actor, label=event.actor_label)
        return Words(name, event.at, event.text, mine=False)
    if event.kind == CaseEvent.Kind.CUSTOMER_REPLY and event.text:
        return Words("", event.at, event.text, mine=True)
    return None
