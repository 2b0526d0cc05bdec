"""The way out: a page, and the one click of RFC 8058. GET never writes; no login, no cookie."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from nps_platform.customers.models import Suppression
from nps_platform.lib.phones import masked_number
from nps_platform.lib.signing import Door
from nps_platform.messaging.models import Message
from nps_platform.tenancy.public_door import PublicRequest, public_door, public_page, speaking
from surveys.actions.unsubscribe import ask_again, may_be_asked, unsubscribe
from surveys.authoring.wording import wording
from surveys.models import Invitation


@public_door(Door.UNSUBSCRIBE, methods=("GET", "HEAD", "POST"))
def unsubscribe_page(request: PublicRequest, invitation_id: int) -> HttpResponse:
    """Asks before it acts; a POST, from the page or from a mail program's own button, ends the surveys."""
    invitation = get_object_or_404(Invitation.objects.select_related("customer"), pk=invitation_id)
    if request.method == "POST" and "again" in request.POST:
        ask_again(invitation.customer)
    elif request.method == "POST":
        unsubscribe(invitation)
    with speaking(request.organization, invitation.language):
        context = _context(request, invitation)
        return public_page(request, "surveys/unsubscribe.html", context)


@public_door(Door.SHORT)
def short_link(request: PublicRequest, invitation_id: int) -> HttpResponse:
    """Where the link in a text leads: the person's own page, which says itself whether it is still open."""
    invitation = get_object_or_404(Invitation.objects.only("organization_id"), pk=invitation_id)
    response = HttpResponseRedirect(f"/s/{invitation.token}")
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _context(request: PublicRequest, invitation: Invitation) -> dict[str, object]:
    organization = request.organization
    names = {"{programme}": organization.programme, "{address}": _masked(invitation)}
    texts = {}
    for key, text in wording(invitation.language, organization)["unsubscribe"].items():
        for name, value in names.items():
            text = text.replace(name, value)
        texts[key] = text
    return {"texts": texts, "done": _has_stopped(invitation), "action": request.path, "again": _may_return(invitation)}


def _has_stopped(invitation: Invitation) -> bool:
    address = invitation.address.strip().lower()
    rows = Suppression.objects.filter(channel=invitation.channel, address=address)
    return not address or rows.exclude(reason=Suppression.Reason.BOUNCED).exists()


def _may_return(invitation: Invitation) -> bool:
    """Whether what stops them is their own word."""
    return not invitation.customer.erased_at and not may_be_asked(invitation.customer)


def _masked(invitation: Invitation) -> str:
    """Enough to know one's own address by, too little for whom the message was forwarded to."""
    if invitation.channel != Message.Channel.EMAIL:
        return masked_number(invitation.address) if invitation.address else "—"
    name, at, domain = invitation.address.partition("@")
    return f"{name[:1]}…{at}{domain}" if name else "—"
