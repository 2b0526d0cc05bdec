"""What rooms above add without tenancy knowing them: the start of a new organisation, what its changed settings bring, the
mail to a new colleague, and what a team is still needed for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from nps_platform.tenancy.models import MemberInvitation, Organization, Team

_on_new_organization: list[Callable[[Organization], object]] = []
_on_settings_changed: list[Callable[[Collection[str]], object]] = []
_on_member_invitation: list[Callable[[MemberInvitation], object]] = []
_needs_of_teams: list[Callable[[Team], str]] = []


def on_new_organization(work: Callable[[Organization], object]) -> Callable[[Organization], object]:
    """Register (from AppConfig.ready) what a new organisation starts with; runs inside it, in its transaction, once."""
    if work not in _on_new_organization:
        _on_new_organization.append(work)
    return work


def on_settings_changed(work: Callable[[Collection[str]], object]) -> Callable[[Collection[str]], object]:
    """Register what changed settings bring; it gets their names, inside the organisation, in the changing transaction."""
    if work not in _on_settings_changed:
        _on_settings_changed.append(work)
    return work


def on_member_invitation(work: Callable[[MemberInvitation], object]) -> Callable[[MemberInvitation], object]:
    """Register who mails an invitation to a colleague; runs inside the organisation, in the inviting transaction."""
    if work not in _on_member_invitation:
        _on_member_invitation.append(work)
    return work


def on_team_dissolution(needs: Callable[[Team], str]) -> Callable[[Team], str]:
    """Register what a team may still be needed for: a sentence that says it and what to change first, or ""."""
    if needs not in _needs_of_teams:
        _needs_of_teams.append(needs)
    return needs


def furnish(organization: Organization) -> None:
    """Give a new organisation all that the rooms start it with."""
    for work in _on_new_organization:
        work(organization)


def tell_settings_changed(names: Collection[str]) -> None:
    """Of the current organisation's settings these changed."""
    for work in _on_settings_changed:
        work(names)


def why_team_stays(team: Team) -> str:
    """Why this team can't be dissolved now, as a sentence; "" where it can."""
    return next(filter(None, (needs(team) for needs in _needs_of_teams)), "")


def send_member_invitation(invitation: MemberInvitation) -> None:
    """Have the invitation mailed."""
    for work in _on_member_invitation:
        work(invitation)
