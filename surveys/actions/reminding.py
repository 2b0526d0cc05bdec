"""Reminders, and mails that would leave outside their window: what the sweep sets right for a programme that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from nps_platform.customers.models import Customer
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from surveys.actions.inserting import message_to
from surveys.invitation_mail import INVITATION_KIND, REMINDER_KIND
from surveys.models import HELD, Invitation, Programme
from surveys.planning.judging import Judging, where
from surveys.planning.preparing import OWN, dues_of, has_hours, place

REMINDERS_AT_ONCE = 500


def remind(programme: Programme, now: datetime) -> int:
    """Write again to those who were asked so many days ago and have not answered; how many, in batches.

    A reminder asks too: it waits for cases and incidents.
    """
    if programme.state not in (Programme.State.RUNNING, Programme.State.PLANNING):
        return 0
    if programme.channel == Programme.Channel.PHONE:  # they are called again instead
        return 0
    reminded = 0
    for step, days in enumerate(programme.reminders):
        while some := _remind_some(programme, step, days, now):
            reminded += some
    return reminded


@transaction.atomic
def _remind_some(programme: Programme, step: int, days: int, now: datetime) -> int:
    waiting = programme.invitations.select_related("customer").filter(
        state=Invitation.State.SENT,
        reminders_sent=step,
        sent_at__lte=now - timedelta(days=days),
        customer__erased_at=None,
        expires_at__gt=now,
    )
    judging = Judging(programme, now)
    for reason in HELD:
        waiting = waiting.exclude(customer_id__in=judging.held(Customer.objects.all(), reason).values("pk"))
    some = list(waiting.order_by("pk")[:REMINDERS_AT_ONCE])
    if not some:
        return 0
    ids = [invitation.pk for invitation in some]
    Invitation.objects.filter(pk__in=ids, reminders_sent=step).update(
        reminders_sent=F("reminders_sent") + 1, reminded_at=now
    )
    # The unique row per source and step keeps a second sweep from reminding twice.
    return enqueue(_reminders(programme, some, step, now, _places(programme, some)))


def _places(programme: Programme, invitations: Sequence[Invitation]) -> dict[int, str]:
    if not has_hours(programme):
        return {}
    people = Customer.objects.filter(pk__in=[invitation.customer_id for invitation in invitations])
    return dict(people.annotate(place=where()).values_list("pk", "place"))


def _reminders(
    programme: Programme, invitations: Sequence[Invitation], step: int, now: datetime, places: dict[int, str]
) -> list[Message]:
    dues = dues_of(programme, now, tuple(set(places.values())), ())
    return [
        message_to(
            programme,
            invitation,
            kind=REMINDER_KIND,
            due_at=dues[places.get(invitation.customer_id, OWN)][0],
            step=step,
        )
        for invitation in invitations
    ]


def keep_to_window(programme: Programme, now: datetime) -> int:
    """Put off mails that are due where the window has closed meanwhile (a pause, a long queue); how many."""
    if not has_hours(programme):
        return 0
    late = Message.objects.filter(
        group_id=programme.pk,
        kind__in=(INVITATION_KIND, REMINDER_KIND),
        state__in=(Message.State.QUEUED, Message.State.HELD),
        due_at__lte=now,
        customer__isnull=False,
    )
    moved = 0
    for text, rows in _by_place(late):
        at = place(programme, text)
        opens = at.window.next_open(now, at.zone)
        if opens > now:
            moved += rows.update(due_at=opens)
    return moved


def _by_place(late: QuerySet[Message]) -> list[tuple[str, QuerySet[Message]]]:
    """The late ones by where their people are."""
    people = Customer.objects.annotate(place=where())
    with_late = people.filter(pk__in=late.values("customer_id"))
    return [
        (text, late.filter(customer_id__in=people.filter(place=text).values("pk")))
        for text in with_late.order_by().values_list("place", flat=True).distinct()
    ]
