"""The customer's own page: what they said, where it stands, what was written, and their word on it."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from closeloop.actions import add_note, log_call, resolve, send_reply
from closeloop.models import Case, CaseEvent, Outcome, RootCause
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry
from responses.models import Response
from tests.conftest import Cast


def address(response: Response) -> str:
    return f"/c/{response.loop_token}"


def cause() -> RootCause:
    return RootCause.objects.get_or_create(key="delivery", defaults={"name": "Delivery"})[0]


def test_an_answer_without_a_case_shows_what_was_said(client: Client, response: Response) -> None:
    page = client.get(address(response)).text
    assert "Three visits and nothing works." in page and "Correct my answer" in page
    assert "Is it solved?" not in page and "Write to tuvoz@andina.example" in page
    assert "/choices" in page and "/data" in page and "/privacy" in page


def test_the_customer_reads_our_words_and_none_of_our_notes(
    client: Client, response: Response, case: Case, cast: Cast
) -> None:
    add_note(case, text="He shouts a lot", by=cast.bruno)
    log_call(case, spoken=False, text="Nobody there", by=cast.bruno)
    send_reply(case, text="We come on Monday.\nBruno", by=cast.bruno)

    page = client.get(address(response)).text
    assert "We come on Monday." in page and "Bruno Salas" in page and "We have been in touch" in page
    assert "shouts" not in page and "Nobody there" not in page


def test_the_customers_message_lands_in_the_case(client: Client, response: Response, case: Case) -> None:
    empty = client.post(address(response), {"text": "  "})
    assert empty.status_code == 422 and "<title>Error:" in empty.text

    sent = client.post(address(response), {"text": "Monday is fine", "language": "en"})
    assert sent.status_code == 303
    event = case.events.get(kind=CaseEvent.Kind.CUSTOMER_REPLY)
    assert event.text == "Monday is fine"
    page = client.get(sent["Location"]).text
    assert "Your message has arrived." in page and "Monday is fine" in page


def test_solved_confirms_and_not_solved_opens_again(client: Client, response: Response, case: Case, cast: Cast) -> None:
    assert "Is it solved?" not in client.get(address(response)).text
    send_reply(case, text="Done.", by=cast.bruno)
    resolve(case, root_cause=cause(), outcome=Outcome.SOLVED, by=cast.bruno)
    assert "Is it solved?" in client.get(address(response)).text

    client.post(address(response), {"verdict": "yes"})
    case.refresh_from_db()
    assert case.state == Case.State.CONFIRMED and 'aria-pressed="true"' in client.get(address(response)).text
    client.post(address(response), {"verdict": "no"})
    case.refresh_from_db()
    assert case.state == Case.State.REOPENED and case.is_open
    assert client.post(address(response), {"verdict": "maybe"}).status_code == 422


def test_what_was_solved_without_a_word_owes_none(client: Client, response: Response, case: Case, cast: Cast) -> None:
    Case.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert "We are late" in client.get(address(response)).text
    case.refresh_from_db()
    resolve(case, root_cause=cause(), outcome=Outcome.SOLVED, by=cast.bruno)
    page = client.get(address(response)).text
    assert "We took care of it" in page and "We are late" not in page and "We get in touch" not in page


def test_what_was_sent_comes_back_in_the_language_it_was_read_in(
    client: Client, response: Response, case: Case
) -> None:
    told = client.post(address(response), {"text": "Y ahora?", "language": "es"})
    assert told["Location"].endswith("?done=message&language=es")
    assert "language" not in client.post(address(response), {"text": "x", "language": "e" * 9000})["Location"]


def test_a_correction_changes_the_answer_and_opens_no_second_case(
    client: Client, response: Response, case: Case
) -> None:
    assert client.post(address(response), {"comment": "no score"}).status_code == 422
    assert client.post(address(response), {"score": "5", "comment": "Better", "language": "es"}).status_code == 303
    response.refresh_from_db()
    assert (response.score, response.comment) == (5, "Better") and Case.objects.count() == 1
    assert '<html lang="es"' in client.get(address(response), {"language": "es"}).text

    Response.objects.update(answered_at=timezone.now() - timedelta(days=8))
    assert client.post(address(response), {"score": "9"}).status_code == 409


def test_looking_changes_nothing(client: Client, response: Response, case: Case) -> None:
    before = (CaseEvent.objects.count(), AuditEntry.objects.count(), Message.objects.count())
    assert client.get(address(response)).status_code == client.head(address(response)).status_code == 200
    assert (CaseEvent.objects.count(), AuditEntry.objects.count(), Message.objects.count()) == before
    case_now = Case.objects.get()
    assert case_now.updated_at == case.updated_at


def test_the_page_lives_for_ninety_days_after_the_last_word(client: Client, response: Response, case: Case) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    Response.objects.update(answered_at=long_ago)
    CaseEvent.objects.update(at=long_ago)
    assert client.get(address(response)).status_code == 410
    CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.REPLY, text="Still here")
    assert client.get(address(response)).status_code == 200


def test_an_erased_person_finds_nothing(client: Client, response: Response, mercedes: Customer) -> None:
    Customer.objects.filter(pk=mercedes.pk).update(erased_at=timezone.now(), name="", email="")
    assert client.get(address(response)).status_code == 410


def test_other_links_do_not_open_it(client: Client, response: Response, case: Case) -> None:
    survey_token = response.invitation.token if response.invitation else ""
    for token in (survey_token, "garbled", response.loop_token[:-2] + "xx"):
        assert client.get(f"/c/{token}").status_code == 404
