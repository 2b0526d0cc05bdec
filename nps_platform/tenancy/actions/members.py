"""Colleagues: invited by mail, joining, changing roles, leaving. An organisation never loses its last owner."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.tenancy import audit
from nps_platform.tenancy.models import MemberInvitation, Membership, Organization, TeamMember, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.setup import send_member_invitation

INVITATION_LIVES = timedelta(days=14)


class InvitationClosed(Exception):
    """It was used, withdrawn or has expired meanwhile."""


@transaction.atomic
def invite_member(*, email: str, role: str, by: Membership | None) -> MemberInvitation:
    """Invite a colleague by mail; ValidationError where they are in already, or hold an open invitation."""
    email = User.objects.normalize_email(email).lower()
    _lock(current_organization())
    if Membership.objects.filter(
        organization=current_organization(), user__email__iexact=email, is_active=True
    ).exists():
        raise ValidationError({"email": _("This person is a member already.")})
    if any(one.is_open for one in MemberInvitation.objects.filter(email__iexact=email)):
        raise ValidationError({"email": _("This address has an open invitation. You can send it again below.")})
    invitation = MemberInvitation.objects.create(
        email=email, role=role, invited_by=by, expires_at=timezone.now() + INVITATION_LIVES
    )
    audit.record("member.invited", invitation, by=by, role=role)
    send_member_invitation(invitation)
    return invitation


@transaction.atomic
def resend_invitation(invitation: MemberInvitation, *, by: Membership | None) -> None:
    """Mail it again, open for another fortnight; an expired one comes back to life."""
    expires_at = timezone.now() + INVITATION_LIVES
    if not _unanswered(invitation).update(expires_at=expires_at):
        raise InvitationClosed
    invitation.expires_at = expires_at
    audit.record("member.invited_again", invitation, by=by)
    send_member_invitation(invitation)


@transaction.atomic
def withdraw_invitation(invitation: MemberInvitation, *, by: Membership | None) -> None:
    """Its link opens nothing from now on."""
    if not _unanswered(invitation).update(withdrawn_at=timezone.now()):
        raise InvitationClosed
    audit.record("member.invitation_withdrawn", invitation, by=by)


@transaction.atomic
def accept_invitation(invitation: MemberInvitation, *, user: User) -> Membership:
    """Let `user` in with the invited role; raises InvitationClosed where another was faster. The link is used up."""
    now = timezone.now()
    if not _unanswered(invitation).filter(expires_at__gt=now).update(accepted_at=now):
        raise InvitationClosed
    membership, new = Membership.objects.get_or_create(
        organization=invitation.organization, user=user, defaults={"role": invitation.role}
    )
    if not new and not membership.is_active:
        membership.role, membership.is_active = invitation.role, True
        membership.save(update_fields=["role", "is_active"])
    audit.record("member.joined", membership, by=membership, invitation=invitation.pk)
    return membership


@transaction.atomic
def open_account(invitation: MemberInvitation, *, name: str, password: str) -> Membership:
    """An account for the invited address, verified by the mail that brought the link, and the place that comes with it."""
    user = User.objects.create_user(invitation.email, password, name=name)
    EmailAddress.objects.create(user=user, email=invitation.email, verified=True, primary=True)
    return accept_invitation(invitation, user=user)


@transaction.atomic
def change_member(
    member: Membership,
    *,
    role: str,
    job_title: str = "",
    manager: Membership | None = None,
    sees_personal_data: bool = False,
    by: Membership | None,
) -> None:
    """Change what a colleague may do and whom they report to; ValidationError where the organisation would lose its last owner
    or somebody would stand above themselves."""
    _lock(member.organization)
    _check_manager(member, manager)
    if role != Role.OWNER:
        _keep_an_owner_besides(member)
    Membership.objects.filter(pk=member.pk).update(
        role=role, job_title=job_title, manager=manager, sees_personal_data=sees_personal_data
    )
    audit.record("member.changed", member, by=by, role=role, before=member.role, sees_personal_data=sees_personal_data)
    member.refresh_from_db()


@transaction.atomic
def deactivate_member(member: Membership, *, by: Membership | None) -> None:
    """Close the organisation to a colleague at once, and take them out of its teams; what they did stays theirs."""
    _lock(member.organization)
    _keep_an_owner_besides(member)
    if Membership.objects.filter(pk=member.pk, is_active=True).update(is_active=False):
        TeamMember.objects.filter(membership=member).delete()
        audit.record("member.deactivated", member, by=by)


@transaction.atomic
def reactivate_member(member: Membership, *, by: Membership | None) -> None:
    """Let a former colleague in again, with the role they had."""
    if Membership.objects.filter(pk=member.pk, is_active=False).update(is_active=True):
        audit.record("member.reactivated", member, by=by)


def change_me(user: User, *, name: str, language: str) -> None:
    """A person's own name and language, in every organisation."""
    User.objects.filter(pk=user.pk).update(name=name, language=language)


def _check_manager(member: Membership, manager: Membership | None) -> None:
    if manager is None:
        return
    if manager.organization_id != member.organization_id:
        raise ValidationError({"manager": _("A manager is a colleague of the same organisation.")})
    above = dict(Membership.objects.filter(organization=member.organization).values_list("pk", "manager"))
    above[member.pk] = manager.pk
    climbed, one = set(), above.get(member.pk)
    while one is not None and one not in climbed:
        climbed.add(one)
        one = above.get(one)
    if member.pk in climbed:
        said = _("%(manager)s reports to %(member)s already, directly or through others.")
        raise ValidationError({"manager": said % {"manager": manager, "member": member}})


def _unanswered(invitation: MemberInvitation) -> QuerySet[MemberInvitation]:
    return MemberInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)


def _lock(organization: Organization) -> None:
    """Two owners who demote each other at the same moment stand in line."""
    Organization.objects.select_for_update().get(pk=organization.pk)


def _keep_an_owner_besides(member: Membership) -> None:
    owners = Membership.objects.filter(organization=member.organization, role=Role.OWNER, is_active=True)
    is_owner = owners.filter(pk=member.pk).exists()
    if is_owner and not owners.exclude(pk=member.pk).exists():
        raise ValidationError({"role": _("Somebody must own the organisation: make a colleague an owner first.")})
