"""The settings page of the gateway: what is wrong is said at its field, the token is never shown, a test goes to oneself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from nps_platform.lib.sealing import unseal
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.sending import send_batch
from nps_platform.tenancy.models import AuditEntry
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast
from tests.text_gateway import SID, SMS_FROM, TOKEN, TextServer, text_server  # noqa: F401

PAGE = "/o/andina/settings/texts/"


def said(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "twilio",
        "account_sid": SID,
        "token": TOKEN,
        "sms_from": "+34 600 000 000",
        "whatsapp_from": "",
        "templates": "",
        "sms_price": "0.0745",
        "whatsapp_price": "",
        "currency": "EUR",
        "per_second": "5",
    } | changes


def test_it_is_set_up_and_the_token_is_never_shown(cast: Cast) -> None:
    client = cast.sign_in(cast.alicia)
    assert client.post(PAGE, said()).status_code == 302
    page = client.get(PAGE).content.decode()
    assert TOKEN not in page and "/hooks/text/" in page
    with entered(cast.organization):
        row = TextGateway.objects.get()
        assert (row.sms_from, row.sms_price) == (SMS_FROM, Decimal("0.0745"))
        assert TOKEN not in row.sealed_token and unseal(row.sealed_token) == TOKEN
        assert TOKEN not in str(AuditEntry.objects.values_list("data", flat=True))
    # Left empty, the token stays.
    client.post(PAGE, said(token="", per_second="9"))
    with entered(cast.organization):
        row.refresh_from_db()
        assert (unseal(row.sealed_token), row.per_second) == (TOKEN, 9)


def test_what_is_wrong_is_said_at_its_field_and_kept(cast: Cast) -> None:
    client = cast.sign_in(cast.alicia)
    for name, text, told in (
        ("sms_from", "ANDINA", "Write the number with its country"),
        ("sms_from", "", "Give at least one number"),
        ("account_sid", "AC/../x", "letters, digits and hyphens only"),
        ("token", "", "The gateway asks for it"),
        ("templates", "es HX12", "is not a language and a template"),
        ("sms_price", "-1", "not below zero"),
        ("per_second", "1000", "less than or equal to 100"),
    ):
        answer = client.post(PAGE, said(**{name: text}))
        assert answer.status_code == 422, name
        assert told in answer.content.decode(), name
    with entered(cast.organization):
        assert not TextGateway.objects.exists()


def test_a_test_goes_to_ones_own_number(cast: Cast, text_server: TextServer) -> None:  # noqa: F811
    client = cast.sign_in(cast.member(Role.MANAGER))
    client.post(PAGE, said())
    assert client.post(f"{PAGE}test/", {"to": "915 55 12 34", "channel": "sms"}).status_code == 422
    assert client.post(f"{PAGE}test/", {"to": "+34600123456", "channel": "whatsapp"}).status_code == 422
    answer = client.post(f"{PAGE}test/", {"to": "+34 600 123 456", "channel": "sms"})
    with entered(cast.organization):
        message = Message.objects.get()
        assert answer["Location"].endswith(f"/outbox/{message.pk}/")
        send_batch()
    assert text_server.numbers == ["+34600123456"]
    shown = client.get(answer["Location"]).content.decode()
    assert "this is a test" in shown and "0745" in shown


def test_removed_it_forgets_the_token(cast: Cast) -> None:
    client = cast.sign_in(cast.alicia)
    client.post(PAGE, said())
    assert client.post(f"{PAGE}remove/").status_code == 302
    with entered(cast.organization):
        assert not TextGateway.objects.exists()
    assert client.post(f"{PAGE}test/", {"to": "+34600123456", "channel": "sms"}, follow=True).status_code == 200


def test_an_agent_may_not_see_it(cast: Cast) -> None:
    assert cast.sign_in(cast.bruno).get(PAGE).status_code == 403
