"""Choices, the copy of one's data and the erasure, from the customer's own page."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import add_note, resolve, send_reply
from closeloop.models import Case, DataRequest, RootCause
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry
from responses.models import Response
from tests.conftest import Cast


def address(response: Response, page: str = "") -> str:
    return f"/c/{response.loop_token}{page}"


def link_mailed(client: Client, response: Response, kind: str) -> str:
    """The second step, as it stands in the mail to the address on record."""
    assert client.post(address(response, "/data"), {"kind": kind}).status_code == 303
    message = Message.objects.filter(kind="own_data").latest("id")
    assert message.to_address == "mercedes@example.com"
    text = kind_of(message).render(message).text
    return "/d/" + text.split("/d/")[1][:44]


def test_each_purpose_is_said_no_to_and_taken_back_on_the_same_page(
    client: Client, response: Response, mercedes: Customer
) -> None:
    page = address(response, "/choices")
    assert page in client.get(address(response)).text
    client.post(page, {"purpose": "feedback", "wish": "no"})
    assert Suppression.objects.get().reason == "unsubscribed"
    assert "Receive surveys again" in client.get(page).text
    client.post(page, {"purpose": "feedback", "wish": "yes"})
    assert not Suppression.objects.exists()
    for wish, granted in (("yes", True), ("no", False), ("yes", True)):
        assert client.post(page, {"purpose": "offers", "wish": wish}).status_code == 303
        said = CustomerPermission.objects.filter(customer=mercedes, purpose="offers", channel="email").latest(
            "at", "pk"
        )
        assert (said.granted, said.source) == (granted, "customer page")
    assert client.post(page, {"purpose": "everything", "wish": "no"}).status_code == 422


def test_what_the_company_decided_is_not_lifted_by_a_link(
    client: Client, response: Response, mercedes: Customer
) -> None:
    Suppression.objects.create(address=mercedes.email, reason="bounced", customer=mercedes)
    client.post(address(response, "/choices"), {"purpose": "feedback", "wish": "yes"})
    assert Suppression.objects.get().reason == "bounced"


def test_the_wish_about_contact_moves_the_case(client: Client, response: Response, case: Case) -> None:
    page = address(response, "/choices")
    client.post(page, {"purpose": "contact", "wish": "no"})
    case.refresh_from_db()
    assert case.refuses_contact and case.due_at is None
    client.post(page, {"purpose": "contact", "wish": "yes"})
    client.post(page, {"purpose": "contact", "wish": "yes"})
    case.refresh_from_db()
    assert not case.refuses_contact and case.due_at is not None
    assert list(case.events.filter(kind="wish").values_list("data__contact", flat=True)) == [False, True]


def test_the_copy_holds_everything_and_none_of_our_notes(
    client: Client, response: Response, case: Case, cast: Cast
) -> None:
    add_note(case, text="He shouts a lot", by=cast.bruno)
    send_reply(case, text="We come on Monday.", by=cast.bruno)
    link = link_mailed(client, response, "copy")
    page = client.get(link)
    assert page.status_code == 200
    for said in ("Three visits and nothing works.", "We come on Monday.", "mercedes@example.com"):
        assert said in page.text
    assert "shouts" not in page.text
    data = json.loads(client.get(link, {"file": "json"}).content)
    assert data["answers"][0]["score"] == 2 and data["profile"][0]["email"] == "mercedes@example.com"
    assert {"profile", "invitations", "answers", "cases", "conversation", "messages"} <= data.keys()
    table = list(csv.reader(StringIO(client.get(link, {"file": "csv"}).content.decode("utf-8-sig"))))
    assert any("We come on Monday." in row for row in table) and "shouts" not in str(table) + json.dumps(data)
    assert AuditEntry.objects.filter(action="data_request.made").count() == 1


def test_the_page_alone_erases_nobody_and_the_mailed_link_does_after_a_second_word(
    client: Client, response: Response, case: Case, mercedes: Customer
) -> None:
    link = link_mailed(client, response, "erasure")
    assert client.get(link).status_code == client.head(link).status_code == 200
    mercedes.refresh_from_db()
    assert mercedes.erased_at is None, "a robot that follows the link erases nobody"
    assert "It is erased" in client.post(link).text
    mercedes.refresh_from_db()
    assert mercedes.erased_at is not None and mercedes.email == ""
    assert DataRequest.objects.get().done_at is not None
    assert AuditEntry.objects.filter(action="customer.erased", actor_label="customer").exists()
    assert client.post(link).status_code == client.get(address(response)).status_code == 410


def test_links_expire_and_nobody_asks_without_end(client: Client, response: Response, case: Case) -> None:
    link = link_mailed(client, response, "erasure")
    DataRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(link).status_code == client.post(link).status_code == 410
    for _time in range(2):
        assert client.post(address(response, "/data"), {"kind": "copy"}).status_code == 303
    refused = client.post(address(response, "/data"), {"kind": "copy"})
    assert refused.status_code == 409 and "tomorrow" in refused.text
    assert Message.objects.filter(kind="own_data").count() == 3
    assert client.post(address(response, "/data"), {"kind": "x"}).status_code == 422


def test_without_an_address_the_company_finds_out_who_asks(
    client: Client, response: Response, mercedes: Customer, cast: Cast
) -> None:
    Customer.objects.update(email="", phone="+34600000001")
    assert "We know no e-mail address" in client.get(address(response, "/data")).text
    client.post(address(response, "/data"), {"kind": "copy"})
    assert set(Message.objects.values_list("kind", "audience")) == {("data_request", "staff")}
    alicia = cast.sign_in(cast.alicia)
    assert "They wait for you" in alicia.get("/o/andina/data-requests/").text
    asked = DataRequest.objects.get()
    copied = alicia.post(f"/o/andina/data-requests/{asked.pk}/copy/")
    assert json.loads(copied.content)["answers"][0]["score"] == 2
    assert AuditEntry.objects.filter(action="customer.data_taken").exists()
    alicia.post(f"/o/andina/data-requests/{asked.pk}/done/")
    assert "They wait for you" not in alicia.get("/o/andina/data-requests/").text


@pytest.mark.parametrize("part", ["/choices", "/data"])
def test_looking_writes_nothing(client: Client, response: Response, case: Case, part: str) -> None:
    before = AuditEntry.objects.count(), Message.objects.count(), CustomerPermission.objects.count()
    assert client.get(address(response, part)).status_code == client.head(address(response, part)).status_code == 200
    assert (AuditEntry.objects.count(), Message.objects.count(), CustomerPermission.objects.count()) == before


def test_who_unsubscribed_by_mail_takes_it_back_on_the_same_page(client: Client, response: Response) -> None:
    assert response.invitation is not None
    page = f"/u/{response.invitation.unsubscribe_token}"
    assert "Receive surveys again" in client.post(page).text
    client.post(page, {"again": "1"})
    assert not Suppression.objects.exists() and "Receive surveys again" not in client.get(page).text


def test_a_resolved_case_is_in_the_copy_with_what_was_done(
    client: Client, response: Response, case: Case, cast: Cast
) -> None:
    cause = RootCause.objects.get_or_create(key="delivery", defaults={"name": "Delivery"})[0]
    resolve(case, root_cause=cause, outcome="solved", by=cast.bruno, text="Own fault", told="The node was replaced.")
    link = link_mailed(client, response, "copy")
    page = client.get(link).text
    assert "The node was replaced." in page and "Own fault" not in page
