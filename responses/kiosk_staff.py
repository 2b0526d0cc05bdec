"""What the tablet tells those who look after it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import speaking


def staff_words(organization: Organization) -> dict[str, str]:
    """For those who look after the tablet, in the company's language."""
    with speaking(organization, organization.language):
        return {
            "title": _("For staff"),
            "pin": _("PIN"),
            "open": pgettext("do it", "Open"),
            "wrong": _("That is not the PIN of this tablet."),
            "wait": _("Too many tries: again in half a minute."),
            "insecure": _("The PIN can only be checked where the address begins with https."),
            "waiting": _("Answers kept here"),
            "sent": _("Last contact with the server"),
            "never": _("None yet"),
            "network": _("Network"),
            "online": _("There"),
            "offline": _("None: answers are kept and sent later"),
            "failed": _("The server could not be reached; the next try comes by itself. (%(error)s)"),
            "forgetful": _("This browser keeps nothing: what is not sent is lost when the page closes."),
            "offline_ready": _("Works without network"),
            "yes": _("Yes"),
            "not_yet": _("Not yet: open it once with a network"),
            "now": _("Send now"),
            "full": _("Full screen"),
            "leave": _("Leave full screen"),
            "refused": _("Not accepted, kept here"),
            "close": _("Back to the question"),
        }
