"""Twilio's Messages API, and whatever speaks it (https://www.twilio.com/docs/messaging/api/message-resource).

Errors: https://www.twilio.com/docs/api/errors. Signatures: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from http import HTTPStatus
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import NewConnectionError

from nps_platform.messaging.delivery import Outcome
from nps_platform.messaging.gateway.interface import (
    CantSend,
    Fate,
    Inbound,
    NotSigned,
    Post,
    Receipt,
    Said,
    Status,
    Text,
)
from nps_platform.messaging.gateway.keywords import meaning_of

CONNECT_SECONDS, ANSWER_SECONDS = 5, 20
WHATSAPP = "whatsapp:"
# The number takes no texts: not valid, not reachable at all, not mobile, a landline, gone, not on WhatsApp.
_UNREACHABLE = frozenset({21211, 21214, 21217, 21265, 21614, 21635, 30005, 30006, 63003, 63024})
_STOPPED = frozenset({21610, 63033, 63050})
# Whose customer we are, and what we send from: nothing leaves until somebody mends it.
_OUR_ACCOUNT = frozenset(
    {20003, 20005, 20404, 21212, 21603, 21606, 21608, 21611, 21659, 21660, 21703, 21705, 30002, 63007}
)
_BUSY = frozenset({14107, 20429, 63018, 63038})
_STATUSES = {"delivered": Fate.DELIVERED, "read": Fate.DELIVERED, "sent": Fate.ON_ITS_WAY}
_OPT_OUT = {"STOP": Said.STOP, "START": Said.START, "HELP": Said.HELP}


@dataclass(frozen=True)
class Account:
    """How one organisation stands with its provider. `sms_from`: a number or a messaging service ("MG…").

    `templates`: approved WhatsApp contents ("HX…") by language.
    """

    sid: str
    token: str
    sms_from: str = ""
    whatsapp_from: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)


class TwilioGateway:
    """One connection for a run of texts."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._session = requests.Session()
        self._session.auth = (account.sid, account.token)

    def send(self, text: Text) -> Receipt:
        address = f"{settings.TEXT_GATEWAY_URL}/2010-04-01/Accounts/{self._account.sid}/Messages.json"
        try:
            answer = self._session.post(
                address,
                data=self._fields(text),
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if _never_left(error):
                raise CantSend(type(error).__name__) from error
            return Receipt(Outcome.UNCERTAIN, type(error).__name__)
        return _receipt(answer)

    def _fields(self, text: Text) -> dict[str, str]:
        fields = {"To": text.to}
        if text.channel == "whatsapp":
            fields = {"To": WHATSAPP + text.to, "From": WHATSAPP + self._account.whatsapp_from}
        elif self._account.sms_from.startswith("MG"):
            fields["MessagingServiceSid"] = self._account.sms_from
        else:
            fields["From"] = self._account.sms_from
        if text.callback:
            fields["StatusCallback"] = text.callback
        template = text.template or self._account.templates.get(text.language)
        if text.channel == "whatsapp" and template and text.variables:
            return fields | {
                "ContentSid": template,
                "ContentVariables": json.dumps(dict(text.variables), ensure_ascii=False),
            }
        return fields | {"Body": text.body}

    def parse_status(self, post: Post) -> Status | None:
        self._prove(post)
        told, code = post.one("MessageStatus"), _number(post.one("ErrorCode"))
        if told in ("failed", "undelivered"):
            return Status(_fate(code), post.one("MessageSid"), _words(code, post.one("ErrorMessage")))
        return Status(_STATUSES[told], post.one("MessageSid")) if told in _STATUSES else None

    def parse_inbound(self, post: Post) -> Inbound | None:
        self._prove(post)
        sender, body = post.one("From"), post.one("Body")
        if not sender:
            return None
        channel = "whatsapp" if sender.startswith(WHATSAPP) else "sms"
        # The provider's own opt-out has understood the word, and answered it.
        known = _OPT_OUT.get(post.one("OptOutType"))
        return Inbound(channel, sender.removeprefix(WHATSAPP), body, known or meaning_of(body), answered=bool(known))

    def _prove(self, post: Post) -> None:
        if not hmac.compare_digest(signature(post.url, post.fields, self._account.token), post.signature):
            raise NotSigned


def signature(url: str, fields: Mapping[str, list[str]], token: str) -> str:
    """What `X-Twilio-Signature` must say of a post: the address, then each field's name and values, in their order."""
    told = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), sha1).digest()).decode()


def _never_left(error: requests.RequestException) -> bool:
    """Whether no byte of the request can have arrived: no connection, no handshake."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.ConnectionError) and isinstance(
        getattr(cause, "reason", cause), NewConnectionError
    )


def _receipt(answer: requests.Response) -> Receipt:
    told = _read(answer)
    if answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED):
        sid, parts = str(told.get("sid") or ""), _number(str(told.get("num_segments") or ""))
        if not sid:
            return Receipt(Outcome.UNCERTAIN, "an answer without a message in it")
        return Receipt(Outcome.SENT, id=sid[:255], parts=parts or None)  # 0: a messaging service has yet to choose
    code = _number(str(told.get("code") or ""))
    detail = _words(code or answer.status_code, str(told.get("message") or ""))
    return _refusal(answer.status_code, code, detail)


def _refusal(status: int, code: int, detail: str) -> Receipt:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or code in _OUR_ACCOUNT:
        raise CantSend(detail)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) or code in _BUSY:
        return Receipt(Outcome.LATER, detail, code=code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Receipt(Outcome.UNCERTAIN, detail, code=code)
    if code in _STOPPED:
        return Receipt(Outcome.BOUNCED, detail, code=code, stopped=True)
    return Receipt(Outcome.BOUNCED if code in _UNREACHABLE else Outcome.REFUSED, detail, code=code)


def _fate(code: int) -> Fate:
    if code in _STOPPED:
        return Fate.STOPPED
    return Fate.UNREACHABLE if code in _UNREACHABLE else Fate.LOST


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _words(code: int, words: str) -> str:
    """The provider's words without the numbers they may repeat."""
    kept = [word for word in words.split() if sum(letter.isdigit() for letter in word) < 6]
    return " ".join([*([str(code)] if code else []), *kept])[:300]
