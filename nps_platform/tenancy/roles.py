"""The six roles and what each may do. Views ask for a right, never for a role."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("CX manager")
    AGENT = "agent", _("Agent")
    FINANCE = "finance", _("Finance")
    EXECUTIVE = "executive", _("Executive")
    COLLABORATOR = "collaborator", _("Collaborator")


class Right(TextChoices):
    """What a route or an action asks for."""

    ENTER = "enter", _("Enter the organisation")
    RESULTS = "results", _("See scores and charts")
    COMMENTS = "comments", _("Read comments")
    PERSONAL = "personal", _("See who said it")
    MONEY = "money", _("See money")
    LOAD_REVENUE = "load_revenue", _("Load revenue")
    CUSTOMERS = "customers", _("See and change customers")
    CASES = "cases", _("Work on cases")
    ASK = "ask", _("Design surveys and ask")
    SETTINGS = "settings", _("Change the organisation's settings")
    MEMBERS = "members", _("Invite and remove members")
    HOOKS = "hooks", _("Send events to other programs")


_EVERYTHING = frozenset(Right)
RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: _EVERYTHING,
    Role.MANAGER: _EVERYTHING - {Right.MEMBERS, Right.HOOKS},
    Role.AGENT: frozenset({Right.ENTER, Right.RESULTS, Right.COMMENTS, Right.PERSONAL, Right.CASES}),
    Role.FINANCE: frozenset({Right.ENTER, Right.RESULTS, Right.COMMENTS, Right.MONEY, Right.LOAD_REVENUE}),
    # Everything but personal data, unless the membership says otherwise (Membership.sees_personal_data).
    Role.EXECUTIVE: frozenset({Right.ENTER, Right.RESULTS, Right.COMMENTS, Right.MONEY}),
    # Redacted comments, no money.
    Role.COLLABORATOR: frozenset({Right.ENTER, Right.RESULTS, Right.COMMENTS}),
}
