"""Why an address is refused or does not answer, in words for the person who set it up."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, Promise] = {
    "malformed": _("This is no address of a program. It begins with https://"),
    "scheme": _("Only addresses that begin with https:// are sent to."),
    "credentials": _("An address must hold no user name or password. The signature proves who sends."),
    "port": _("Only the ports 443 and 8443 are sent to."),
    "private": _("This address leads into a private network. Only addresses in the open internet are sent to."),
    "no_host": _("Nobody knows this host. Is it spelt right?"),
    "no_connection": _("Nothing answers there."),
    "not_trusted": _("Its certificate is not valid for this host."),
    "too_slow": _("It did not answer in time."),
    "no_reply": _("It hung up without an answer."),
    "no_secret": _("Its secret can't be read any more. Make a new one."),
}


def problem(code: str) -> str:
    """A sentence; the bare code where nobody gave it words."""
    return str(PROBLEMS.get(code, code))
