"""What workers do for a launched programme: plan its audience batch by batch, remind once, close on its date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from surveys.actions.programmes import close
from surveys.invitation_mail import INVITATION_KIND, REMINDER_KIND
from surveys.models import Invitation, Programme
from surveys.planning import Decision, decide, next_customers

REMINDERS_AT_ONCE = 500
WAVE_PRIORITY = 6
State = Programme.State


@transaction.atomic
def plan_next_batch(programme_id: int) -> bool:
    """Invite or skip the next customers; whether more may follow.

    The programme's row is locked and says how far planning came, so a batch is done once, whoever crashes or runs twice.
    """
    programme = _locked(programme_id)
    if programme is None or programme.state != State.PLANNING:
        return False
    customers = next_customers(programme, programme.planned_up_to)
    if not customers:
        _finish(programme)
        return False
    planned = decide(programme, customers)
    invitations = Invitation.objects.bulk_create(_invitation(programme, decision) for decision in planned)
    enqueue([_message(programme, d, i) for d, i in zip(planned, invitations, strict=True) if not d.reason])
    programme.counts = _added(programme.counts, planned)
    programme.planned_up_to = customers[-1].pk
    programme.save(update_fields=["counts", "planned_up_to", "updated_at"])
    return True


def _locked(programme_id: int) -> Programme | None:
    return (
        Programme.objects.select_for_update(of=("self",))
        .select_related("survey", "audience")
        .filter(pk=programme_id)
        .first()
    )


def _finish(programme: Programme) -> None:
    programme.state = State.RUNNING
    programme.counts = _added(programme.counts, []) | {"complete": True}
    programme.save(update_fields=["state", "counts", "updated_at"])


def _invitation(programme: Programme, decision: Decision) -> Invitation:
    return Invitation(
        programme=programme,
        survey=programme.survey,
        customer=decision.customer,
        language=decision.language,
        state=Invitation.State.SKIPPED if decision.reason else Invitation.State.PLANNED,
        skip_reason=decision.reason,
        expires_at=None if decision.reason else programme.closes_at,
    )


def _message(programme: Programme, decision: Decision, invitation: Invitation) -> Message:
    return Message(
        kind=INVITATION_KIND,
        source_id=invitation.pk,
        group_id=programme.pk,
        to_address=decision.customer.email,
        to_name=decision.customer.name,
        customer=decision.customer,
        language=decision.language,
        priority=WAVE_PRIORITY,
        created_by=programme.launched_by,
    )


def _added(counts: dict, planned: Sequence[Decision]) -> dict:
    skipped = Counter(counts.get("skipped", {})) + Counter(str(d.reason) for d in planned if d.reason)
    recipients = counts.get("recipients", 0) + sum(1 for d in planned if not d.reason)
    return {"eligible": recipients + skipped.total(), "recipients": recipients, "skipped": dict(skipped)}


def remind(programme: Programme, now: datetime) -> int:
    """Write once more to those who were asked `reminder_days` ago and have not answered; how many, in batches."""
    if programme.state != State.RUNNING or not programme.reminder_days:
        return 0
    reminded = 0
    while some := _remind_some(programme, now):
        reminded += some
    return reminded


@transaction.atomic
def _remind_some(programme: Programme, now: datetime) -> int:
    waiting = programme.invitations.select_related("customer").filter(
        state=Invitation.State.SENT,
        reminded_at=None,
        sent_at__lte=now - timedelta(days=programme.reminder_days or 0),
        customer__erased_at=None,
        expires_at__gt=now,
    )
    some = list(waiting.order_by("pk")[:REMINDERS_AT_ONCE])
    if not some:
        return 0
    claimed = Invitation.objects.filter(pk__in=[i.pk for i in some], reminded_at=None).update(reminded_at=now)
    # The unique row per source keeps a second sweep from reminding twice.
    enqueue([_reminder(programme, invitation) for invitation in some])
    return claimed


def _reminder(programme: Programme, invitation: Invitation) -> Message:
    customer = invitation.customer
    return Message(
        kind=REMINDER_KIND,
        source_id=invitation.pk,
        group_id=programme.pk,
        to_address=customer.email,
        to_name=customer.name,
        customer=customer,
        language=invitation.language,
        priority=WAVE_PRIORITY,
        created_by=programme.launched_by,
    )


def close_if_over(programme: Programme, now: datetime) -> bool:
    """Close a programme whose last day has passed."""
    if programme.closes_at is None or programme.closes_at > now:
        return False
    close(programme, by=None, label="close date")
    return True


def next_step_at(programme: Programme) -> datetime | None:
    """When this programme next needs a worker: planning now, a reminder, its close date; None where it needs none."""
    if programme.state == State.PLANNING:
        return timezone.now()
    times = [programme.closes_at] if programme.closes_at else []
    if programme.state == State.RUNNING and programme.reminder_days:
        unreminded = programme.invitations.filter(
            state__in=(Invitation.State.SENT, Invitation.State.PLANNED), reminded_at=None
        )
        first = unreminded.aggregate(sent=Min("sent_at"), planned=Min("created_at"))
        begun = first["sent"] or first["planned"]
        times += [begun + timedelta(days=programme.reminder_days)] if begun else []
    return min(times, default=None)
