"""Who comes back to their link changes the further answers as they can the score: for seven days, with what they were kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import CaseEvent
from closeloop.starters import give_starters
from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.tenancy.models import Organization
from responses.actions import mark_contacted
from responses.models import Response, ScoreChange
from surveys.models import Invitation
from tests.conftest import Cast
from tests.responses.test_further_questions import asked, given, link
from tests.surveys.test_asking_api import Api, api

__all__ = ["api", "asked"]

FIRST = {
    "score": "3",
    "asked": "1",
    "comment": "Slow",
    "q-ease": "2",
    "q-why": "bill",
    "q-ways": ["web"],
    "q-range": "4",
}


@pytest.fixture
def answered(client: Client, asked: Invitation) -> Response:
    """A detractor whose answer brought up a question about the bill."""
    onwards = client.post(link(asked), FIRST)
    client.post(onwards["Location"], {"q-bill": "A charge"})
    assert given() == {"ease": 2, "why": "bill", "ways": ["web"], "range": 4, "bill": "A charge"}
    return Response.objects.get()


def pages(response: Response) -> list[str]:
    """The thank-you page and the customer's own; both take corrections."""
    assert response.invitation
    return [link(response.invitation), f"/c/{response.loop_token}"]


def form_of(page: str) -> dict[str, Any]:
    """What the correction's form would send as it stands."""
    body = page[page.index("<details") : page.index("</details>")]
    sent: dict[str, Any] = {"asked": re.findall(r'name="asked" value="([^"]*)"', body)}
    for name, value in re.findall(
        r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]*)"[^>]* checked', body
    ):
        sent.setdefault(name, []).append(value)
    for name, words in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', body):
        sent[name] = words
    return sent


@pytest.mark.parametrize("door", [0, 1])
def test_everything_that_was_said_can_be_changed_and_is_kept(client: Client, answered: Response, door: int) -> None:
    page = pages(answered)[door]
    shown = client.get(page).text
    assert "What is unclear on the bill?" in shown and "A charge" in shown
    sent = form_of(shown)
    assert sent["score"] == ["3"] and sent["q-ways"] == ["web"] and sent["q-bill"] == "A charge"
    assert client.post(page, sent).status_code == 303
    assert not ScoreChange.objects.exists(), "the same again is no correction"

    assert (
        client.post(page, sent | {"q-ease": "5", "q-ways": ["shop", "web"], "q-bill": "Two charges"}).status_code == 303
    )
    assert given() == {"ease": 5, "why": "bill", "ways": ["web", "shop"], "range": 4, "bill": "Two charges"}
    change = ScoreChange.objects.get()
    assert (change.kind, change.score, change.comment) == ("correction", 3, "Slow")
    assert change.answers == {"ease": 2, "why": "bill", "ways": ["web"], "range": 4, "bill": "A charge"}
    answered.refresh_from_db()
    assert answered.corrected_at and (answered.score, answered.comment) == (3, "Slow")

    client.post(page, form_of(client.get(page).text) | {"q-ways": [], "q-bill": ""})
    assert given() == {"ease": 5, "why": "bill", "range": 4}, "what is taken back goes"


@pytest.mark.parametrize("door", [0, 1])
def test_what_no_longer_fits_goes_and_what_is_brought_up_anew_is_asked(
    client: Client, answered: Response, door: int
) -> None:
    page = pages(answered)[door]
    client.post(page, form_of(client.get(page).text) | {"score": "9", "q-why": "price"})
    assert given() == {"ease": 2, "why": "price", "range": 4}, "ways are asked of detractors, the bill after its choice"
    onwards = client.post(page, form_of(client.get(page).text) | {"q-range": "1"})
    assert "/more" in onwards["Location"] and "How clear is it now?" in client.get(onwards["Location"]).text
    client.post(onwards["Location"], {"q-deeper": "2"})
    assert given() == {"ease": 2, "why": "price", "range": 1, "deeper": 2}


def test_a_missing_answer_is_asked_for_where_it_is(client: Client, answered: Response) -> None:
    for page in pages(answered):
        sent = form_of(client.get(page).text)
        del sent["q-why"]
        refused = client.post(page, sent | {"q-ease": "7"})
        assert refused.status_code == 422 and 'id="e-q-why"' in refused.text
        assert re.search(r'name="q-ease" value="7"[^>]* checked', refused.text), "what was chosen is kept"
    assert given()["ease"] == 2


def test_the_days_for_it_end_as_the_scores_do(client: Client, answered: Response) -> None:
    Response.objects.update(answered_at=timezone.now() - timedelta(days=8))
    for page in pages(answered):
        late = client.post(page, FIRST | {"q-ease": "7"})
        assert late.status_code == 409 and "stays as it was" in late.text
    assert given()["ease"] == 2 and not ScoreChange.objects.exists()


def test_after_contact_the_first_answers_stay(client: Client, answered: Response) -> None:
    mark_contacted(answered, timezone.now())
    for page, score in zip(pages(answered), ("8", "9"), strict=True):
        assert "q-ease" not in client.get(page).text, "a new score is given beside, questions are not asked again"
        client.post(page, FIRST | {"score": score, "q-ease": "7"})
    assert given()["ease"] == 2
    assert list(ScoreChange.objects.values_list("score", "answers")) == [(8, {}), (9, {})]


def test_a_case_says_that_words_were_corrected(inside: Organization, client: Client, answered: Response) -> None:
    give_starters(inside)
    follow_up(answered.pk)
    client.post(pages(answered)[0], FIRST | {"asked": ["1", "bill"], "q-bill": "Another"})
    assert Response.objects.get().followed_up_at is None, "owed again"
    follow_up(answered.pk)
    event = CaseEvent.objects.get(kind=CaseEvent.Kind.CORRECTED)
    assert event.data["before"] == event.data["after"] == 3


def test_readers_see_the_history_and_erasing_takes_it(client: Client, cast: Cast, answered: Response, api: Api) -> None:
    client.post(pages(answered)[0], FIRST | {"asked": ["1", "bill"], "q-bill": "I am Mercedes"})
    told = api.get(f"responses/{answered.pk}")[1]
    assert told["answers"]["bill"] == "I am Mercedes" and told["changes"][0]["answers"]["bill"] == "A charge"
    assert "corrected" in cast.sign_in(cast.alicia).get(f"/o/andina/customers/{answered.customer_id}/").text
    assert answered.customer
    erase_customer(answered.customer, by=None)
    assert ScoreChange.objects.get().answers == {}
