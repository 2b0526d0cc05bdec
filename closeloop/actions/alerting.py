"""Telling colleagues of an answer: a mail each, and one mail for many where many come at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from closeloop.models import Alert, AlertRule
from closeloop.recipients import to_staff
from nps_platform.messaging.actions import enqueue
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from responses.models import Response

# Who got so many alerts within the window gets the next ones together, a window after the first of them.
MOST_SINGLE = 10
WINDOW = timedelta(minutes=15)
DUE = "alerts"
KIND = "alert"
DIGEST = "alert_digest"


def alert(response: Response, told: Sequence[tuple[AlertRule, Sequence[Membership]]]) -> None:
    """Once a person, however many rules tell them, and never again when the answer is corrected."""
    if Alert.objects.filter(response=response).exists():
        return
    people = {person.pk: person for _rule, some in told for person in some}
    at_once = [person for person in people.values() if not _has_enough(person)]
    mails = [to_staff(person, kind=KIND, source_id=response.pk) for person in at_once]
    enqueue(mails)
    now = [Alert(person=person, response=response, message=mail) for person, mail in zip(at_once, mails, strict=True)]
    later = [
        Alert(person=person, response=response, is_waiting=True) for person in people.values() if person not in at_once
    ]
    Alert.objects.bulk_create(now + later)
    if later:
        is_due(DUE, timezone.now() + WINDOW)


def _has_enough(person: Membership) -> bool:
    """Whether a further mail would be one too many: some wait already, or the window is full."""
    lately = list(Alert.objects.filter(person=person).order_by("-at", "-id")[:MOST_SINGLE])
    if not lately:
        return False
    return lately[0].is_waiting or (len(lately) == MOST_SINGLE and lately[-1].at > timezone.now() - WINDOW)


def send_digests() -> datetime | None:
    """Owe a digest to everybody whose first waiting alert is a window old; when the next one is due, None where none is."""
    waiting = Alert.objects.filter(is_waiting=True)
    begun = waiting.filter(at__lte=timezone.now() - WINDOW)
    for person in Membership.objects.filter(pk__in=begun.values("person")).select_related("user", "organization"):
        send_digest(person)
    left = waiting.aggregate(first=Min("at"))["first"]
    return left + WINDOW if left else None


@transaction.atomic
def send_digest(person: Membership) -> None:
    """One mail with all that waits for `person`; two workers at once send one. Who no longer works on cases gets none."""
    mails = [to_staff(person, kind=DIGEST, source_id=person.pk)] if person.is_active and person.may(Right.CASES) else []
    enqueue(mails)
    waiting = Alert.objects.filter(person=person, is_waiting=True)
    if not waiting.update(is_waiting=False, message=mails[0] if mails else None):
        transaction.set_rollback(True)
