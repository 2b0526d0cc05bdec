"""A first answer takes a short way through PostgreSQL: what it leaves behind is what the long way leaves."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nps_platform.customers.models import Account, Customer
from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization, Unit
from responses.actions import record_response
from responses.models import Response
from surveys.models import Invitation, Stage, Survey, Touchpoint
from tests.conftest import Cast

SAID = {"score": 6, "comment": "100 % «¿así?» \\ 'quoted'", "wants_contact": True, "language": "es"}


def left_behind(invitation: Invitation) -> dict[str, Any]:
    """Everything written for one answer, without what tells two rows apart."""
    invitation.refresh_from_db()
    response = Response.objects.get(invitation=invitation)
    assert response.answered_at == invitation.answered_at and response.recorded_at >= response.answered_at
    row = model_to_dict(response, exclude=["id", "invitation", "customer", "answered_at"])
    messages = Message.objects.filter(source_id=invitation.pk).values_list("kind", "state")
    return {**row, "organization": response.organization_id, "invitation": invitation.state, "mail": sorted(messages)}


def asked(like: Invitation, customer: Customer) -> Invitation:
    """Somebody else, asked the same and still owed a reminder."""
    invitation = Invitation.objects.create(
        programme=like.programme,
        survey=like.survey,
        version=like.version,
        customer=customer,
        language=like.language,
        state="sent",
    )
    for kind, state in (("invitation", "sent"), ("reminder", "queued"), ("alert", "queued")):
        Message.objects.create(kind=kind, state=state, source_id=invitation.pk, to_address=f"{customer.pk}@example.com")
    return invitation


@pytest.mark.parametrize("named", ["by the survey and the customer", "by the touchpoint and the account"])
def test_the_page_leaves_what_the_action_leaves(
    client: Client, inside: Organization, invitation: Invitation, named: str
) -> None:
    support, billing = Stage.objects.create(name="Support"), Stage.objects.create(name="Billing")
    touchpoint = Touchpoint.objects.create(stage=support, name="Call centre")
    north, south = (Unit.objects.create(name=name, code=name[0]) for name in ("North", "South"))
    acme = Account.objects.create(external_id="A-1", name="Acme", unit=north)
    own = named.startswith("by the survey")
    Survey.objects.update(touchpoint=touchpoint, stage=billing if own else None)
    people = [Customer.objects.create(external_id=n, account=acme, unit=south if own else None) for n in ("P1", "P2")]
    by_page, by_action = (asked(invitation, customer) for customer in people)

    posted = {"score": "6", "comment": SAID["comment"], "contact_asked": "dpr", "contact": "1", "language": "es"}
    assert client.post(f"/s/{by_page.token}", posted)["Location"].endswith("/thanks?language=es")
    record_response(Invitation.objects.get(pk=by_action.pk), **SAID)  # type: ignore[arg-type]

    kept = left_behind(by_page)
    assert kept == left_behind(by_action)
    assert (kept["stage"], kept["unit"]) == ((billing.pk, south.pk) if own else (support.pk, north.pk))
    assert kept["mail"] == [("alert", "queued"), ("invitation", "sent"), ("reminder", "cancelled")]


def test_what_is_not_open_takes_no_answer(client: Client, cast: Cast, invitation: Invitation) -> None:
    foreign = make_token(Door.SURVEY, cast.other.pk, invitation.pk)
    assert client.post(f"/s/{foreign}", {"score": "9"}).status_code == 404
    Invitation.objects.update(state=Invitation.State.SKIPPED)
    assert client.post(f"/s/{invitation.token}", {"score": "9"}).status_code == 404
    Invitation.objects.update(state=Invitation.State.SENT)
    Customer.objects.update(erased_at=timezone.now())
    assert client.post(f"/s/{invitation.token}", {"score": "9"}).status_code == 410
    assert not Response.objects.exists()
    invitation.refresh_from_db()
    assert invitation.answered_at is None and invitation.state == Invitation.State.SENT


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's")
def test_a_first_answer_is_one_statement(client: Client, invitation: Invitation) -> None:
    with CaptureQueriesContext(connection) as statements:
        assert client.post(f"/s/{invitation.token}", {"score": "3"}).status_code == 303
    assert len(statements) == 1
