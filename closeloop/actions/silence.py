"""Rules about those who were asked and said nothing, or whom the question did not reach: they alert, and open no case.

Whose time is up is looked for each hour; what came back is told in the transaction that settles it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from closeloop.actions.alerting import DUE, WINDOW, addressed_to
from closeloop.matching import RELATIONS, TOLD
from closeloop.models import Alert, AlertRule, Priority
from closeloop.recipients import Whom, account_manager, endpoints_of, people_named, rooms_of
from closeloop.silent import fitting, silent_since
from closeloop.webhooks import owe_silence
from nps_platform.tenancy.due import is_due
from responses.signals import NEWS
from surveys.models import Invitation

CHECK = "alerts.silence"
EVERY = timedelta(hours=1)
# So many of one moment get rows, and are told one by one; of the others only how many.
MOST_TOLD = 200
log = logging.getLogger(__name__)


def watch(rule: AlertRule) -> None:
    """A rule about silence begins to work: from now on somebody looks. Unsaved."""
    if rule.trigger == AlertRule.Trigger.NO_ANSWER and rule.is_active:
        rule.looked_until = timezone.now()
        is_due(CHECK, rule.looked_until + EVERY)


def tell_of_silence() -> datetime | None:
    """Alert of everybody whose time was up since the last look; when to look again, None where no rule asks."""
    rules = _active(AlertRule.Trigger.NO_ANSWER)
    for rule in rules:
        _look(rule.pk)
    return timezone.now() + EVERY if rules else None


def remember() -> None:
    """The looks go on although the row that says so was lost."""
    if AlertRule.objects.filter(is_active=True, trigger=AlertRule.Trigger.NO_ANSWER).exists():
        is_due(CHECK, timezone.now() + EVERY)


def _active(trigger: AlertRule.Trigger) -> list[AlertRule]:
    rules = AlertRule.objects.filter(is_active=True, trigger=trigger).select_related(*RELATIONS)
    return list(rules.prefetch_related(*TOLD))


@transaction.atomic
def _look(rule_id: int) -> None:
    """One rule's new ones, once: how far it looked is kept in the same transaction."""
    rows = AlertRule.objects.select_for_update(of=("self",)).select_related(*RELATIONS)
    rule = rows.prefetch_related(*TOLD).get(pk=rule_id)
    now = timezone.now()
    since = max(rule.looked_until or now, now - NEWS)
    AlertRule.objects.filter(pk=rule.pk).update(looked_until=now)
    tell(rule, silent_since(rule, since, now), ready=now)


def came_back(invitation_ids: Sequence[int]) -> None:
    """Invitations could not be delivered: called in the transaction that settles them, which must not suffer from it."""
    try:
        with transaction.atomic():
            for rule in _active(AlertRule.Trigger.BOUNCE):
                back = fitting(rule, Invitation.objects.filter(pk__in=invitation_ids))
                tell(rule, back, ready=timezone.now() + WINDOW)
    except Exception:
        log.exception("alerts of %s invitations that came back failed", len(invitation_ids))


def tell(rule: AlertRule, invitations: QuerySet[Invitation], *, ready: datetime) -> None:
    """Owe a line in a digest that leaves from `ready` on to everybody whom the rule tells."""
    ids = list(invitations.order_by("-sent_at", "-pk").values_list("pk", flat=True)[:MOST_TOLD])
    if not ids:
        return
    told = list(Invitation.objects.filter(pk__in=ids).select_related("customer__account__owner"))
    further = invitations.count() - len(told) if len(told) == MOST_TOLD else 0
    rows = [_row(rule, invitation, whom, ready) for invitation in told for whom in _whom(rule, invitation)]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    _tell_programs(rule, told, further)
    if further:
        _stand_for(rule, told[-1], further)
    if rows:
        is_due(DUE, ready)


def _tell_programs(rule: AlertRule, invitations: list[Invitation], further: int) -> None:
    endpoints = endpoints_of(rule)
    owed = owe_silence(rule, invitations, further, endpoints) if endpoints else {}
    Alert.objects.bulk_create(
        Alert(rule=rule, trigger=rule.trigger, invitation=invitation, endpoint_id=pk, delivery=delivery)
        for invitation in invitations
        for pk, delivery in owed.items()
    )


def _whom(rule: AlertRule, invitation: Invitation) -> list[Whom]:
    people: list[Whom] = []
    if rule.sends_alert:
        owner = rule.handing == AlertRule.Handing.ACCOUNT_OWNER and account_manager(invitation.customer.account)
        people = [owner] if owner else [*people_named(rule)]
    return [*people, *rooms_of(rule)]


def _row(rule: AlertRule, invitation: Invitation, whom: Whom, ready: datetime) -> Alert:
    return Alert(
        rule=rule,
        trigger=rule.trigger,
        invitation=invitation,
        is_waiting=True,
        due_at=ready,
        is_urgent=rule.priority == Priority.URGENT,
        **addressed_to(whom),
    )


def _stand_for(rule: AlertRule, last: Invitation, further: int) -> None:
    Alert.objects.filter(rule=rule, invitation=last, trigger=rule.trigger).update(further=F("further") + further)
