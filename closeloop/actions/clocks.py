"""Counting the open cases' times anew, where hours, holidays, time zone or targets changed."""

from __future__ import annotations

from collections.abc import Collection

from celery import signature
from django.db import transaction
from django.utils import timezone

from closeloop.actions.timeline import ESCALATIONS
from closeloop.escalating import calls_left, next_call
from closeloop.models import Case, CasePolicy
from closeloop.sla import clock_of, give_targets, wind
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import nudge

DUE = "case_clocks"
TASK = "closeloop.rewind"
# Settings that the business clock and the first contact's own target are made of.
READ = {"business_hours", "holidays", "timezone", "first_contact_hours"}
AT_ONCE = 100
_WOUND = [
    "policy", "contact_minutes", "resolution_minutes", "due_at", "answer_due_at", "contact_soon_at", "resolution_ran",
    "resolution_due_at", "resolution_soon_at", "resolution_seconds", "resolution_was_late", "escalate_at",
]  # fmt: skip


def owe_rewinding() -> None:
    """All open cases are counted anew in the background: owed as a row, a worker is told on commit."""
    is_due(DUE)
    nudge(signature(TASK), current_organization().pk)


def settings_changed(names: Collection[str]) -> None:
    """Of the organisation's settings these changed."""
    if READ & set(names):
        owe_rewinding()


def rewind_open_cases() -> int:
    """Every open case by the hours and policies of now, so many a transaction; how many changed. Twice changes nothing."""
    changed, last = 0, 0
    while pks := list(Case.objects.open().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        changed += _rewind_some(pks)
        last = pks[-1]
    return changed


@transaction.atomic
def _rewind_some(pks: list[int]) -> int:
    clock, policies, now = (
        clock_of(current_organization()),
        list(CasePolicy.objects.prefetch_related("steps")),
        timezone.now(),
    )
    found = Case.objects.open().select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    changed = 0
    for case in found.select_related("response", "policy"):
        before = [getattr(case, name) for name in _WOUND]
        give_targets(case, policies)
        wind(case, now, clock)
        case.escalate_at = next_call(calls_left(case, clock))
        if before != [getattr(case, name) for name in _WOUND]:
            case.save(update_fields=_WOUND)
            changed += 1
            if case.escalate_at:
                is_due(ESCALATIONS, case.escalate_at)
    return changed
