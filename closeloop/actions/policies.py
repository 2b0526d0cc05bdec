"""Changing by when we owe what; open cases follow in the background, closed ones keep what held for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from closeloop.actions.clocks import owe_rewinding
from closeloop.models import CasePolicy, EscalationStep
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


@transaction.atomic
def save_policy(
    policy: CasePolicy,
    *,
    steps: Iterable[EscalationStep] = (),
    without: Iterable[EscalationStep] = (),
    by: Membership | None,
) -> CasePolicy:
    """Keep a policy, with `steps` that are new or changed and `without` those that go; a new policy stands last."""
    is_new = policy.pk is None
    if is_new:
        policy.position = (CasePolicy.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    policy.save()
    for step in steps:
        step.policy = policy
        step.save()
    for gone in without:
        gone.delete()
    audit.record("case_policy.created" if is_new else "case_policy.changed", policy, by=by)
    owe_rewinding()
    return policy


@transaction.atomic
def move_policy(policy: CasePolicy, *, up: bool, by: Membership | None) -> None:
    """One place up or down; the first that fits holds for a case."""
    policies = list(CasePolicy.objects.select_for_update())
    here = policies.index(policy)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(policies):
        return
    policies[here], policies[there] = policies[there], policies[here]
    for position, each in enumerate(policies):
        each.position = position
    CasePolicy.objects.bulk_update(policies, ["position"])
    audit.record("case_policy.moved", policy, by=by, up=up)
    owe_rewinding()


@transaction.atomic
def delete_policy(policy: CasePolicy, *, by: Membership | None) -> None:
    """Its open cases get the next that fits."""
    audit.record("case_policy.deleted", policy, by=by, name=policy.name)
    policy.delete()
    owe_rewinding()
