"""Replies with the blanks of a template filled for a case."""

from __future__ import annotations

from closeloop.models import Case
from closeloop.reach import reply_name
from nps_platform.lib.words import fill
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization


def filled_for(case: Case, text: str, writer: Membership) -> str:
    """`text` as this customer reads it; a blank without value stays, and stops the reply."""
    return fill(text, canned_values(case, writer))[0]


def canned_values(case: Case, reader: Membership) -> dict[str, str]:
    """What the blanks of a canned reply are filled with."""
    organization = current_organization()
    return {
        "customer_name": reply_name(case),
        "agent_name": str(reader),
        "programme": organization.programme,
        "company": organization.name,
        "case_number": str(case.number),
    }
