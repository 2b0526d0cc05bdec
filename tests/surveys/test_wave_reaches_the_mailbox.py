"""From a survey to the mail in a real mailbox, and what stands in it."""

from __future__ import annotations

import re

from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Address, Organization
from surveys.models import Invitation, Programme
from tests.smtp import Collected, html_of, plain_of, smtp_server  # noqa: F401
from tests.surveys.waves import customer, send_everything, wave


def test_a_launched_wave_asks_each_customer_once_in_their_language(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    people = [customer(1), customer(2, language="it"), customer(3, language="en", name="")]
    programme = wave()
    send_everything()
    assert sorted(smtp_server.recipients) == sorted(person.email for person in people)
    spanish, italian, english = (smtp_server.to(person.email)[0] for person in people)
    invitation = Invitation.objects.get(customer=people[0])
    assert spanish["From"] == "Tu Voz <circulo@127.0.0.1>"
    assert spanish["Reply-To"] == "tuvoz@andina.example"
    assert spanish["To"] == "Mercedes Aliaga 1 <c1@mail.example>"
    assert spanish["Subject"] == "Andina Telecom: ¿cómo lo estamos haciendo?"
    assert spanish["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/u/{invitation.unsubscribe_token}>" in spanish["List-Unsubscribe"]
    for body in (plain_of(spanish), html_of(spanish)):
        assert "Hola, Mercedes:" in body
        assert "¿Qué probabilidad hay de que recomiende Andina Telecom a un amigo o familiar?" in body
        assert re.findall(rf"/s/{invitation.token}\?score=(\d+)", body) == [str(n) for n in range(11)]
        assert "\ue000" not in body
    assert "Con quale probabilità consiglierebbe Andina Telecom" in plain_of(italian)
    assert plain_of(english).startswith("Hello,")
    programme.refresh_from_db()
    assert programme.state == Programme.State.RUNNING
    assert programme.counts == {"eligible": 3, "recipients": 3, "skipped": {}}
    assert set(Invitation.objects.values_list("state", flat=True)) == {Invitation.State.SENT}
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


def test_spanish_customers_are_addressed_as_the_company_chose(
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    inside.address_form = Address.TU
    inside.save()
    wave_to = customer(1)
    wave()
    send_everything()
    body = plain_of(smtp_server.to(wave_to.email)[0])
    assert "¿Qué probabilidad hay de que recomiendes Andina Telecom" in body
    assert "Toca un número" not in body  # the text twin speaks of its links
    assert "Abre el enlace de tu nota" in body
