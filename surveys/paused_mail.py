"""The mail that tells a programme's owner that it paused itself, and why; the same words stand on its page."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nps_platform.lib.colour import text_on
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import Mail
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.templatetags.circulo import number, percent
from surveys.models import Programme

PAUSED_KIND = "programme_paused"
COMPLAINTS, BOUNCES = "complaints", "bounces"
# Shares of the mails that left. Mailbox providers begin to refuse a sender's mail at 0.3 % complaints (Gmail's and Yahoo's
# rule for bulk senders) and take 5 % unknown addresses for a bought list.
LIMITS = {COMPLAINTS: 0.003, BOUNCES: 0.05}


def is_still_paused(message: Message) -> bool:
    """Whether there is still something to tell."""
    return Programme.objects.filter(pk=message.source_id, paused_because__isnull=False).exists()


def why_paused(programme: Programme) -> str:
    """One sentence with the figures; empty where a person paused it, or nobody did."""
    because = programme.paused_because
    if not because or programme.state != Programme.State.PAUSED:
        return ""
    sent, returned, complaints = because["sent"], because["returned"], because["reason"] == COMPLAINTS
    figures = {
        "n": number(returned),
        "sent": number(sent),
        "share": percent(returned / sent, 2),
        "limit": percent(LIMITS[because["reason"]], 1),
    }
    if complaints:
        return (
            _("%(n)s of %(sent)s mails were called spam by their readers: %(share)s, the limit is %(limit)s.") % figures
        )
    if programme.medium == "message":
        return _("%(n)s of %(sent)s messages could not be delivered: %(share)s, the limit is %(limit)s.") % figures
    return (
        _("%(n)s of %(sent)s mails came back because the address is gone: %(share)s, the limit is %(limit)s.") % figures
    )


def render_paused(message: Message) -> Mail:
    """In the colleague's language."""
    programme = Programme.objects.get(pk=message.source_id)
    organization = current_organization()
    with translation.override(message.language), timezone.override(organization.timezone):
        subject = _("“%(name)s” paused itself") % {"name": programme.name}
        context = {
            "organization": organization,
            "programme": programme,
            "subject": subject,
            "why": why_paused(programme),
            "complaints": (programme.paused_because or {}).get("reason") == COMPLAINTS,
            "button_url": settings.BASE_URL + reverse("programme", args=[organization.slug, programme.pk]),
            "button_label": _("Look at the programme"),
            "button_ink": text_on(organization.brand_colour),
        }
        return Mail(
            subject=subject,
            text=render_to_string("mail/programme_paused.txt", context).strip() + "\n",
            html=render_to_string("mail/programme_paused.html", context),
            from_name=organization.programme,
            reply_to=organization.reply_to,
        )
