"""An answer comes in: decide about a case, open it and tell those who should know, once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from closeloop.actions.alerting import Telling, alert
from closeloop.actions.timeline import handed_to, keep, write
from closeloop.actions.valuing import value_case
from closeloop.actions.wishes import follow_wish
from closeloop.handing import whose_case
from closeloop.matching import rules_that_hold
from closeloop.models import AlertRule, Case, CaseEvent
from closeloop.recipients import Whom, endpoints_of, people_to_alert, rooms_of
from closeloop.sla import give_targets
from closeloop.webhooks import tell_of_answer
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization
from responses.models import Response, ScoreChange
from responses.signals import NEWS


def follow_up(response_id: int) -> Case | None:
    """Decide what an answer, or its correction, brings: a case, alerts, an entry in its case, or nothing.

    The answer is claimed by a conditional update in the same transaction, so that a nudge that comes twice and a sweep
    do the work once. Answers older than 7 days open no case and send nothing.
    """
    with transaction.atomic():
        now = timezone.now()
        claimed = Response.objects.filter(pk=response_id, followed_up_at=None).update(followed_up_at=now)
        if not claimed:
            return None
        response = Response.objects.select_related("customer", "account__owner", "survey", "touchpoint").get(
            pk=response_id
        )
        case = Case.objects.select_for_update().filter(response=response).first()
        if case:
            return _note_changes(case, response)
        if now - response.answered_at > NEWS:
            return None
        tell_of_answer(response, is_new=not response.changes.exists())
        return _apply_rules(response)


def _apply_rules(response: Response) -> Case | None:
    rules = rules_that_hold(response)
    case = _open_case(response, rules[0]) if rules and rules[0].opens_case else None
    alert(response, case, [Telling(rule, _told_by(rule, response, case), endpoints_of(rule)) for rule in rules])
    return case


def _told_by(rule: AlertRule, response: Response, case: Case | None) -> list[Whom]:
    people = people_to_alert(rule, response, case) if rule.sends_alert else []
    return [*people, *rooms_of(rule)]


def _open_case(response: Response, rule: AlertRule) -> Case:
    number = _next_number()  # it locks: whose turn it is, each case sees after the one before
    case = Case(
        number=number,
        response=response,
        customer=response.customer,
        account=response.account,
        rule=rule,
        nps_class=response.nps_class,
        priority=rule.priority,
        team=rule.team,
        assignee=whose_case(rule, response),
        refuses_contact=response.wants_contact is False,
    )
    give_targets(case)
    value_case(case)
    keep(case)
    write(case, CaseEvent.Kind.OPENED, by=None, rule=rule.name, **handed_to(case))
    return case


def _next_number() -> int:
    """Cases of one organisation are counted one after the other: its row is locked, without stopping inserts that refer to it."""
    Organization.objects.select_for_update(no_key=True).get(pk=current_organization().pk)
    return (Case.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _note_changes(case: Case, response: Response) -> Case:
    """A correction never opens a second case: class and wish follow, and the timeline says what changed."""
    noted = case.events.filter(kind__in=[CaseEvent.Kind.CORRECTED, CaseEvent.Kind.AFTER_CONTACT])
    known = {event.data["change"] for event in noted}
    if case.nps_class != response.nps_class:
        case.nps_class = response.nps_class
        give_targets(case)
    tell_of_answer(response, is_new=False)
    for change in response.changes.exclude(pk__in=known):
        corrected = change.kind == ScoreChange.Kind.CORRECTION
        kind = CaseEvent.Kind.CORRECTED if corrected else CaseEvent.Kind.AFTER_CONTACT
        # A correction's row holds what was replaced; a score after contact is the new one.
        scores: dict[str, Any] = (
            {"before": change.score, "after": response.score} if corrected else {"after": change.score}
        )
        write(case, kind, by=None, text="" if corrected else change.comment, change=change.pk, **scores)
    value_case(case)
    follow_wish(case, response)
    keep(case)
    return case
