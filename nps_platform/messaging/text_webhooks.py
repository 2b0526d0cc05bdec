"""Where a text gateway tells what became of a text, and what people wrote back.

The address names organisation and message by our own signature; the post is proved by the gateway's.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from nps_platform.lib.signing import BadToken, Door, Pass, read_token
from nps_platform.messaging.answers_by_text import take_answer
from nps_platform.messaging.fates import mark_delivered, mark_lost, mark_returned
from nps_platform.messaging.gateway.interface import CantSend, Fate, Gateway, NotSigned, Post, Status
from nps_platform.messaging.models import Message
from nps_platform.messaging.texting import open_gateway, text_gateway
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered

log = logging.getLogger(__name__)
# TwiML that says nothing: what is to be answered leaves by the ledger.
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@require_POST
def text_status(request: HttpRequest, token: str) -> HttpResponse:
    """What became of one text."""
    named = _named(Door.MAIL, token)
    with entered(Organization.known_by_id(named.organization_id)):
        try:
            status = _gateway().parse_status(_post(request))
        except NotSigned:
            return _refused()
        message = Message.objects.select_related("customer").filter(pk=named.id).first()
        if status and message and message.is_text:
            settle(message, status)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@csrf_exempt
@require_POST
def text_inbound(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody wrote back."""
    named = _named(Door.TEXTS, token)
    with entered(Organization.known_by_id(named.organization_id)):
        try:
            inbound = _gateway().parse_inbound(_post(request))
        except NotSigned:
            return _refused()
        if inbound:
            take_answer(inbound)
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


def settle(message: Message, status: Status) -> None:
    """Write down what the gateway tells of a text. A word that comes late changes nothing."""
    if status.id and not message.message_id:
        Message.objects.filter(pk=message.pk, message_id="").update(message_id=status.id[:255])
    if status.fate == Fate.LOST:
        mark_lost(message, why=status.why)
    elif status.fate in (Fate.UNREACHABLE, Fate.STOPPED):
        mark_returned(message, timezone.now(), why=status.why, stopped=status.fate == Fate.STOPPED)
    elif status.fate == Fate.DELIVERED:
        mark_delivered(message, timezone.now())


def _named(door: Door, token: str) -> Pass:
    try:
        return read_token(door, token)
    except BadToken as error:
        raise Http404 from error


def _gateway() -> Gateway:
    row = text_gateway()
    if row is None:
        raise Http404
    try:
        return open_gateway(row)
    except CantSend as error:
        raise Http404 from error


def _post(request: HttpRequest) -> Post:
    """As the gateway signed it: by the address that it knows, whatever proxies made of it since."""
    fields = {name: request.POST.getlist(name) for name in request.POST}
    signed = request.headers.get("X-Twilio-Signature", "")
    return Post(settings.BASE_URL + request.get_full_path(), fields, signed)


def _refused() -> HttpResponse:
    log.warning("a post to the text gateway's address was not signed as it should be")
    return HttpResponse(status=HTTPStatus.FORBIDDEN)
