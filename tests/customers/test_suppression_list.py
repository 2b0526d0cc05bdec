"""The suppression list: added by hand and by file, exported, and taken off with the care that each reason asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nps_platform.customers.actions import erase_customer, suppress
from nps_platform.customers.models import Customer, Suppression
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

HERE = "/o/andina/deliverability/suppressions/"
Reason = Suppression.Reason


@pytest.fixture
def alicia(cast: Cast, inside: Organization) -> Client:
    return cast.sign_in(cast.alicia)


def listed() -> dict[str, str]:
    return dict(Suppression.objects.values_list("address", "reason"))


def send(alicia: Client, text: str | bytes, reason: str = "suppressed", name: str = "list.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return alicia.post(f"{HERE}import/", {"file": SimpleUploadedFile(name, content), "reason": reason, "note": "CRM"})


def test_an_address_is_added_by_hand_and_found_again(alicia: Client) -> None:
    assert "Nobody is on the list" in alicia.get(HERE).text
    assert alicia.post(f"{HERE}new/", {"address": "no address", "reason": "suppressed"}).status_code == 422
    assert alicia.post(f"{HERE}new/", {"address": "a@b.example", "reason": "erased"}).status_code == 422
    alicia.post(f"{HERE}new/", {"address": "Ana@Mail.example", "reason": "suppressed", "note": "Asked by telephone"})
    page = alicia.get(f"{HERE}?q=ana&reason=suppressed").text
    assert "ana@mail.example" in page and "Asked by telephone" in page and "Suppressed by us" in page
    assert "No address fits" in alicia.get(f"{HERE}?q=eva").text


def test_the_list_is_read_a_page_at_a_time(alicia: Client) -> None:
    Suppression.objects.bulk_create(Suppression(address=f"a{n:03}@mail.example", reason="bounced") for n in range(120))
    shown, url = [], HERE
    while url:
        page = alicia.get(url).context["page"]
        shown += [row.address for row in page.rows]
        url = f"{HERE}{page.next_url}" if page.next_url else ""
    assert shown == [f"a{n:03}@mail.example" for n in reversed(range(120))]


def test_the_list_stands_by_the_date_that_it_shows(alicia: Client) -> None:
    now = timezone.now()
    days = {f"a{n:03}@mail.example": n * 7 % 40 for n in range(120)}  # three of each day
    Suppression.objects.bulk_create(
        Suppression(address=address, reason="bounced", at=now - timedelta(days=ago)) for address, ago in days.items()
    )
    first, url = alicia.get(HERE).context["page"], HERE
    shown: list[str] = []
    while url:
        page = alicia.get(url).context["page"]
        shown += [row.address for row in page.rows]
        url = f"{HERE}{page.next_url}" if page.next_url else ""
    assert [days[address] for address in shown] == sorted(days.values()) and len(set(shown)) == 120
    back = alicia.get(HERE + alicia.get(HERE + first.next_url).context["page"].previous_url).context["page"]
    assert back.rows == first.rows
    for odd in ("7", "2026-01-01~", "x~7", "2026-01-01T00:00:00~7", "%00", "0001-01-01T00:00:00%2B23:00~1"):
        assert alicia.get(f"{HERE}?after={odd}").status_code in (200, 400), odd


@pytest.mark.parametrize(
    "text",
    [
        "ana@mail.example\nEva@Mail.example\n",
        "email\nana@mail.example\neva@mail.example\n",
        "Nombre;Correo;Alta\nAna;ana@mail.example;2024\nEva;eva@mail.example;2025\n",
        "name,mail\r\nAna,ana@mail.example\r\nEva,EVA@mail.example\r\nEva,eva@mail.example\r\n",
    ],
)
def test_a_file_of_addresses_is_read_however_it_is_written(alicia: Client, text: str) -> None:
    customer = Customer.objects.create(external_id="E", email="Eva@mail.example")
    assert send(alicia, text, "unsubscribed").status_code == 200
    assert listed() == {"ana@mail.example": Reason.UNSUBSCRIBED, "eva@mail.example": Reason.UNSUBSCRIBED}
    assert Suppression.objects.get(address="eva@mail.example").customer == customer


def test_an_import_says_what_it_did_and_weakens_nothing(alicia: Client) -> None:
    suppress("ana@mail.example", reason=Reason.UNSUBSCRIBED)
    suppress("eva@mail.example", reason=Reason.SUPPRESSED)
    page = send(alicia, "email\nana@mail.example\neva@mail.example\nleo@mail.example\nnot one\n\n", "bounced")
    told = page.context["told"]
    assert (told.new, told.stronger, told.known, page.context["read"].refused) == (1, 1, 1, [(5, "not one")])
    assert "not one" in page.text
    assert listed() == {
        "ana@mail.example": "unsubscribed",
        "eva@mail.example": "bounced",
        "leo@mail.example": "bounced",
    }
    entry = AuditEntry.objects.get(action="suppressions.imported")
    assert entry.data == {"channel": "email", "reason": "bounced", "new": 1, "stronger": 1}
    again = send(alicia, "ana@mail.example\nleo@mail.example\n", "bounced").context["told"]
    assert (again.new, again.stronger, again.known) == (0, 0, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04" + b"x" * 80, "Excel workbook"), (b"", "empty"), (b"name\nAna\nEva\n", "no such address")],
)
def test_a_file_that_is_no_list_is_refused_in_words(alicia: Client, content: bytes, words: str) -> None:
    answer = send(alicia, content)
    assert answer.status_code == 422 and words in answer.text
    assert listed() == {}


def test_the_export_is_read_back_by_the_import(alicia: Client, cast: Cast) -> None:
    suppress("ana@mail.example", reason=Reason.COMPLAINED, note="=cmd()")
    erased = Customer.objects.create(external_id="X", email="gone@mail.example")
    erase_customer(erased, by=None)
    answer = alicia.get("/o/andina/deliverability/suppressions.csv")
    content = b"".join(getattr(answer, "streaming_content"))  # noqa: B009
    assert b"ana@mail.example,email,complained," in content and b"'=cmd()" in content
    assert b"gone" not in content and b"sha256" not in content
    Suppression.objects.all().delete()
    assert send(alicia, content).context["told"].new == 1
    assert listed() == {"ana@mail.example": "suppressed"}


def test_a_do_not_call_list_is_read_as_its_country_writes_numbers(alicia: Client) -> None:
    customer = Customer.objects.create(external_id="E", phone="600 123 456", dialled="+34600123456")
    text = "nombre;teléfono\nEva;600 123 456\nEva;+34 600-123-456\nOficina;91 523 00 00\nNadie;12\n"
    answer = alicia.post(
        f"{HERE}import/",
        {
            "file": SimpleUploadedFile("robinson.csv", text.encode()),
            "channel": "phone",
            "country": "ES",
            "reason": "suppressed",
        },
    )
    assert (answer.context["told"].new, answer.context["read"].refused) == (2, [(5, "12")])
    rows = Suppression.objects.order_by("address").values_list("channel", "address", "customer")
    assert list(rows) == [("phone", "+34600123456", customer.pk), ("phone", "+34915230000", None)]
    # A landline takes no texts.
    texts = {"file": SimpleUploadedFile("no.csv", b"91 523 00 00\n"), "channel": "sms", "reason": "suppressed"}
    assert alicia.post(f"{HERE}import/", texts).status_code == 422
    content = b"".join(getattr(alicia.get("/o/andina/deliverability/suppressions.csv"), "streaming_content"))  # noqa: B009
    assert b"+34915230000,phone,suppressed," in content


def test_what_they_said_themselves_is_lifted_only_with_their_word(alicia: Client) -> None:
    customer = Customer.objects.create(external_id="A", email="ana@mail.example")
    row = suppress("ana@mail.example", reason=Reason.UNSUBSCRIBED)
    there = f"{HERE}{row.pk}/remove/"
    assert "This person unsubscribed." in alicia.get(there).text
    assert alicia.post(there).status_code == 422
    # The customer's own page leads to the same question.
    lifted = alicia.post(f"/o/andina/customers/{customer.pk}/suppressions/{row.pk}/lift/")
    assert lifted["Location"] == there
    assert listed() == {"ana@mail.example": Reason.UNSUBSCRIBED}
    alicia.post(there, {"confirmed": "on"})
    assert listed() == {}
    assert AuditEntry.objects.filter(action="customer.suppression_lifted").count() == 1


def test_a_bounce_is_lifted_by_one_click_and_an_erased_person_never(alicia: Client, cast: Cast) -> None:
    row = suppress("ana@mail.example", reason=Reason.BOUNCED)
    alicia.post(f"{HERE}{row.pk}/remove/")
    assert listed() == {}
    erase_customer(Customer.objects.create(external_id="X", email="gone@mail.example"), by=None)
    erased = Suppression.objects.get()
    page = alicia.get(HERE).text
    assert "An erased person" in page and "sha256" not in page
    assert alicia.post(f"{HERE}{erased.pk}/remove/", {"confirmed": "on"}).status_code == 403
    assert Suppression.objects.count() == 1
    assert cast.sign_in(cast.bruno).get(HERE).status_code == 403
    assert cast.sign_in(cast.carla).post(f"/o/otra/deliverability/suppressions/{erased.pk}/remove/").status_code == 404


def test_a_number_is_neither_called_nor_texted_any_more(cast: Cast) -> None:
    client = cast.sign_in(cast.alicia)
    said = {"address": "+34 600 123 456", "reason": "suppressed", "note": ""}
    assert client.post("/o/andina/deliverability/suppressions/new/", said).status_code == 302
    with entered(cast.organization):
        assert set(Suppression.objects.values_list("channel", "address")) == {
            ("phone", "+34600123456"),
            ("sms", "+34600123456"),
            ("whatsapp", "+34600123456"),
        }
    refused = client.post("/o/andina/deliverability/suppressions/new/", said | {"address": "600"})
    assert refused.status_code == 422
