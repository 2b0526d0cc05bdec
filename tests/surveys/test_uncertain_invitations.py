"""A mail that may have left: its person counts as asked, can answer, is reminded, and gets it again only if a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from nps_platform.messaging.actions import resend
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import claim_batch, recover
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys.actions import close, simulate
from surveys.actions.reminding import remind
from surveys.models import Invitation, Programme, SkipReason, Survey
from tests.messaging.mail_server import CUT_ONCE, MailServer
from tests.surveys.waves import customer, draft_wave, published, send_everything, wave

UNSURE, SURE = "cunsure@mail.example", "csure@mail.example"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        server.receive(settings)
        yield server


@pytest.fixture
def asked(inside: Organization, server: MailServer) -> tuple[Programme, Invitation]:
    """Two people were asked; of one the server took the mail and went away without a word."""
    customer("unsure")
    customer("sure")
    server.answers = {("CONTENT", UNSURE): CUT_ONCE}
    programme = wave(reminders=[5])
    send_everything()
    assert dict(Message.objects.values_list("to_address", "state")) == {UNSURE: "ambiguous", SURE: "sent"}
    return programme, Invitation.objects.get(customer__email=UNSURE)


def received(server: MailServer) -> list[str]:
    return sorted(recipient for recipient, _content in server.kept)


def test_they_count_as_asked_and_nothing_is_sent_again_by_itself(
    asked: tuple[Programme, Invitation], server: MailServer
) -> None:
    programme, invitation = asked
    assert invitation.state == Invitation.State.SENT and invitation.sent_at
    send_everything()
    assert received(server) == [SURE, UNSURE]
    survey: Survey = programme.survey
    assert simulate(draft_wave(survey)).skipped == {SkipReason.OPEN_INVITATION: 2}
    close(programme, by=None)
    assert simulate(draft_wave(survey)).skipped == {SkipReason.QUARANTINED: 2}


def test_their_link_works_and_an_answer_ends_it(asked: tuple[Programme, Invitation], server: MailServer) -> None:
    _programme, invitation = asked
    door = f"/s/{invitation.token}"
    assert Client().get(door).status_code == 200
    assert Client().post(door, {"score": "9"}).status_code == 303
    assert Response.objects.get().invitation_id == invitation.pk
    message = Message.objects.get(to_address=UNSURE)
    resend(message, by=None)
    send_everything()
    assert received(server) == [SURE, UNSURE]  # nobody is asked what they have answered


def test_they_are_reminded_as_everybody_else(asked: tuple[Programme, Invitation], server: MailServer) -> None:
    programme, _invitation = asked
    assert remind(programme, timezone.now()) == 0
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=6))
    assert remind(programme, timezone.now()) == 2
    send_everything()
    assert received(server) == [SURE, SURE, UNSURE, UNSURE]


def test_a_person_may_send_it_again(asked: tuple[Programme, Invitation], server: MailServer) -> None:
    _programme, invitation = asked
    resend(Message.objects.get(to_address=UNSURE), by=None)
    send_everything()
    assert received(server) == [SURE, UNSURE, UNSURE]
    assert Message.objects.get(to_address=UNSURE).state == Message.State.SENT
    assert Invitation.objects.get(pk=invitation.pk).sent_at == invitation.sent_at  # asked when it may first have left


def test_a_dead_worker_leaves_the_same(inside: Organization) -> None:
    customer("unsure")
    wave(published())
    claim_batch("dead", 10)
    Message.objects.update(state=Message.State.SENDING, claimed_at=timezone.now() - timedelta(minutes=2))
    assert recover(timezone.now()) == 1
    assert Message.objects.get().state == Message.State.AMBIGUOUS
    assert Invitation.objects.get().state == Invitation.State.SENT
