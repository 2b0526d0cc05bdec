"""Programmes by SMS and WhatsApp: the same planning, by numbers; what leaves, what comes back, what it costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys import actions
from surveys.actions import Fact, NoGateway, take_events
from surveys.actions.reminding import remind
from surveys.authoring.merging import with_mail
from surveys.models import Invitation, Programme
from tests.conftest import Cast
from tests.surveys.contents import republished
from tests.surveys.waves import draft_wave, planned, published, send_everything, wave
from tests.text_gateway import SID, SMS_FROM, TOKEN, WHATSAPP_FROM, TextServer, known_gateway, text_server  # noqa: F401

Channel = Programme.Channel


@pytest.fixture
def gateway(inside: Organization, text_server: TextServer) -> TextServer:  # noqa: F811
    known_gateway(templates={"en": "HX" + "a" * 32}, sms_price=Decimal("0.07"))
    return text_server


def person(name: str, number: str = "", email: str = "", **fields: Any) -> Customer:
    return Customer.objects.create(external_id=name, name=name, mobile=number, email=email, **fields)


def reasons(programme: Programme) -> dict[str, str]:
    rows = programme.invitations.values_list("customer__external_id", "skip_reason", "channel")
    return {str(name): reason or channel for name, reason, channel in rows}


def test_an_sms_wave_asks_by_number_and_the_answer_says_so(gateway: TextServer, inside: Organization) -> None:
    person("Ana", "+34600000001")
    programme = wave(channel=Channel.SMS)
    send_everything()
    (text,) = gateway.taken
    assert text["To"] == "+34600000001"
    body = text["Body"]
    link = next(word for word in body.split() if word.startswith(settings.BASE_URL))
    assert body.endswith("STOP") and len(link) < len(settings.BASE_URL) + 21
    arrived = Client().get(link.removeprefix(settings.BASE_URL))
    assert arrived.status_code == 302 and arrived["Location"].startswith("/s/")
    assert Invitation.objects.get().state == Invitation.State.SENT
    answered = Client().post(arrived["Location"], {"score": "9"})
    assert answered.status_code == 303
    response = Response.objects.get()
    assert (response.channel, response.invitation.programme) == ("sms", programme)


def test_each_reason_is_of_the_channel(gateway: TextServer, inside: Organization) -> None:
    person("asked", "+34600000001")
    person("landline", email="l@mail.example", phone="+34915551234")
    person("twin", "+34600000001")
    person("stopped", "+34600000002")
    person("stopped-mail", "+34600000003", "s@mail.example")
    Suppression.objects.create(address="+34600000002", channel="sms", reason="unsubscribed")
    Suppression.objects.create(address="s@mail.example", channel="email", reason="unsubscribed")
    programme = wave(channel=Channel.SMS)
    assert reasons(programme) == {
        "asked": "sms",
        "landline": "no_address",
        "twin": "same_address",
        "stopped": "unsubscribed",
        "stopped-mail": "sms",
    }
    assert programme.counts["eligible"] == programme.counts["recipients"] + sum(programme.counts["skipped"].values())


def test_permission_is_asked_of_the_channel(gateway: TextServer, inside: Organization) -> None:
    Organization.objects.filter(pk=inside.pk).update(require_permission=True)
    inside.require_permission = True
    for name, channel, number in (("by-sms", "sms", "+34600000001"), ("by-mail", "email", "+34600000002")):
        customer = person(name, number)
        CustomerPermission.objects.create(customer=customer, purpose="feedback", channel=channel)
    assert reasons(wave(channel=Channel.SMS)) == {"by-sms": "sms", "by-mail": "no_permission"}


def test_mail_or_sms_where_there_is_no_mail(gateway: TextServer, inside: Organization) -> None:
    person("both", "+34600000001", "both@mail.example")
    person("mail", email="mail@mail.example")
    person("number", "+34600000002")
    person("bounced", "+34600000003", "gone@mail.example")
    person("stopped", "+34600000004", "stopped@mail.example")
    person("neither")
    person("twin", "+34600000002")
    Suppression.objects.create(address="gone@mail.example", channel="email", reason="bounced")
    Suppression.objects.create(address="stopped@mail.example", channel="email", reason="unsubscribed")
    programme = wave(channel=Channel.EMAIL_OR_SMS)
    assert reasons(programme) == {
        "both": "email",
        "mail": "email",
        "number": "sms",
        "bounced": "sms",
        "stopped": "unsubscribed",
        "neither": "no_address",
        "twin": "same_address",
    }
    send_everything()
    assert sorted(gateway.numbers) == ["+34600000002", "+34600000003"]
    assert set(Message.objects.filter(channel="email").values_list("to_address", flat=True)) == {
        "both@mail.example",
        "mail@mail.example",
    }


def test_the_simulator_foresees_what_the_launch_does_and_the_cost(gateway: TextServer, inside: Organization) -> None:
    for n in range(4):
        person(f"Ana {n}", f"+3460000000{n}")
    person("Íñigo", "+34600000009")  # his name takes UCS-2: more parts
    person("mail", email="m@mail.example")
    content = "{{first_name}}, " + "a" * 80
    survey = published(languages=("en",), mail={"en": {"sms": content}})
    draft = draft_wave(survey, channel=Channel.SMS, reminders=[3])
    foreseen = actions.simulate(draft)
    assert (foreseen.eligible, foreseen.recipients, foreseen.skipped) == (6, 5, {"no_address": 1})
    assert foreseen.channels == {"sms": 5}
    cost = foreseen.cost
    assert cost is not None and cost.texts == 5
    planned(draft)
    send_everything()
    sent = [m.parts for m in Message.objects.all()]
    assert cost.parts == sum(part or 0 for part in sent) == 4 + 3
    assert cost.amount == Decimal("0.07") * 7
    assert cost.most is not None and cost.most > cost.amount


def test_without_a_gateway_a_launch_says_what_is_missing(cast: Cast, inside: Organization) -> None:
    person("Ana", "+34600000001")
    draft = draft_wave(channel=Channel.EMAIL_OR_SMS)
    with pytest.raises(NoGateway):
        actions.launch(draft, by=cast.alicia)
    page = cast.sign_in(cast.alicia).post(f"/o/andina/programmes/{draft.pk}/launch/", follow=True)
    assert "no number that SMS come from is set up" in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == Programme.State.DRAFT and not Message.objects.exists()


def test_a_reminder_goes_by_the_same_channel_and_stop_keeps_it_away(gateway: TextServer, inside: Organization) -> None:
    for n in (1, 2):
        person(f"Ana {n}", f"+3460000000{n}")
    programme = wave(channel=Channel.SMS, reminders=[3])
    send_everything()
    token = make_token(Door.TEXTS, inside.pk, TextGateway.objects.get().pk)
    gateway.write(f"{settings.BASE_URL}/hooks/text/{token}/inbound", "+34600000002", "STOP", OptOutType="STOP")
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=4))
    remind(programme, timezone.now())
    send_everything()
    assert sorted(gateway.numbers[:2]) == ["+34600000001", "+34600000002"]  # both are due; none comes first
    assert gateway.numbers[2:] == ["+34600000001"]
    assert "not heard" in gateway.taken[-1]["Body"]


def test_whatsapp_fills_the_approved_template(gateway: TextServer, inside: Organization) -> None:
    person("Ana Ruiz", "+34600000001", language="en")
    wave(channel=Channel.WHATSAPP)
    send_everything()
    (text,) = gateway.taken
    assert text["ContentSid"] == "HX" + "a" * 32 and "Body" not in text
    assert '"1": "Ana"' in text["ContentVariables"] and "/m/" in text["ContentVariables"]


def test_a_survey_brings_the_template_that_was_approved_for_it(gateway: TextServer, inside: Organization) -> None:
    person("Ana Ruiz", "+34600000001", language="en")
    person("Luz Ruiz", "+34600000002", language="es")
    survey, own = published(languages=("en", "es")), "HX" + "b" * 32
    republished(survey, with_mail(survey.draft_content, {"en": {"whatsapp": own}}))
    wave(survey=survey, channel=Channel.WHATSAPP)
    send_everything()
    by_number = {text["To"].removeprefix("whatsapp:"): text for text in gateway.taken}
    assert by_number["+34600000001"]["ContentSid"] == own
    assert "Body" in by_number["+34600000002"]  # neither survey nor organisation has one in Spanish


def test_a_template_of_a_survey_is_a_number(cast: Cast, inside: Organization) -> None:
    survey = published()
    page = f"/o/andina/surveys/{survey.pk}/?part=mail&language=en"
    client, said = cast.sign_in(cast.alicia), {"subject": "S", "intro": "I", "signature": "B"}
    refused = client.post(page, said | {"whatsapp": "HX12"})
    assert "A template&#x27;s number is HX" in refused.text and "HX12" in refused.text
    client.post(page, said | {"whatsapp": "HX" + "c" * 32})
    survey.refresh_from_db()
    assert survey.draft_content.mail_in("en").whatsapp == "HX" + "c" * 32


def test_an_event_asks_by_sms(gateway: TextServer, inside: Organization) -> None:
    customer = person("Ana", "+34600000001")
    programme = wave(channel=Channel.SMS, mode=Programme.Mode.TRIGGER)
    take_events(programme, [Fact(customer, timezone.now(), "call-1")], by=None)
    send_everything()
    assert gateway.numbers == ["+34600000001"]


def test_a_guessed_code_opens_nothing_and_is_counted(gateway: TextServer, inside: Organization) -> None:
    person("Ana", "+34600000001")
    wave(channel=Channel.SMS)
    code = Invitation.objects.get().short_token
    assert code.isalnum() and len(code) >= 14
    for wrong in (code[:-1] + ("a" if code[-1] != "a" else "b"), code[:-11], code + "a", "x", "é" * 16):
        assert Client().get(f"/m/{wrong}").status_code == 404
    assert Client().get(f"/m/{code}").status_code == 302
    assert Client().post(f"/m/{code}").status_code == 405


def test_unsubscribing_ends_the_channel_one_was_asked_by(gateway: TextServer, inside: Organization) -> None:
    person("Ana", "+34600000001", "a@mail.example")
    wave(channel=Channel.SMS)
    invitation = Invitation.objects.get()
    page = Client().get(f"/u/{invitation.unsubscribe_token}").content.decode()
    assert "+34…001" in page
    Client().post(f"/u/{invitation.unsubscribe_token}")
    assert list(Suppression.objects.values_list("channel", "address")) == [("sms", "+34600000001")]
