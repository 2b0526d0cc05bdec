"""An answer that nobody asked for becomes a case like any other, is answered where the visitor said so, and is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import models

from closeloop.actions import add_note, customer_reply, follow_up, forward_case, send_reply
from closeloop.kinds import render_alert
from closeloop.models import AlertRule, Case
from closeloop.reach import reply_address
from closeloop.refusals import ContactRefused, Unreachable
from dashboards.redaction import MASK
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import tenant_models
from responses.collecting import Visitor, record_visit
from surveys.actions import create_collector
from surveys.models import Collector, Survey
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api

INBOX = "/o/andina/inbox/"
ANA = Visitor("Ana Solís", "ana@correo.example", "T3-0042")


@pytest.fixture
def till(survey: Survey, started: Organization) -> Collector:
    return create_collector(kind="link", name="Caja 3", survey=survey, receipt="optional", by=None)


def opened(place: Collector, visitor: Visitor = ANA, *, wants: bool | None = True, comment: str = "La cola.") -> Case:
    response, _new = record_visit(place, score=2, comment=comment, visitor=visitor, wants_contact=wants, language="es")
    follow_up(response.pk)  # once more than on commit: it does nothing twice
    return Case.objects.get(response=response)


def test_the_inbox_shows_and_finds_the_visitor_the_place_and_the_receipt(cast: Cast, till: Collector) -> None:
    case = opened(till)
    bruno = cast.sign_in(cast.bruno)
    page = bruno.get(f"{INBOX}{case.number}/").content.decode()
    for shown in ("Ana Solís", "ana@correo.example", "Caja 3", "T3-0042"):
        assert shown in page
    assert "/customers/" not in page.split('class="pane-head', 1)[1].split("</header>", 1)[0]
    for words in ("ana solis", "ANA@correo", "t3-0042"):
        assert "Ana Solís" in bruno.get(INBOX, {"q": words}).content.decode()
    assert "Ana Solís" not in bruno.get(INBOX, {"q": "bertha"}).content.decode()


def test_a_reply_goes_where_the_visitor_said(cast: Cast, till: Collector) -> None:
    case = opened(till)
    event = send_reply(case, text="Lo sentimos.", by=cast.bruno)
    assert event.message
    assert (event.message.to_address, event.message.to_name, event.message.customer) == (
        "ana@correo.example",
        "Ana Solís",
        None,
    )
    assert event.message.language == "es"


def test_who_left_a_number_is_called_and_who_left_nothing_is_not_said_to_be_erased(cast: Cast, till: Collector) -> None:
    by_phone = opened(till, Visitor("", "+51 987 654 321"))
    with pytest.raises(Unreachable) as why:
        reply_address(by_phone)
    assert "left no e-mail" in str(why.value.message)
    assert "+51 987 654 321" in cast.sign_in(cast.bruno).get(f"{INBOX}{by_phone.number}/").content.decode()
    nobody = opened(till, Visitor(), wants=None)
    assert nobody.who == "A visitor"
    with pytest.raises(ContactRefused):
        reply_address(opened(till, Visitor(), wants=False))


def test_the_alert_names_visitor_place_and_receipt(cast: Cast, till: Collector) -> None:
    AlertRule.objects.update(sends_alert=True)
    case = opened(till)
    mail = render_alert(Message.objects.get(kind="alert", source_id=case.response_id))
    assert mail.subject == "2 of 10 from Ana Solís"
    assert "Caja 3" in mail.text and "receipt T3-0042" in mail.text


def test_comments_name_visitors_only_to_those_who_may_know(cast: Cast, till: Collector) -> None:
    for n in range(6):
        opened(till, Visitor("Ana Solís", f"ana{n}@correo.example"), comment=f"Soy Ana Solís, ana{n}@correo.example")
    pages = ("/o/andina/comments/", "/o/andina/comments/comments.csv")
    read = lambda role, page: cast.sign_in(role).get(page).content.decode()  # noqa: E731
    assert "Ana Solís" in read(cast.alicia, pages[0]) and "Caja 3" in read(cast.alicia, pages[0])
    for role in (Role.EXECUTIVE, Role.FINANCE, Role.COLLABORATOR):
        seen = read(cast.member(role), pages[0])
        assert "Solís" not in seen and "correo.example" not in seen and MASK in seen


def test_a_guest_sees_of_a_visitor_what_was_not_hidden(cast: Cast, till: Collector) -> None:
    case = opened(till)
    client = cast.sign_in(cast.bruno)
    shown = forward_case(case, email="taller@otra.example", text="?", hidden_fields=[], by=cast.bruno)
    hidden = forward_case(case, email="taller@otra.example", text="?", hidden_fields=["name", "contact"], by=cast.bruno)
    assert "ana@correo.example" in client.get(f"/f/{shown.token}").content.decode()
    page = client.get(f"/f/{hidden.token}").content.decode()
    assert "ana@correo.example" not in page and "Ana Solís" not in page


def test_the_api_gives_visitors_places_and_receipts(cast: Cast, till: Collector) -> None:
    case = opened(till)
    api = Api(make_api_key(cast.organization, name="test", by=None))
    (one,) = api.get("responses", collector=till.pk)[1]["results"]
    told = (one["collector"], one["receipt"], one["visitor_name"], one["visitor_address"], one["customer"])
    assert told == (till.pk, "T3-0042", "Ana Solís", "ana@correo.example", None)
    assert api.get("responses", collector=till.pk + 1)[1]["results"] == []
    assert api.get("responses", collector="x")[0] == 400
    found = api.get(f"cases/{case.pk}")[1]
    assert (found["visitor_name"], found["visitor_address"]) == ("Ana Solís", "ana@correo.example")


def _texts() -> Iterator[str]:
    for model in tenant_models():
        kept = [f.name for f in model._meta.get_fields() if isinstance(f, models.CharField | models.TextField)]
        for row in model.objects.values(*kept):
            yield from (f"{model._meta.label}: {value}" for value in row.values() if value)


def _left() -> list[str]:
    return [text for text in _texts() if "ana" in text.lower().split() or "solís" in text.lower() or "ana@" in text]


@pytest.mark.parametrize("way", ["page", "customer"])
def test_a_visitor_is_forgotten_everywhere(cast: Cast, till: Collector, way: str) -> None:
    case = opened(till, comment="Soy Ana Solís.")
    send_reply(case, text="Hola, Ana Solís.", by=cast.bruno)
    customer_reply(case, text="Gracias. Ana Solís")
    add_note(case, text="Llamar a Ana Solís", by=cast.bruno)
    assert _left()
    if way == "page":
        alicia, page = cast.sign_in(cast.alicia), "/o/andina/collectors/erase/"
        assert "ana@correo.example" in alicia.get(page, {"answer": case.response_id}).content.decode()
        assert alicia.post(page, {"address": "nobody@correo.example"}).status_code == 422
        answer = alicia.post(page, {"address": "ANA@correo.example"}, follow=True)
        assert "1 answer no longer leads to anybody." in answer.content.decode()
        assert AuditEntry.objects.filter(action="visitor.erased", data={"answers": 1}).exists()
    else:  # the same address belongs to a customer, who is erased
        customer = Customer.objects.create(external_id="C9", name="Otro Nombre", email="ana@correo.example")
        erase_customer(customer, by=cast.alicia)
    assert _left() == []
    case.response.refresh_from_db()
    assert (case.response.score, case.response.collector) == (2, till)
