"""Texts leave by the gateway: each once, each refusal where it belongs, and what became of them is believed where it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from nps_platform.customers.models import Customer, Suppression
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.actions import enqueue, resend
from nps_platform.messaging.gateway import twilio
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.sending import next_due, send_batch
from nps_platform.messaging.text_actions import set_up_gateway
from nps_platform.tenancy.models import Organization
from tests.conftest import Cast
from tests.text_gateway import SID, SMS_FROM, TOKEN, WHATSAPP_FROM, TextServer, known_gateway, text_server  # noqa: F401

State = Message.State
ANA, EVA, LEO = "+34600000001", "+34600000002", "+34600000003"


@pytest.fixture
def gateway(inside: Organization, text_server: TextServer) -> TextServer:  # noqa: F811
    known_gateway(sms_price=Decimal("0.0745"), whatsapp_price=Decimal("0.05"))
    return text_server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits twenty seconds for an answer."""
    monkeypatch.setattr(twilio, "ANSWER_SECONDS", 0.3)
    yield


def owe(*numbers: str, text: str = "Hola", channel: str = "sms") -> None:
    enqueue(
        [
            Message(
                kind="text_test",
                channel=channel,
                to_address=number,
                text=text,
                customer=Customer.objects.filter(mobile=number).first(),
                priority=1,
            )
            for number in numbers
        ]
    )


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("to_address", "state"))


def make_due() -> None:
    Message.objects.filter(state=State.QUEUED).update(due_at=timezone.now())


def inbound_url(organization: Organization) -> str:
    token = make_token(Door.TEXTS, organization.pk, TextGateway.objects.get().pk)
    return f"{settings.BASE_URL}/hooks/text/{token}/inbound"


def test_a_text_leaves_as_the_gateway_wants_it_and_its_price_is_kept(gateway: TextServer) -> None:
    owe(ANA, text="a" * 200)
    send_batch()
    (text,) = gateway.taken
    assert (text["To"], text["From"], text["Body"]) == (ANA, SMS_FROM, "a" * 200)
    row = Message.objects.get()
    assert (row.state, row.message_id, row.parts) == (State.SENT, text["sid"], 2)
    assert (row.price, row.currency) == (Decimal("0.149"), "EUR")


def test_whatsapp_names_both_sides_and_uses_the_approved_template(gateway: TextServer) -> None:
    owe(ANA, channel="whatsapp")
    send_batch()
    assert (gateway.taken[0]["To"], gateway.taken[0]["From"]) == (f"whatsapp:{ANA}", f"whatsapp:{WHATSAPP_FROM}")
    assert Message.objects.get().price == Decimal("0.05")


def test_a_messaging_service_chooses_the_number_and_parts_are_counted_here(gateway: TextServer) -> None:
    set_up_gateway(by=None, sms_from="MG" + "a" * 32)
    owe(ANA, text="á" * 71)
    send_batch()
    assert gateway.taken[0]["MessagingServiceSid"] == "MG" + "a" * 32 and "From" not in gateway.taken[0]
    assert Message.objects.get().parts == 2


def test_refusals_end_where_they_belong(gateway: TextServer) -> None:
    ana = Customer.objects.create(external_id="A", mobile=ANA)
    gateway.refuse = {ANA: 21211, EVA: 21610, LEO: 21408, "+34600000004": 20429, "+34600000005": 20500}
    owe(*gateway.refuse, "+34600000006")
    send_batch()
    assert states() == {
        ANA: State.BOUNCED,
        EVA: State.BOUNCED,
        LEO: State.FAILED,
        "+34600000004": State.QUEUED,
        "+34600000005": State.AMBIGUOUS,
        "+34600000006": State.SENT,
    }
    assert set(Suppression.objects.values_list("channel", "address", "reason", "customer")) == {
        ("sms", ANA, Suppression.Reason.BOUNCED, ana.pk),
        ("sms", EVA, Suppression.Reason.UNSUBSCRIBED, None),
    }
    assert Message.objects.get(to_address=ANA).error == "21211 The 'To' number is not a valid phone number."
    gateway.refuse = {}
    make_due()
    send_batch()
    assert states()["+34600000004"] == State.SENT


def test_what_may_have_left_is_not_sent_twice(gateway: TextServer, quick: None) -> None:
    gateway.silent = {ANA}
    owe(ANA)
    send_batch()
    assert states() == {ANA: State.AMBIGUOUS}
    make_due()
    send_batch()
    assert gateway.numbers == [ANA]
    # The gateway's own word makes it certain.
    assert gateway.tell(ANA, "delivered") == 204
    row = Message.objects.get()
    assert (row.state, row.message_id) == (State.SENT, gateway.taken[0]["sid"])
    assert row.delivered_at is not None


def test_a_person_may_decide_that_it_goes_out_again(gateway: TextServer, quick: None) -> None:
    gateway.silent = {ANA}
    owe(ANA)
    send_batch()
    gateway.silent = set()
    resend(Message.objects.get(), by=None)
    send_batch()
    assert (gateway.numbers, states()) == ([ANA, ANA], {ANA: State.SENT})


def test_a_wrong_token_loses_nothing_and_says_so(gateway: TextServer) -> None:
    gateway.token = "another"
    owe(ANA, EVA)
    send_batch()
    assert states() == {ANA: State.QUEUED, EVA: State.QUEUED}
    assert TextGateway.objects.get().problem == "20003 Authenticate"
    gateway.token = TOKEN
    make_due()
    send_batch()
    assert states() == {ANA: State.SENT, EVA: State.SENT}
    assert TextGateway.objects.get().problem == ""


def test_a_gateway_that_is_away_loses_nothing(gateway: TextServer, settings: Settings) -> None:
    settings.TEXT_GATEWAY_URL = "http://127.0.0.1:9"
    owe(ANA)
    assert send_batch() is False
    row = Message.objects.get()
    assert row.state == State.QUEUED and row.due_at > timezone.now()
    assert TextGateway.objects.get().problem


def test_without_a_gateway_texts_wait_and_mails_leave(inside: Organization) -> None:
    owe(ANA)
    enqueue([Message(kind="text_test", to_address="a@mail.example", subject="x", text="x", priority=1)])
    send_batch()
    assert states() == {ANA: State.QUEUED, "a@mail.example": State.SENT}
    due = next_due(timezone.now())
    assert due is not None and due > timezone.now()


def test_for_trying_out_texts_stay_in_the_outbox(inside: Organization) -> None:
    set_up_gateway(by=None, provider="outbox", sms_price=Decimal("0.1"), currency="EUR")
    owe(ANA)
    send_batch()
    row = Message.objects.get()
    assert (row.state, row.message_id, row.parts, row.price) == (State.SENT, "", 1, Decimal("0.1"))


def test_the_gateways_later_word_is_written_down(gateway: TextServer) -> None:
    owe(ANA, EVA, LEO)
    send_batch()
    assert gateway.tell(ANA, "delivered") == 204
    assert gateway.tell(EVA, "undelivered", 30005) == 204
    assert gateway.tell(LEO, "undelivered", 30007) == 204
    assert states() == {ANA: State.SENT, EVA: State.BOUNCED, LEO: State.FAILED}
    assert Message.objects.get(to_address=ANA).delivered_at is not None
    assert list(Suppression.objects.values_list("address", "reason")) == [(EVA, "bounced")]
    gateway.tell(EVA, "sent")  # late
    assert states()[EVA] == State.BOUNCED


def test_a_post_that_is_not_signed_changes_nothing(gateway: TextServer, inside: Organization) -> None:
    owe(ANA)
    send_batch()
    assert gateway.tell(ANA, "undelivered", 30005, token="guessed") == 403
    assert gateway.write(inbound_url(inside), ANA, "STOP", token="guessed").status_code == 403
    assert states() == {ANA: State.SENT}
    assert not Suppression.objects.exists()


def test_another_organisations_gateway_can_not_speak_for_ours(gateway: TextServer, cast: Cast) -> None:
    owe(ANA)
    send_batch()
    row = Message.objects.get()
    theirs = make_token(Door.MAIL, cast.other.pk, row.pk)
    text = gateway.text_to(ANA)
    ours = text["StatusCallback"]
    text["StatusCallback"] = ours.replace(ours.split("/hooks/text/")[1].split("/")[0], theirs)
    assert gateway.tell(ANA, "delivered") == 404
    row.refresh_from_db()
    assert row.delivered_at is None


@pytest.mark.parametrize(
    "word", ["STOP", "stop.", "Baja", "BAJA por favor", "Alto!", "cancelar", "No me escriba más", "Basta"]
)
def test_stop_ends_it_on_that_channel_and_is_confirmed_once(
    gateway: TextServer, inside: Organization, word: str
) -> None:
    ana = Customer.objects.create(external_id="A", mobile=ANA, language="es", email="a@mail.example")
    answer = gateway.write(inbound_url(inside), ANA, word)
    assert (answer.status_code, b"<Message" in answer.content) == (200, False)
    gateway.write(inbound_url(inside), ANA, word)
    assert [(s.channel, s.address, s.reason, s.customer) for s in Suppression.objects.all()] == [
        ("sms", ANA, "unsubscribed", ana)
    ]
    send_batch()
    (text,) = gateway.taken
    assert text["To"] == ANA and "ALTA" in text["Body"]
    assert Message.objects.get().parts == 1


def test_whatsapps_stop_leaves_sms_alone(gateway: TextServer, inside: Organization) -> None:
    gateway.write(inbound_url(inside), f"whatsapp:{ANA}", "STOP")
    assert Suppression.objects.get().channel == "whatsapp"


def test_what_the_gateway_answered_itself_is_not_answered_again(gateway: TextServer, inside: Organization) -> None:
    gateway.write(inbound_url(inside), ANA, "adiós", OptOutType="STOP")
    assert Suppression.objects.get().reason == "unsubscribed"
    assert not Message.objects.exists()


def test_start_takes_back_what_they_said_and_nothing_else(gateway: TextServer, inside: Organization) -> None:
    gateway.write(inbound_url(inside), ANA, "STOP")
    gateway.write(inbound_url(inside), ANA, "START")
    assert not Suppression.objects.exists()
    assert [m.kind for m in Message.objects.order_by("pk")] == ["text_stopped", "text_started"]
    Suppression.objects.create(address=EVA, channel="sms", reason="suppressed")
    gateway.write(inbound_url(inside), EVA, "START")
    assert Suppression.objects.get().address == EVA


def test_other_words_are_told_once_a_day_where_to_answer(gateway: TextServer, inside: Organization) -> None:
    for body in ("9", "Alto precio, y encima tarde", "AYUDA"):
        gateway.write(inbound_url(inside), ANA, body)
    assert not Suppression.objects.exists()
    assert [m.kind for m in Message.objects.all()] == ["text_help"]
