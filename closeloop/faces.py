"""Whom the customer sees behind a case: a colleague, a team or the programme alone, as the company chooses."""

from __future__ import annotations

from closeloop.models import Case, LoopSettings
from nps_platform.tenancy.models import Membership

Signs = LoopSettings.Signs


def looks_after(case: Case, settings: LoopSettings) -> str:
    """Who takes care of the case; empty where nobody is to be named."""
    if settings.signs == Signs.PERSON and case.assignee:
        return str(case.assignee)
    if settings.signs != Signs.PROGRAMME and case.team:
        return str(case.team)
    return ""


def author(case: Case, settings: LoopSettings, *, actor: Membership | None, label: str = "") -> str:
    """Who wrote something of ours; empty: the programme."""
    if settings.signs == Signs.PERSON:
        return label or str(actor or "")
    return str(case.team) if settings.signs == Signs.TEAM and case.team else ""
