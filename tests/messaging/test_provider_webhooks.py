"""What providers tell: posted as their documentation says, signed as they sign, and nothing believed that isn't."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from pytest_django.fixtures import Settings

from nps_platform.customers.models import Suppression
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.scope import entered
from surveys.models import Invitation
from tests.conftest import Cast
from tests.smtp import Collected, smtp_server  # noqa: F401
from tests.surveys.waves import customer, send_everything, wave

State = Message.State
NAMES = ("Ana", "Eva", "Leo", "Zoe")
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def sent(inside: Organization, smtp_server: Collected) -> dict[str, str]:  # noqa: F811
    """A wave reached four people: address → the Message-ID that their mail carries."""
    for name in NAMES:
        customer(name)
    wave(reminders=[3])
    send_everything()
    return {str(mail["To"].addresses[0].addr_spec): str(mail["Message-ID"]) for mail in smtp_server.messages}


@pytest.fixture
def secrets(settings: Settings) -> None:
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": "key-of-mailgun",
        "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": base64.b64encode(public).decode(),
        "WEBHOOK_SECRET": "circulo:long-and-random",
    }


def mailgun(event: str, address: str, message_id: str, key: str = "key-of-mailgun", mark: str = "", **data: Any) -> int:
    """https://documentation.mailgun.com: Securing Webhooks, and the event structure."""
    timestamp, token = str(int(time.time())), "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    body = {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1794000000.5,
            "recipient": address,
            "message": {"headers": {"to": address, "message-id": message_id.strip("<>")}},
            "user-variables": {"circulo": mark} if mark else {},
            "tags": [],
        }
        | data,
    }
    authorization = "Basic " + base64.b64encode(b"circulo:long-and-random").decode()
    return (
        Client()
        .post("/hooks/mail/mailgun", json.dumps(body), "application/json", headers={"Authorization": authorization})
        .status_code
    )


def failed(severity: str, code: int, words: str) -> dict[str, Any]:
    return {"severity": severity, "reason": "generic", "delivery-status": {"code": code, "message": words}}


def row(address: str) -> Message:
    found: Message = Message.objects.get(to_address=address, kind="invitation")
    return found


def suppressed() -> dict[str, str]:
    return dict(Suppression.objects.values_list("address", "reason"))


def test_mailgun_tells_what_became_of_each_mail(sent: dict[str, str], secrets: None) -> None:
    ana, eva, leo, zoe = (f"c{name}@mail.example" for name in NAMES)
    answers = [
        mailgun("delivered", ana, sent[ana]),
        mailgun("failed", eva, sent[eva], **failed("permanent", 550, f"5.1.1 <{eva}> no such user")),
        mailgun("failed", leo, sent[leo], **failed("temporary", 452, "4.2.2 mailbox full")),
        mailgun("complained", zoe, sent[zoe]),
        mailgun("opened", ana, sent[ana]),
    ]
    assert answers == [200] * 5

    assert row(ana).delivered_at and row(ana).delivered_at.year == 2026  # type: ignore[union-attr]
    assert (row(eva).state, row(eva).error) == (State.BOUNCED, "5.1.1 no such user")
    assert row(eva).bounced_at
    assert (row(leo).state, row(leo).error) == (State.SENT, "4.2.2 mailbox full")
    assert row(zoe).complained_at
    # Lower-case addresses; a soft bounce suppresses nobody.
    assert suppressed() == {eva.lower(): Suppression.Reason.BOUNCED, zoe.lower(): Suppression.Reason.COMPLAINED}
    states = dict(Invitation.objects.values_list("customer__external_id", "state"))
    assert states == {"C-Ana": "sent", "C-Eva": "bounced", "C-Leo": "sent", "C-Zoe": "sent"}
    assert Invitation.objects.get(customer__external_id="C-Zoe").complained_at
    assert set(AuditEntry.objects.filter(action="customer.suppressed").values_list("actor_label", flat=True)) == {
        "mail provider"
    }


def test_told_twice_is_told_once(sent: dict[str, str], secrets: None) -> None:
    eva = "cEva@mail.example"
    for _time in range(2):
        mailgun("failed", eva, sent[eva], **failed("permanent", 550, "5.1.1 no such user"))
        mailgun("complained", eva, sent[eva])
    assert suppressed() == {eva.lower(): Suppression.Reason.COMPLAINED}
    assert AuditEntry.objects.filter(action="customer.suppressed").count() == 2  # bounced, then the stronger reason


def sendgrid(*events: dict[str, Any], key: ec.EllipticCurvePrivateKey = KEY) -> int:
    """https://www.twilio.com/docs/sendgrid: Event Webhook security features; ECDSA over timestamp and body."""
    body, timestamp = json.dumps(list(events)), "1794000000"
    signature = key.sign(timestamp.encode() + body.encode(), ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        "Authorization": "Basic " + base64.b64encode(b"circulo:long-and-random").decode(),
    }
    return Client().post("/hooks/mail/sendgrid", body, "application/json", headers=headers).status_code


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
def test_sendgrid_tells_many_at_once(sent: dict[str, str], secrets: None) -> None:
    ana, eva, leo, zoe = (f"c{name}@mail.example" for name in NAMES)

    def event(name: str, address: str, **more: Any) -> dict[str, Any]:
        told = {"email": address, "timestamp": 1794000000, "smtp-id": sent[address], "event": name, "sg_event_id": name}
        return told | more

    events = [
        event("delivered", ana, response="250 OK"),
        event("bounce", eva, type="bounce", status="5.1.1", reason="550 5.1.1 user unknown"),
        event("bounce", leo, type="blocked", status="5.7.1", reason="550 5.7.1 blocked by policy"),
        event("spamreport", zoe),
        event("processed", ana),
    ]
    other = ec.generate_private_key(ec.SECP256R1())
    assert sendgrid(*events, key=other) == 400
    assert suppressed() == {} and row(ana).delivered_at is None
    assert sendgrid(*events) == 200
    assert row(ana).delivered_at
    assert (row(eva).state, row(leo).state) == (State.BOUNCED, State.SENT)
    assert suppressed() == {eva.lower(): Suppression.Reason.BOUNCED, zoe.lower(): Suppression.Reason.COMPLAINED}


def test_nothing_is_believed_without_the_secret(sent: dict[str, str], secrets: None, settings: Settings) -> None:
    ana = "cAna@mail.example"
    assert mailgun("complained", ana, sent[ana], key="guessed") == 400
    assert Client().post("/hooks/mail/postmark", "{}", "application/json").status_code == 400
    assert Client().post("/hooks/mail/mailgun", "no json", "application/json").status_code == 400
    assert Client().post("/hooks/mail/nobody", "{}", "application/json").status_code == 404
    assert Client().head("/hooks/mail/mailgun").status_code == 200
    settings.ANYMAIL = {}
    assert Client().post("/hooks/mail/mailgun", "{}", "application/json").status_code == 404
    assert suppressed() == {} and not row(ana).complained_at


def test_an_event_reaches_only_the_mail_and_the_address_it_speaks_of(
    sent: dict[str, str], secrets: None, cast: Cast
) -> None:
    ana, eva = "cAna@mail.example", "cEva@mail.example"
    with entered(cast.other):
        theirs = Message.objects.create(kind="letter", to_address=ana, state=State.SENT)
    named = f"<{cast.other.pk}.{theirs.pk}@x.example>"
    assert [
        mailgun("complained", eva, sent[ana]),  # a mail that went to somebody else
        mailgun("complained", ana, "<20261121.1234@another-programme.example.invalid>"),
        mailgun("complained", ana, "<CAJ+x9@mail.gmail.com>"),
        mailgun("complained", ana, sent[ana], mark="A" * 44),  # a mark we never signed
        mailgun("complained", ana, f"<{cast.organization.pk}.{theirs.pk}@x.example>"),
    ] == [200] * 5
    assert suppressed() == {}
    assert mailgun("complained", ana, named) == 200
    assert suppressed() == {}  # theirs is theirs
    with entered(cast.other):
        assert suppressed() == {ana.lower(): Suppression.Reason.COMPLAINED}


def test_an_uncertain_mail_is_certain_once_it_was_delivered(sent: dict[str, str], secrets: None) -> None:
    ana = "cAna@mail.example"
    Message.objects.filter(to_address=ana).update(state=State.AMBIGUOUS, sent_at=None)
    Invitation.objects.filter(customer__external_id="C-Ana").update(state="planned", sent_at=None)
    mailgun("delivered", ana, sent[ana])
    assert row(ana).state == State.SENT and row(ana).sent_at
    assert Invitation.objects.get(customer__external_id="C-Ana").state == "sent"


class _Api(BaseHTTPRequestHandler):
    """Takes mails as https://api.mailgun.net/v3/<domain>/messages would."""

    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
        answer = b'{"id": "<20261121.provider@mg.example>", "message": "Queued. Thank you."}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def api(settings: Settings, secrets: None) -> Iterator[list[dict[str, str]]]:
    """Mails leave by a provider's API; what it was handed."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Api) as server:
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.EMAIL_URL = "anymail:mailgun"
        settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
        settings.ANYMAIL |= {
            "MAILGUN_API_KEY": "k",
            "MAILGUN_SENDER_DOMAIN": "mg.example",
            "MAILGUN_API_URL": f"http://127.0.0.1:{server.server_address[1]}/v3",
        }
        yield server.taken  # type: ignore[attr-defined]
        server.shutdown()


def test_a_mail_handed_to_a_provider_carries_a_mark_that_its_word_brings_back(
    inside: Organization, api: list[dict[str, str]]
) -> None:
    customer("Ana")
    wave()
    send_everything()
    (handed,) = api
    assert handed["h:List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mark = handed["v:circulo"]
    ana = "cAna@mail.example"
    # The provider knows the mail by its own id only.
    mailgun("delivered", ana, "<20261121.provider@mg.example>", mark=mark)
    assert row(ana).delivered_at
    mailgun(
        "failed",
        ana,
        "<x@mg.example>",
        **failed("permanent", 550, "no such user"),
        mark=mark,
    )
    assert row(ana).state == State.BOUNCED
