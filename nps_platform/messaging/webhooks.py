"""Where mail providers tell what became of the mails, and hand over those that come in: two addresses a provider, for the whole
deployment.

Each post is proved before it is read: by the provider's signature, or by a name and password in the address where the
provider signs nothing (`ANYMAIL_WEBHOOK_SECRET`). A provider without such a secret has no address here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import compat32
from http import HTTPStatus

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nps_platform.messaging.incoming.taking import take as take_mail
from nps_platform.messaging.provider_events import take

log = logging.getLogger(__name__)

BASIC = "WEBHOOK_SECRET"
MOST_POSTED = 48 * 1024 * 1024  # a mail of the usual largest size, its files written as text


@dataclass(frozen=True)
class Provider:
    """anymail's reader of one provider's posts, and the settings of which one must be set for it to be trusted."""

    view: str
    secrets: tuple[str, ...] = (BASIC,)
    inbound: str = ""
    # By which of them it proves mails that come in, where that is not the same.
    inbound_secrets: tuple[str, ...] = ()

    @property
    def is_set_up(self) -> bool:
        return any(settings.ANYMAIL.get(name) for name in self.secrets)

    @property
    def takes_mail(self) -> bool:
        return bool(self.inbound) and any(settings.ANYMAIL.get(name) for name in self.inbound_secrets or self.secrets)


def _reader(module: str, name: str) -> str:
    return f"anymail.webhooks.{module}.{name}WebhookView"


def _provider(module: str, name: str, *secrets: str, inbound: tuple[str, ...] = (), one: bool = False) -> Provider:
    """`one`: the provider tells both at one address, by one reader."""
    told = _reader(module, f"{name}Combined" if one else f"{name}Tracking")
    return Provider(told, secrets or (BASIC,), told if one else _reader(module, f"{name}Inbound"), inbound)


PROVIDERS: dict[str, Provider] = {
    "brevo": _provider("brevo", "Brevo"),
    "mailersend": _provider(
        "mailersend", "MailerSend", "MAILERSEND_SIGNING_SECRET", inbound=("MAILERSEND_INBOUND_SECRET",)
    ),
    "mailgun": _provider("mailgun", "Mailgun", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailjet": _provider("mailjet", "Mailjet"),
    "mandrill": _provider("mandrill", "Mandrill", "MANDRILL_WEBHOOK_KEY", one=True),
    "postmark": _provider("postmark", "Postmark"),
    "sendgrid": _provider(
        "sendgrid", "SendGrid", "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", BASIC, inbound=(BASIC,)
    ),
    "sparkpost": _provider("sparkpost", "SparkPost"),
}


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Some providers ask with HEAD whether anybody is there. What can't be written down now is told again: a 500."""
    known = PROVIDERS.get(provider)
    if known is None or not known.is_set_up:
        raise Http404
    return _answered(request, known.view, provider)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Mails that came in at a provider. Their files make them larger than what else is posted."""
    known = PROVIDERS.get(provider)
    if known is None or not known.takes_mail:
        raise Http404
    if request.method == "POST" and request.content_type == "application/json":
        posted = request.read(MOST_POSTED + 1)
        if len(posted) > MOST_POSTED:
            log.warning("a mail posted by %s is too large", provider)
            return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        request._body = posted
    return _answered(request, known.inbound, provider)


def _answered(request: HttpRequest, view: str, provider: str) -> HttpResponse:
    if request.method == "HEAD":
        return HttpResponse()
    reader = import_string(view)()
    try:
        reader.run_validators(request)
        events = reader.parse_events(request)
    except AnymailWebhookValidationFailure:
        log.warning("a post to the webhook of %s was not signed as it should be", provider)
        return HttpResponse(status=400)
    except (AnymailConfigurationError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        log.warning("a post to the webhook of %s can't be read: %s", provider, type(error).__name__)
        return HttpResponse(status=400)
    for event in events:
        if isinstance(event, AnymailInboundEvent):
            take_mail(_as_it_came(event.message), also_to=event.message.envelope_recipient or "")
        else:
            take(event, reader.esp_name)
    return HttpResponse()


def _as_it_came(message: EmailMessage) -> bytes:
    """The provider took it apart, and anymail put it together again; a charset that nobody knows stops neither."""
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, AttributeError, TypeError):
        return message.as_string(policy=compat32).encode("utf-8", "replace")
