"""Where mail providers tell what became of the mails: one address a provider, for the whole deployment.

Each post is proved before it is read: by the provider's signature, or by a name and password in the address where the
provider signs nothing (`ANYMAIL_WEBHOOK_SECRET`). A provider without such a secret has no address here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nps_platform.messaging.provider_events import take

log = logging.getLogger(__name__)

BASIC = "WEBHOOK_SECRET"


@dataclass(frozen=True)
class Provider:
    """anymail's reader of one provider's posts, and the settings of which one must be set for it to be trusted."""

    view: str
    secrets: tuple[str, ...] = (BASIC,)

    @property
    def is_set_up(self) -> bool:
        return any(settings.ANYMAIL.get(name) for name in self.secrets)


def _reader(module: str, name: str) -> str:
    return f"anymail.webhooks.{module}.{name}WebhookView"


PROVIDERS: dict[str, Provider] = {
    "brevo": Provider(_reader("brevo", "BrevoTracking")),
    "mailersend": Provider(_reader("mailersend", "MailerSendTracking"), ("MAILERSEND_SIGNING_SECRET",)),
    "mailgun": Provider(_reader("mailgun", "MailgunTracking"), ("MAILGUN_WEBHOOK_SIGNING_KEY",)),
    "mailjet": Provider(_reader("mailjet", "MailjetTracking")),
    "mandrill": Provider(_reader("mandrill", "MandrillCombined"), ("MANDRILL_WEBHOOK_KEY",)),
    "postmark": Provider(_reader("postmark", "PostmarkTracking")),
    "sendgrid": Provider(
        _reader("sendgrid", "SendGridTracking"), ("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", BASIC)
    ),
    "sparkpost": Provider(_reader("sparkpost", "SparkPostTracking")),
}


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Some providers ask with HEAD whether anybody is there. What can't be written down now is told again: a 500."""
    known = PROVIDERS.get(provider)
    if known is None or not known.is_set_up:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    reader = import_string(known.view)()
    try:
        reader.run_validators(request)
        events = reader.parse_events(request)
    except AnymailWebhookValidationFailure:
        log.warning("a post to the webhook of %s was not signed as it should be", provider)
        return HttpResponse(status=400)
    except (AnymailConfigurationError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        log.warning("a post to the webhook of %s can't be read: %s", provider, type(error).__name__)
        return HttpResponse(status=400)
    _take_all(events, reader.esp_name)
    return HttpResponse()


def _take_all(events: list[Any], provider: str) -> None:
    for event in events:
        take(event, provider)
