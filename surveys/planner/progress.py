"""How a launched programme stands, and who was asked or skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from nps_platform.messaging.models import Message
from surveys.invitation_mail import INVITATION_KIND
from surveys.models import CallTask, Invitation, Programme, SkipReason
from surveys.planner.simulation import reason_labels
from surveys.planning.simulating import foreseen_people

State = Invitation.State


@dataclass(frozen=True)
class Progress:
    """A programme's counts. `invited` = waiting + sent + bounced + failed + taken back, while it is planned a moving figure."""

    invited: int
    skipped: dict[str, int]
    sent: int
    answered: int
    bounced: int
    reminded: int
    waiting: int
    held: int
    uncertain: int
    failed: int
    calls: int = 0

    @property
    def eligible(self) -> int:
        return self.invited + sum(self.skipped.values())

    @property
    def left(self) -> int:
        """Mails and calls that are settled: the progress bar's part of `invited`."""
        return self.invited - self.waiting - self.held - self.calls

    @property
    def rate(self) -> float | None:
        """Answers per invitation that left; None before any did."""
        return self.answered / self.sent if self.sent else None

    @property
    def is_moving(self) -> bool:
        return self.waiting > 0


def progress_of(programme: Programme) -> Progress:
    """Counted by two grouped queries that indexes answer, without the rows."""
    counted = (
        programme.invitations.order_by()
        .values("state", "skip_reason")
        .annotate(n=Count("*"), sent=Count("sent_at"), reminded=Count("reminded_at"))
    )
    rows = list(counted)
    mails = dict(
        Message.objects.filter(group_id=programme.pk, kind=INVITATION_KIND)
        .order_by()
        .values_list("state")
        .annotate(n=Count("*"))
    )
    asked = [row for row in rows if row["state"] != State.SKIPPED]
    by_state = {state: sum(row["n"] for row in asked if row["state"] == state) for state in State.values}
    skipped = {row["skip_reason"]: row["n"] for row in rows if row["state"] == State.SKIPPED}
    if programme.mode == Programme.Mode.TRIGGER:
        skipped = _unasked_events(programme)
    return Progress(
        invited=sum(row["n"] for row in asked),
        skipped={reason: skipped[reason] for reason in SkipReason.values if reason in skipped},
        sent=sum(row["sent"] for row in asked),
        answered=by_state[State.ANSWERED],
        bounced=by_state[State.BOUNCED],
        reminded=sum(row["reminded"] for row in asked),
        waiting=sum(mails.get(s, 0) for s in (Message.State.QUEUED, Message.State.CLAIMED, Message.State.SENDING)),
        held=mails.get(Message.State.HELD, 0),
        uncertain=mails.get(Message.State.AMBIGUOUS, 0),
        failed=mails.get(Message.State.FAILED, 0),
        calls=_to_call(programme),
    )


def _to_call(programme: Programme) -> int:
    """How many are still to be called."""
    if programme.channel != Programme.Channel.PHONE:
        return 0
    open_states = (State.PLANNED, State.SENT)
    return CallTask.objects.filter(
        invitation__programme=programme, invitation__state__in=open_states, done_at=None
    ).count()


def _unasked_events(programme: Programme) -> dict[str, int]:
    """Events that asked nobody, by reason: they make no invitation."""
    rows = programme.events.exclude(skip_reason="").order_by().values_list("skip_reason")
    return dict(rows.annotate(n=Count("pk")))


def with_progress(programmes: list[Programme]) -> list[tuple[Programme, int, int]]:
    """Programme, sent, answered: the list's columns in one query."""
    rows = Invitation.objects.filter(programme__in=programmes).order_by().values("programme")
    counted = rows.annotate(sent=Count("sent_at"), answered=Count("state", filter=Q(state=State.ANSWERED)))
    by_id = {row["programme"]: row for row in counted}
    none = {"sent": 0, "answered": 0}
    return [(p, by_id.get(p.pk, none)["sent"], by_id.get(p.pk, none)["answered"]) for p in programmes]


def people_of(programme: Programme, reason: str, *, foreseen: bool = False) -> Iterator[list[str]]:
    """Number, name, e-mail, language and reason of everybody asked (reason "") or skipped for `reason`: from the rows, or
    `foreseen` by the simulator, as all are for a draft."""
    why = reason_labels(programme.channel).get(reason, "")
    if foreseen or programme.state == Programme.State.DRAFT:
        for number, name, email, language in foreseen_people(programme, reason):
            yield [number or "", name, email, language, why]
        return
    rows = programme.invitations.select_related("customer").filter(skip_reason=reason).order_by("pk")
    for invitation in rows.iterator(chunk_size=1000):
        c = invitation.customer
        yield [c.external_id or "", c.name, invitation.address, invitation.language, why]
