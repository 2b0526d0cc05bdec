"""A stand-in for Twilio's Messages API on this machine, which behaves as its documentation says.

Account AC…, Basic authentication, form fields; 201 with sid, status and num_segments, or {code, message, more_info, status}.
`tell` and `write` post status callbacks and incoming messages, signed as X-Twilio-Signature is.
"""

from __future__ import annotations

import base64
import json
import math
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from hmac import new
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django.fixtures import Settings

from nps_platform.messaging.text_actions import set_up_gateway

SID, TOKEN = "AC" + "0123456789abcdef" * 2, "12345678901234567890123456789012"
SMS_FROM, WHATSAPP_FROM = "+34600000000", "+34611111111"
# https://www.twilio.com/docs/api/errors
WORDS = {
    20003: (401, "Authenticate"),
    20429: (429, "Too Many Requests"),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21606: (400, "The From phone number is not a valid, SMS-capable inbound phone number"),
    20500: (500, "An internal server error has occurred"),
}


@dataclass
class TextServer:
    """What was handed over, and what is answered to whom."""

    url: str = ""
    taken: list[dict[str, str]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)  # number → error code
    silent: set[str] = field(default_factory=set)  # numbers whose texts are taken, and never answered
    token: str = TOKEN

    @property
    def numbers(self) -> list[str]:
        return [text["To"] for text in self.taken]

    def text_to(self, number: str) -> dict[str, str]:
        return next(text for text in reversed(self.taken) if text["To"] == number)

    def tell(self, number: str, status: str, code: int = 0, *, token: str = "") -> int:
        """What became of the last text to `number`, posted to its StatusCallback; our answer's status."""
        text = self.text_to(number)
        fields = {
            "SmsSid": text["sid"],
            "SmsStatus": status,
            "MessageStatus": status,
            "To": number,
            "MessageSid": text["sid"],
            "AccountSid": SID,
            "From": text.get("From", SMS_FROM),
            "ApiVersion": "2010-04-01",
        } | ({"ErrorCode": str(code)} if code else {})
        return self.post(text["StatusCallback"], fields, token or self.token).status_code

    def write(self, url: str, sender: str, body: str, *, token: str = "", **more: str) -> Any:
        """An incoming message; our answer."""
        fields = {"MessageSid": "SM" + "f" * 32, "AccountSid": SID, "From": sender, "To": SMS_FROM, "Body": body}
        fields |= {"NumMedia": "0", "NumSegments": "1", **more}
        return self.post(url, fields, token or self.token)

    @staticmethod
    def post(url: str, fields: Mapping[str, str], token: str) -> Any:
        told = url + "".join(name + fields[name] for name in sorted(fields))
        signed = base64.b64encode(new(token.encode(), told.encode(), sha1).digest()).decode()
        assert url.startswith(django_settings.BASE_URL)
        return Client().post(urlsplit(url).path, dict(fields), headers={"X-Twilio-Signature": signed})


def _answer(server: TextServer, fields: dict[str, str], authorized: bool) -> tuple[int, dict[str, Any]]:
    number = fields.get("To", "")
    code = server.refuse.get(number, 0) if authorized else 20003
    if authorized and not ({"From", "MessagingServiceSid"} & set(fields)):
        code = 21606
    if code:
        status, words = WORDS[code]
        told = words.format(to=number)
        return status, {
            "code": code,
            "message": told,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
    sid = f"SM{len(server.taken):032x}"
    server.taken.append({**fields, "sid": sid})
    body = fields.get("Body", "")
    parts = "0" if "MessagingServiceSid" in fields else str(_segments(body))
    return 201, {
        "sid": sid,
        "status": "accepted" if parts == "0" else "queued",
        "num_segments": parts,
        "to": number,
        "from": fields.get("From"),
        "body": body,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "error_message": None,
    }


def _segments(body: str) -> int:
    """https://www.twilio.com/docs/glossary/what-sms-character-limit"""
    wide = any(ord(letter) > 127 and letter not in "¿¡ñÑéÉèùìòàÄÖÜäöü" for letter in body)
    alone, each = (70, 67) if wide else (160, 153)
    return 1 if len(body) <= alone else math.ceil(len(body) / each)


@pytest.fixture
def text_server(settings: Settings) -> Iterator[TextServer]:
    """The stand-in, listening; TEXT_GATEWAY_URL leads to it."""
    told = TextServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[-1] for name, values in parse_qs(raw, keep_blank_values=True).items()}
            wanted = "Basic " + base64.b64encode(f"{SID}:{told.token}".encode()).decode()
            if self.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
                self.send_error(404)
                return
            status, answer = _answer(told, fields, self.headers.get("Authorization") == wanted)
            if fields.get("To") in told.silent:
                time.sleep(1.5)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.TEXT_GATEWAY_URL = told.url
    yield told
    server.shutdown()
    server.server_close()


def known_gateway(**settings: Any) -> None:
    """The organisation that is entered sends its texts by the stand-in."""
    set_up_gateway(
        by=None,
        provider="twilio",
        account_sid=SID,
        token=TOKEN,
        sms_from=SMS_FROM,
        whatsapp_from=WHATSAPP_FROM,
        currency="EUR",
        per_second=100,
        **settings,
    )
