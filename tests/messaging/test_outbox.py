"""The outbox: everything that leaves, found again, seen as it looked; links of customers only where no mail leaves."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from nps_platform.customers.models import Customer
from nps_platform.messaging import outbox
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import send_batch
from nps_platform.tenancy.models import Organization
from surveys.models import Invitation
from tests.conftest import Cast
from tests.messaging.letters import LetterBook, letters  # noqa: F401
from tests.smtp import Collected, smtp_server  # noqa: F401
from tests.surveys.waves import customer, send_everything, wave

HERE = "/o/andina/outbox/"


def test_messages_are_found_by_state_kind_and_address_page_by_page(
    cast: Cast,
    inside: Organization,
    letters: LetterBook,  # noqa: F811
) -> None:
    alicia = cast.sign_in(cast.alicia)
    assert "Nothing has left yet" in alicia.get(HERE).text
    letters.owe(*(f"c{n:03}@mail.example" for n in range(60)))
    send_batch(5)
    first = alicia.get(HERE)
    assert first.text.count("data-key-row") == 50
    second = alicia.get(first.context["next_url"])
    assert second.text.count("data-key-row") == 10
    assert alicia.get(f"{HERE}?show=sent").text.count("data-key-row") == 5
    assert alicia.get(f"{HERE}?show=waiting&to=C01").text.count("data-key-row") == 10
    assert "No message matches" in alicia.get(f"{HERE}?kind=letter&to=nobody").text
    assert alicia.get(f"{HERE}?show=x&kind=y&before=z").text.count("data-key-row") == 50


def test_a_name_finds_a_customer_s_mails_however_old_and_anybody_s_recent_ones(
    cast: Cast,
    inside: Organization,
    letters: LetterBook,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elias = Customer.objects.create(name="Elías Núñez", email="elias@mail.example")
    letters.owe("old@mail.example", customer=elias, to_name="Elías Núñez")
    letters.owe("planta@mail.example", to_name="Iñaki, planta")
    letters.owe("luz@mail.example", to_name="Luz")
    monkeypatch.setattr(outbox, "SEARCHED", 2)

    def found(asked: str) -> list[str]:
        return [row.to_address for row in cast.sign_in(cast.alicia).get(HERE, {"to": asked}).context["rows"]]

    assert found("ELIAS nuñez") == ["old@mail.example"]
    assert found("inaki") == ["planta@mail.example"] and found("LUZ@") == ["luz@mail.example"]
    assert found("old@") == [], "who is no customer of that address is looked for among the newest"


def test_a_mail_is_seen_as_it_looked_with_its_links_only_where_no_mail_leaves(
    cast: Cast,
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
    settings: Settings,
) -> None:
    alicia = cast.sign_in(cast.alicia)
    person = customer(1)
    wave()
    send_everything()
    token = Invitation.objects.get().token
    message = Message.objects.get()
    page = alicia.get(f"{HERE}{message.pk}/").text
    assert "Hola, Mercedes:" in page and "¿Qué probabilidad hay" in page
    assert token not in page  # nobody inside answers in a customer's name
    settings.EMAIL_URL = ""
    assert token in alicia.get(f"{HERE}{message.pk}/").text
    person.delete()
    assert "be shown any more" in alicia.get(f"{HERE}{message.pk}/").text


def test_a_person_decides_whether_an_uncertain_mail_goes_out_again(
    cast: Cast,
    inside: Organization,
    letters: LetterBook,  # noqa: F811
) -> None:
    alicia = cast.sign_in(cast.alicia)
    (message,) = letters.owe("a@mail.example")
    Message.objects.update(state=Message.State.AMBIGUOUS)
    assert "It is uncertain whether this left." in alicia.get(f"{HERE}{message.pk}/").text
    alicia.post(f"{HERE}{message.pk}/resend/")
    send_batch()
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    assert "can be sent again" in alicia.post(f"{HERE}{message.pk}/resend/", follow=True).text
    assert cast.sign_in(cast.bruno).post(f"{HERE}{message.pk}/resend/").status_code == 403
    assert cast.sign_in(cast.carla).get(f"/o/otra/outbox/{message.pk}/").status_code == 404
