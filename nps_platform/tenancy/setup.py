"""What rooms above add without tenancy knowing them: the start of a new organisation, and the mail to a new colleague."""

from __future__ import annotations

from collections.abc import Callable

from nps_platform.tenancy.models import MemberInvitation, Organization

_on_new_organization: list[Callable[[Organization], object]] = []
_on_member_invitation: list[Callable[[MemberInvitation], object]] = []


def on_new_organization(work: Callable[[Organization], object]) -> Callable[[Organization], object]:
    """Register (from AppConfig.ready) what a new organisation starts with; runs inside it, in its transaction, once."""
    if work not in _on_new_organization:
        _on_new_organization.append(work)
    return work


def on_member_invitation(work: Callable[[MemberInvitation], object]) -> Callable[[MemberInvitation], object]:
    """Register who mails an invitation to a colleague; runs inside the organisation, in the inviting transaction."""
    if work not in _on_member_invitation:
        _on_member_invitation.append(work)
    return work


def furnish(organization: Organization) -> None:
    """Give a new organisation all that the rooms start it with."""
    for work in _on_new_organization:
        work(organization)


def send_member_invitation(invitation: MemberInvitation) -> None:
    """Have the invitation mailed."""
    for work in _on_member_invitation:
        work(invitation)
