"""Invitations that got no answer in time, and those that could not be delivered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from closeloop.conditions import INVITATION, about_the_customer, whole
from closeloop.models import AlertRule
from responses.models import Response
from surveys.models import Invitation, Programme

State = Invitation.State


def _of_programmes(**wanted: object) -> QuerySet[Invitation]:
    """By the index of programmes' progress."""
    programmes = list(Programme.objects.values_list("pk", flat=True))
    return Invitation.objects.filter(programme__in=programmes, skip_reason="", **wanted)


def sent_since(since: datetime) -> QuerySet[Invitation]:
    """Every invitation that left since then, or tried to."""
    states = (State.SENT, State.CLOSED, State.ANSWERED, State.BOUNCED)
    return _of_programmes(state__in=states, created_at__gte=since)


def bounced_since(rule: AlertRule, since: datetime) -> QuerySet[Invitation]:
    """Those made since then that could not be delivered."""
    return fitting(rule, _of_programmes(state=State.BOUNCED, created_at__gte=since))


def silent_since(rule: AlertRule, since: datetime, until: datetime) -> QuerySet[Invitation]:
    """Invitations sent `rule.no_answer_days` before some moment after `since` and not after `until`, still without an answer."""
    wait = timedelta(days=rule.no_answer_days)
    open_ones = _of_programmes(
        state__in=(State.SENT, State.CLOSED),
        answered_at=None,
        sent_at__gt=since - wait,
        sent_at__lte=until - wait,
    )
    # Who answered elsewhere has a closed invitation too.
    elsewhere = Response.objects.filter(
        customer=OuterRef("customer"), survey=OuterRef("survey"), answered_at__gte=OuterRef("sent_at")
    )
    return fitting(rule, open_ones.exclude(Exists(elsewhere)))


def fitting(rule: AlertRule, invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those of `invitations` whose survey and customer meet the rule's conditions."""
    return invitations.filter(whole(rule, about_the_customer(rule, INVITATION)), customer__erased_at=None)
