"""The way out of surveys: looking changes nothing, one click ends them, nobody needs a login."""

from __future__ import annotations

import pytest
from django.test import Client

from nps_platform.customers.models import Suppression
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from surveys.models import Invitation
from tests.surveys.waves import customer, wave


def test_looking_at_the_page_changes_nothing(inside: Organization, client: Client) -> None:
    customer(1)
    wave()
    page = client.get(f"/u/{Invitation.objects.get().unsubscribe_token}")
    assert page.status_code == 200
    assert "No recibir más encuestas" in page.text
    assert "c…@mail.example" in page.text and "c1@mail.example" not in page.text
    assert not Suppression.objects.exists() and not page.cookies


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_ends_the_surveys_and_takes_back_what_waits(
    inside: Organization, client: Client, body: dict[str, str]
) -> None:
    person = customer(1, language="it")
    wave()
    wave(name="another", quarantine_days=0)
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(f"/u/{Invitation.objects.first().unsubscribe_token}", body)
    assert page.status_code == 200
    assert "Fatto: non riceverà più sondaggi" in page.text
    suppression = Suppression.objects.get()
    assert (suppression.address, suppression.reason, suppression.customer) == (person.email, "unsubscribed", person)
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.CANCELLED}
    assert wave(name="third", quarantine_days=0).counts["skipped"] == {"unsubscribed": 1}
    assert AuditEntry.objects.get(action="customer.suppressed").actor_label == "customer"
    again = strict.post(f"/u/{Invitation.objects.first().unsubscribe_token}")
    assert again.status_code == 200 and Suppression.objects.count() == 1


def test_a_token_of_another_door_or_organisation_opens_nothing(inside: Organization, client: Client) -> None:
    customer(1)
    wave()
    invitation = Invitation.objects.get()
    for token in (invitation.token, make_token(Door.UNSUBSCRIBE, inside.pk + 1, invitation.pk), "x" * 44):
        assert client.post(f"/u/{token}").status_code == 404
    assert not Suppression.objects.exists()
