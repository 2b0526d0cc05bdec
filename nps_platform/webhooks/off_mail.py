"""The mail that tells the owners that an endpoint was switched off."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nps_platform.lib.colour import text_on
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.kinds import Mail, MessageKind, register_kind
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right, Role
from nps_platform.tenancy.scope import current_organization
from nps_platform.webhooks.models import Endpoint

KIND = "webhook_off"


def register() -> None:
    """Called when the room is ready."""
    label = gettext_noop("Webhook switched off")
    register_kind(MessageKind(KIND, _render, still_wanted=_is_still_off, label=label, shown_to=Right.HOOKS))


def tell_owners(endpoint: Endpoint) -> None:
    """Owe the mail to each owner."""
    organization = current_organization()
    owners = Membership.objects.filter(organization=organization, is_active=True, role=Role.OWNER)
    enqueue([_mail(endpoint, owner) for owner in owners.select_related("user")])


def _mail(endpoint: Endpoint, owner: Membership) -> Message:
    return Message(
        kind=KIND,
        source_id=endpoint.pk,
        audience=Message.Audience.STAFF,
        to_address=owner.user.email,
        to_name=owner.user.name,
        language=owner.user.language or current_organization().language,
        priority=1,
    )


def _is_still_off(message: Message) -> bool:
    return Endpoint.objects.filter(pk=message.source_id).exclude(off="").exists()


def _render(message: Message) -> Mail:
    """In the colleague's language."""
    endpoint = Endpoint.objects.get(pk=message.source_id)
    organization = current_organization()
    with translation.override(message.language), timezone.override(organization.timezone):
        subject = _("The webhook “%(name)s” was switched off") % {"name": endpoint}
        context = {
            "organization": organization,
            "endpoint": endpoint,
            "subject": subject,
            "gone": endpoint.off == Endpoint.Off.GONE,
            "button_url": settings.BASE_URL + reverse("webhook", args=[organization.slug, endpoint.pk]),
            "button_label": _("Look at its log"),
            "button_ink": text_on(organization.brand_colour),
        }
        return Mail(
            subject=subject,
            text=render_to_string("mail/webhook_off.txt", context).strip() + "\n",
            html=render_to_string("mail/webhook_off.html", context),
            from_name=organization.programme,
            reply_to=organization.reply_to,
        )
