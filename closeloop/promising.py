"""What an answer may be promised before its case is opened: the target of the policy that its case will have."""

from __future__ import annotations

from closeloop.matching import rules_that_hold
from closeloop.models import CasePolicy, Priority
from closeloop.sla import policy_for
from responses.models import Response
from responses.promises import register_target


def register() -> None:
    """Called when the room is ready."""
    register_target(contact_minutes)


def contact_minutes(response: Response) -> int | None:
    """In business minutes; None where no policy fits. One query where there are no policies: customers wait for the page."""
    policies = list(CasePolicy.objects.all())
    if not policies:
        return None
    rules = rules_that_hold(response) if any(policy.priorities for policy in policies) else []
    priority = rules[0].priority if rules else Priority.NORMAL
    policy = policy_for(response.nps_class, priority, policies)
    return policy.contact_minutes if policy else None
