"""By when the demo's agents owe what, and before whom the cases that press were brought."""

from __future__ import annotations

from django.db.models import Min

from closeloop.actions.escalating import KIND, escalate_pending
from closeloop.actions.timeline import ESCALATIONS
from closeloop.models import Case, CaseEvent, CasePolicy, Escalation, EscalationStep, Priority, Promise
from nps_platform.messaging.models import Message
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import AuditEntry, Membership

# Who reports to whom, by the names of their addresses.
MANAGERS = {"agent": "manager", "bruno": "manager", "giulia": "manager", "manager": "owner"}


def set_deadlines(members: dict[str, Membership]) -> None:
    """Two policies: those at risk sooner, and brought before the manager once they are late."""
    for below, above in MANAGERS.items():
        members[below].manager = members[above]
        members[below].save(update_fields=["manager"])
    urgent = CasePolicy.objects.create(
        name="Detractores prioritarios",
        position=1,
        classes=["detractor"],
        priorities=[Priority.URGENT.value, Priority.HIGH.value],
        contact_minutes=4 * 60,
        resolution_minutes=18 * 60,
    )
    every = CasePolicy.objects.create(
        name="Detractores",
        position=2,
        classes=["detractor"],
        contact_minutes=8 * 60,
        resolution_minutes=36 * 60,
    )
    Whom = EscalationStep.Whom
    for policy, promise, percent, whom, hours, times in (
        (urgent, Promise.CONTACT, 80, Whom.ASSIGNEE, None, 0),
        (urgent, Promise.CONTACT, 100, Whom.MANAGER, 9, 2),
        (urgent, Promise.RESOLUTION, 100, Whom.MANAGER, None, 0),
        (every, Promise.CONTACT, 100, Whom.TEAM, None, 0),
    ):
        EscalationStep.objects.create(
            policy=policy,
            promise=promise,
            after_percent=percent,
            whom=whom,
            repeat_every_minutes=hours and hours * 60,
            repeat_times=times,
        )


def escalate_what_pressed() -> None:
    """The steps that are due by now are taken, as of when they were due; the sweep takes the next ones."""
    escalate_pending()
    for taken in Escalation.objects.all():
        at = taken.due_at
        Escalation.objects.filter(pk=taken.pk).update(at=at)
        CaseEvent.objects.filter(pk=taken.event_id).update(at=at)
        mails = Message.objects.filter(kind=KIND, source_id=taken.event_id)
        mails.update(state=Message.State.SENT, created_at=at, due_at=at, claimed_at=at, sent_at=at, attempts=1)
        AuditEntry.objects.filter(action="case.escalated", target_id=taken.case_id).update(at=at)
    if first := Case.objects.aggregate(first=Min("escalate_at"))["first"]:
        is_due(ESCALATIONS, first)
