"""The way out: a page, and the one click of RFC 8058. GET never writes; no login, no cookie."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation

from nps_platform.customers.models import CustomerPermission, Suppression
from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import PublicRequest, public_door, public_page
from surveys.actions.unsubscribe import unsubscribe
from surveys.models import Invitation
from surveys.wording import wording


@public_door(Door.UNSUBSCRIBE, methods=("GET", "HEAD", "POST"))
def unsubscribe_page(request: PublicRequest, invitation_id: int) -> HttpResponse:
    """Asks before it acts; a POST, from the page or from a mail program's own button, ends the surveys."""
    invitation = get_object_or_404(Invitation.objects.select_related("customer"), pk=invitation_id)
    if request.method == "POST":
        unsubscribe(invitation)
    with translation.override(invitation.language):
        return public_page(request, "surveys/unsubscribe.html", _context(request, invitation))


def _context(request: PublicRequest, invitation: Invitation) -> dict[str, object]:
    organization = request.organization
    names = {"{programme}": organization.programme, "{address}": _masked(invitation.customer.email)}
    texts = {}
    for key, text in wording(invitation.language, organization)["unsubscribe"].items():
        for name, value in names.items():
            text = text.replace(name, value)
        texts[key] = text
    return {"texts": texts, "done": _has_stopped(invitation), "action": request.path}


def _has_stopped(invitation: Invitation) -> bool:
    address = invitation.customer.email.strip().lower()
    rows = Suppression.objects.filter(channel=CustomerPermission.Channel.EMAIL, address=address)
    return not address or rows.exclude(reason=Suppression.Reason.BOUNCED).exists()


def _masked(address: str) -> str:
    """Enough to know one's own address by, too little for whom the mail was forwarded to."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if name else "—"
