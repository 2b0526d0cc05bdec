"""The mail that opens the door to a new colleague."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nps_platform.lib.colour import text_on
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.kinds import Mail, MessageKind, register_kind
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import MemberInvitation, User
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.setup import on_member_invitation

KIND = "member_invitation"


def register() -> None:
    """Called when the room is ready."""
    register_kind(
        MessageKind(
            KIND,
            render_invitation,
            still_wanted=_still_open,
            label=gettext_noop("Invitation of a colleague"),
            shown_to=Right.MEMBERS,
        )
    )
    on_member_invitation(mail_invitation)


def mail_invitation(invitation: MemberInvitation) -> None:
    """Owe the mail; asked again, it leaves again."""
    enqueue(
        [
            Message(
                kind=KIND,
                source_id=invitation.pk,
                audience=Message.Audience.STAFF,
                to_address=invitation.email,
                language=_language_of(invitation),
                priority=1,
                created_by=invitation.invited_by,
            )
        ]
    )


def _language_of(invitation: MemberInvitation) -> str:
    """Their own where they have an account already, else the organisation's."""
    invited = User.objects.filter(email__iexact=invitation.email).first()
    return (invited.language if invited else "") or current_organization().language


def render_invitation(message: Message) -> Mail:
    invitation = MemberInvitation.objects.select_related("invited_by__user").get(pk=message.source_id)
    organization = current_organization()
    with translation.override(message.language), timezone.override(organization.timezone):
        subject = _("%(company)s invites you to %(programme)s") % {
            "company": organization.name,
            "programme": organization.programme,
        }
        token = make_token(Door.MEMBER_INVITATION, organization.pk, invitation.pk)
        context = {
            "organization": organization,
            "invitation": invitation,
            "subject": subject,
            "button_url": settings.BASE_URL + reverse("join", args=[token]),
            "button_label": _("Accept the invitation"),
            "button_ink": text_on(organization.brand_colour),
        }
        return Mail(
            subject=subject,
            text=render_to_string("mail/member_invitation.txt", context).strip() + "\n",
            html=render_to_string("mail/member_invitation.html", context),
            from_name=organization.programme,
            reply_to=invitation.invited_by.user.email if invitation.invited_by else organization.reply_to,
        )


def _still_open(message: Message) -> bool:
    invitation = MemberInvitation.objects.filter(pk=message.source_id).first()
    return invitation is not None and invitation.is_open
