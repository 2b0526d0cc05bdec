"""An interviewer takes the next person from the call list, and says what came of the call."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import CustomerPermission, Suppression
from nps_platform.tenancy.models import Membership
from surveys.calling import MOST_TRIES, best_hour, due, has_room, held_by, next_try, place_of_customer
from surveys.models import CallAttempt, CallTask, Invitation, Programme

# So long a person is kept for who took them; whoever goes home without a word blocks nobody.
HELD_FOR = timedelta(minutes=15)
LOOKED_AT = 50
ROUNDS = 20
Outcome = CallAttempt.Outcome


class NotYours(Exception):
    """Somebody else has this person by now, or the list went on without them."""


def take_next(caller: Membership) -> CallTask | None:
    """Whom `caller` calls next, held for them; who they have already is kept. None where nobody can be called now."""
    if held := held_by(caller):
        return held
    CallTask.objects.filter(claimed_by=caller).update(claimed_by=None, claimed_until=None)
    for _round in range(ROUNDS):
        now = timezone.now()
        some = list(due(now)[:LOOKED_AT])
        for task in some:
            if _may_ring(task, now) and _claim(task, caller, now):
                return held_by(caller)
        if len(some) < LOOKED_AT:
            break
    return held_by(caller)  # another window of the same person may have taken somebody


def _may_ring(task: CallTask, now: datetime) -> bool:
    """Whether it is a good hour where they are; who can't be called any more leaves the list."""
    number = task.customer.dialled
    stopped = Suppression.objects.filter(channel=CustomerPermission.Channel.PHONE, address=number)
    if not number or task.customer.erased_at or stopped.exists():
        _end(task, now)
        return False
    if task.agreed:  # they named the hour themselves
        return True
    at = place_of_customer(task.invitation.programme, task.customer)
    opens = at.window.next_open(now, at.zone)
    if opens > now:
        CallTask.objects.filter(pk=task.pk, claimed_by=None).update(due_at=opens)
    return opens <= now


def _claim(task: CallTask, caller: Membership, now: datetime) -> bool:
    try:
        with transaction.atomic():
            forgotten = CallTask.objects.filter(customer=task.customer_id, claimed_until__lt=now)
            forgotten.update(claimed_by=None, claimed_until=None)
            if not task.agreed and not _is_within_the_day(task.invitation.programme, now):
                return False
            # Conditions on the row itself: one of two that come at once wins.
            mine = CallTask.objects.filter(pk=task.pk, done_at=None, claimed_by=None, due_at__lte=now)
            return bool(mine.update(claimed_by=caller, claimed_at=now, claimed_until=now + HELD_FOR))
    except IntegrityError:  # somebody has the same person from another list, or the same caller took somebody else
        return False


def _is_within_the_day(programme: Programme, now: datetime) -> bool:
    """Whether its daily limit leaves a call; two who ask at once wait for one another."""
    if not programme.daily_cap:
        return True
    return has_room(Programme.objects.select_for_update().get(pk=programme.pk), now)


def _end(task: CallTask, now: datetime) -> None:
    with transaction.atomic():
        CallTask.objects.filter(pk=task.pk).update(done_at=now, claimed_by=None, claimed_until=None)
        still = Invitation.objects.filter(pk=task.invitation_id, answered_at=None)
        still.update(state=Invitation.State.CLOSED, expires_at=now)


def release(task: CallTask, *, by: Membership) -> None:
    """Put somebody back whom one has not called."""
    CallTask.objects.filter(pk=task.pk, claimed_by=by).update(claimed_by=None, claimed_until=None)


@transaction.atomic
def note_call(task: CallTask, *, outcome: str, by: Membership, call_back_at: datetime | None = None) -> CallAttempt:
    """Write down what came of a call, and when to ring again if at all. Raises NotYours.

    The third call that nobody answers ends it; a no and a wrong number keep the telephone from being rung for surveys again.
    """
    now = timezone.now()
    tried = task.tries + (outcome == Outcome.NO_ANSWER)
    let_go = CallTask.objects.filter(pk=task.pk, done_at=None, claimed_by=by)
    if not let_go.update(claimed_by=None, claimed_until=None, tries=tried, agreed=outcome == Outcome.CALL_BACK):
        raise NotYours
    seconds = max(0, round((now - task.claimed_at).total_seconds())) if task.claimed_at else 0
    attempt = CallAttempt.objects.create(
        task=task, by=by, at=now, outcome=outcome, call_back_at=call_back_at, seconds=seconds
    )
    left = Invitation.objects.filter(pk=task.invitation_id)
    left.filter(sent_at=None).update(sent_at=now, state=Invitation.State.SENT)
    if outcome == Outcome.CALL_BACK:
        CallTask.objects.filter(pk=task.pk).update(due_at=call_back_at)
    elif outcome == Outcome.NO_ANSWER and tried < MOST_TRIES:
        _ring_again(task, now)
    else:
        _finish(task, outcome, by, now)
    return attempt


def _ring_again(task: CallTask, now: datetime) -> None:
    at = place_of_customer(task.invitation.programme, task.customer)
    again = next_try(at, now, best_hour(task.customer, at.zone))
    CallTask.objects.filter(pk=task.pk).update(due_at=again)


def _finish(task: CallTask, outcome: str, by: Membership, now: datetime) -> None:
    if outcome == Outcome.ANSWERED:  # the answer settles the invitation
        CallTask.objects.filter(pk=task.pk).update(done_at=now)
        return
    _end(task, now)
    reasons = {Outcome.REFUSED: Suppression.Reason.UNSUBSCRIBED, Outcome.WRONG_NUMBER: Suppression.Reason.BOUNCED}
    reason = reasons.get(Outcome(outcome))
    if reason:
        number, channel = task.customer.dialled, CustomerPermission.Channel.PHONE
        suppress(number, reason=reason, customer=task.customer, channel=channel, by=by)
