"""What a digest of alerts says: the answers it gathers, the lowest scores first; or who did not answer, or could not be reached."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from closeloop.models import Alert, AlertRule, Case, ChatRoom
from nps_platform.messaging.models import Message

MOST_LISTED = 50
FIRST_WORDS = 120


@dataclass(frozen=True)
class Line:
    """One answer: its score, whose it is, how its comment begins, and its case if one was opened. An invitation has no score;
    its words say what became of it."""

    score: int | None
    who: str
    words: str
    case: Case | None = None


@dataclass(frozen=True)
class Digest:
    """`total` answers or invitations, of which MOST_LISTED at most are told one by one."""

    total: int
    lines: list[Line]

    @property
    def further(self) -> int:
        return self.total - len(self.lines)


def room_of(message: Message) -> ChatRoom | None:
    """The chat room that a message goes to; None for a mail, or where the room is gone."""
    alert = Alert.objects.filter(message=message).exclude(room=None).select_related("room").first()
    return alert.room if alert else None


def digest_of(message: Message) -> Digest:
    """The alerts that `message` stands for."""
    alerts = Alert.objects.filter(message=message)
    further = alerts.aggregate(n=Sum("further"))["n"] or 0
    return Digest(alerts.count() + further, [*_answers(alerts), *_invitations(alerts)])


def _answers(alerts: QuerySet[Alert]) -> list[Line]:
    people = alerts.filter(trigger=AlertRule.Trigger.ANSWER).select_related(
        "response__customer", "response__account", "response__case"
    )
    worst = people.order_by("response__score", "-response__answered_at", "id")[:MOST_LISTED]
    return [_answer(alert) for alert in worst]


def _answer(alert: Alert) -> Line:
    response = alert.response
    assert response is not None  # the table's constraint
    words = Truncator(" ".join(response.comment.split())).chars(FIRST_WORDS)
    return Line(response.score, response.who, words, getattr(response, "case", None))


def _invitations(alerts: QuerySet[Alert]) -> list[Line]:
    asked = alerts.exclude(trigger=AlertRule.Trigger.ANSWER).select_related(
        "invitation__customer", "invitation__programme", "rule"
    )
    return [_invitation(alert) for alert in asked.order_by("trigger", "id")[:MOST_LISTED]]


def _invitation(alert: Alert) -> Line:
    invitation = alert.invitation
    assert invitation is not None  # the table's constraint
    said = {"programme": invitation.programme}
    if alert.trigger == AlertRule.Trigger.BOUNCE:
        words = _("Could not be delivered: %(programme)s") % said
    else:
        words = _("No answer: %(programme)s") % said
    return Line(None, str(invitation.customer), words)
