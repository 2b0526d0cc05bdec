"""Questions beside score and comment: answered without a script, kept with the answer, read where answers are read."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.customers.models import Segment
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Organization
from responses.models import Answer, Response
from surveys.authoring.content import Option
from surveys.models import Invitation, Survey
from tests.conftest import Cast
from tests.surveys.contents import content, question, republished, thanks
from tests.surveys.test_asking_api import Api, api

__all__ = ["api"]

REASONS = (Option("price", {"en": "The price"}), Option("bill", {"en": "The bill"}))
WAYS = (Option("web", {"en": "Website"}), Option("shop", {"en": "Shop"}))
QUESTIONS = (
    question("ease", "ces", "How easy was it?"),
    question("why", "choice", "What weighed most?", options=REASONS, required=True),
    question("why-all", "text", "Tell us why"),
    question("ways", "multiple", "Which ways did you try?", options=WAYS, classes=["detractor"]),
    question("range", "scale", "How warm?", low=0, high=4),
    question("bill", "text", "What is unclear on the bill?", after=("why", "bill"), required=True),
    question("deeper", "csat", "How clear is it now?", after=("range", "0", "1")),
)


@pytest.fixture
def asked(survey: Survey, invitation: Invitation) -> Invitation:
    """Mercedes is asked a version with questions of every kind."""
    pages = tuple(thanks(c) for c in ("promoter", "passive", "detractor"))
    republished(survey, content(*QUESTIONS, thanks=pages))
    invitation.version = survey.published
    invitation.save()
    return invitation


def link(invitation: Invitation) -> str:
    return f"/s/{invitation.token}"


def given() -> dict[str, object]:
    return {answer.key: answer.value for answer in Response.objects.get().answers.all()}


def test_the_page_asks_everything_in_fourteen_kilobytes(client: Client, asked: Invitation) -> None:
    page = client.get(link(asked))
    assert len(gzip.compress(page.content)) < 14_000
    for words in ("How easy was it?", "The bill", "Website", "How warm?", 'name="comment"', 'name="asked"'):
        assert words in page.text
    assert 'class="x only qd"' in page.text, "asked of detractors alone"
    assert "What is unclear on the bill?" not in page.text, "the first answers bring it up"
    assert re.search(r'name="q-ease" value="7"', page.text) and not re.search(r'name="q-ease" value="8"', page.text)


def test_answers_are_kept_with_the_score(client: Client, asked: Invitation) -> None:
    said = {"score": "3", "asked": "1", "comment": "Slow", "q-ease": "2", "q-why": "price", "q-ways": ["web", "shop"]}
    answer = client.post(link(asked), said | {"q-range": "4"})
    assert answer.status_code == 303 and answer["Location"].endswith("/thanks")
    assert given() == {"ease": 2, "why": "price", "ways": ["web", "shop"], "range": 4}
    response = Response.objects.get()
    assert (response.comment, response.version) == ("Slow", asked.version)


def test_what_must_be_answered_is_asked_for_where_it_is_and_the_rest_is_kept(client: Client, asked: Invitation) -> None:
    said = {"score": "9", "asked": "1", "comment": "Kept", "q-ease": "6", "q-range": "99"}
    page = client.post(link(asked), said)
    assert page.status_code == 422 and "<title>Error:" in page.text
    assert re.search(r'id="e-q-why" role="alert" tabindex="-1" autofocus', page.text), "the first one has the focus"
    assert page.text.count(" autofocus") == 1
    assert 'aria-describedby="e-q-why"' in page.text and 'id="e-q-range"' in page.text
    assert re.search(r'name="q-ease" value="6"[^>]* checked', page.text) and "Kept</textarea>" in page.text
    assert not Response.objects.exists()
    assert client.post(link(asked), said | {"q-why": "price", "q-range": "1"}).status_code == 303


def test_a_score_alone_confirms_whatever_else_is_asked(client: Client, asked: Invitation) -> None:
    assert client.post(link(asked), {"score": "8"}).status_code == 303
    assert (Response.objects.get().score, given()) == (8, {})


def test_an_answer_brings_up_the_next_question_and_the_score_is_safe_before(client: Client, asked: Invitation) -> None:
    said = {"score": "4", "asked": "1", "q-why": "bill", "q-range": "1"}
    onwards = client.post(link(asked), said)
    assert onwards.status_code == 303 and "/more" in onwards["Location"]
    assert Response.objects.get().score == 4
    page = client.get(onwards["Location"])
    assert "What is unclear on the bill?" in page.text and "How clear is it now?" in page.text
    assert not page.cookies
    missing = client.post(onwards["Location"], {"q-deeper": "5"})
    assert missing.status_code == 422 and 'id="e-q-bill"' in missing.text
    assert re.search(r'name="q-deeper" value="5"[^>]* checked', missing.text)
    done = client.post(onwards["Location"], {"q-bill": "A charge", "q-deeper": "5"})
    assert done["Location"].split("?")[0].endswith("/thanks")
    assert given() == {"why": "bill", "range": 1, "bill": "A charge", "deeper": 5}
    assert Response.objects.count() == 1
    again = client.get(onwards["Location"])
    assert again.status_code == 303 and "/thanks" in again["Location"], "nothing is left to ask"


def test_a_test_shows_the_second_step_and_keeps_nothing(client: Client, asked: Invitation) -> None:
    token = make_token(Door.TEST_SURVEY, asked.organization_id, asked.survey_id)
    said = {"score": "4", "asked": "1", "q-why": "bill"}
    step = client.post(f"/s/{token}", said)
    assert step.status_code == 200 and "What is unclear on the bill?" in step.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', step.text))
    assert "Thanks, detractor" in client.post(f"/s/{token}", hidden | {"q-bill": "x"}).text
    assert not Response.objects.exists()


def test_answers_come_in_and_go_out_by_api(asked: Invitation, api: Api) -> None:
    told = {"survey": asked.survey_id, "customer": "C-1", "score": 5, "channel": "phone"}
    answers = {"ease": 3, "why": "bill", "ways": ["shop"], "why-all": "By phone"}
    status, made = api.post("responses", {**told, "answers": answers})
    assert status == 201 and made["comment"] == "By phone"
    assert made["answers"] == {"ease": 3, "why": "bill", "ways": ["shop"]}
    assert api.get(f"responses/{made['id']}")[1]["answers"] == made["answers"]
    for wrong in ({"ease": 8}, {"why": "other"}, {"ways": "shop "}, {"nps": 3}, {"ease": True}, {"gone": 1}):
        status, refused = api.post("responses", {**told, "answers": wrong})
        assert status == 400 and refused["errors"][0]["field"].startswith("answers"), wrong


def test_readers_see_the_answers_with_the_comment(client: Client, cast: Cast, asked: Invitation) -> None:
    client.post(link(asked), {"score": "9", "asked": "1", "comment": "Fine", "q-ease": "6", "q-why": "price"})
    alicia = cast.sign_in(cast.alicia)
    for path in (f"customers/{asked.customer_id}/", "comments/"):
        page = alicia.get(f"/o/andina/{path}").text
        assert "How easy was it?" in page and "6 / 7" in page and "The price" in page, path
    rows = alicia.get("/o/andina/comments/comments.csv").getvalue().decode()
    assert "ease" in rows.splitlines()[0] and "6 / 7" in rows


def test_the_words_of_who_is_erased_go_the_figures_stay(client: Client, asked: Invitation) -> None:
    client.post(link(asked), {"score": "4", "asked": "1", "q-why": "bill", "q-ease": "2"})
    client.post(f"{link(asked)}/more", {"q-bill": "My name is Mercedes"})
    erase_customer(asked.customer, by=None)
    assert set(Answer.objects.values_list("key", flat=True)) == {"why", "ease"}


def test_thanks_lead_on_by_class_and_segment(client: Client, survey: Survey, asked: Invitation) -> None:
    numbers = {"Hers": "C-1", "Others": "C-2"}
    hers, others = (
        Segment.objects.create(
            name=name,
            rules={"match": "all", "conditions": [{"field": "external_id", "operator": "is", "value": number}]},
        )
        for name, number in numbers.items()
    )
    texts = {"en": {"title": "For you", "step": "Give it to a friend"}}
    review = {"review_url": "https://reviews.example/andina"}
    pages = (
        thanks("promoter", **review),
        thanks("promoter", "Not for you", segment=others.pk, **review),
        thanks("promoter", texts=texts, segment=hers.pk, step="referral", code="AMIGO-{{customer}}", **review),
        thanks("detractor", step="contact", **review),
        thanks("passive", **review),
    )
    said = content(question("why", "text"), thanks=pages)
    asked.version = republished(survey, said).published
    asked.save()
    client.post(link(asked), {"score": "10"})
    page = client.get(f"{link(asked)}/thanks").text
    assert "For you" in page and "AMIGO-C-1" in page and "Give it to a friend" in page and "Not for you" not in page
    assert "https://reviews.example/andina" in page
    client.post(link(asked), {"score": "1"})
    page = client.get(f"{link(asked)}/thanks").text
    assert "at the latest" in page and "AMIGO" not in page and "https://reviews.example/andina" in page
    hers.delete()
    client.post(link(asked), {"score": "9"})
    assert "Thanks, promoter" in client.get(f"{link(asked)}/thanks").text


def test_an_answer_to_another_version_is_read_in_its_own_words(
    client: Client, cast: Cast, survey: Survey, asked: Invitation
) -> None:
    client.post(link(asked), {"score": "9", "asked": "1", "q-why": "bill"})
    reworded = replace(QUESTIONS[1], texts={"en": {"text": "Something else?"}}, options=())
    republished(survey, content(reworded))
    page = cast.sign_in(cast.alicia).get(f"/o/andina/customers/{asked.customer_id}/").text
    assert "What weighed most?" in page and "The bill" in page and "Something else?" not in page


def test_nobody_answers_for_an_employee_by_name(inside: Organization, api: Api, asked: Invitation) -> None:
    Survey.objects.update(kind="employee")
    status, refused = api.post("responses", {"survey": asked.survey_id, "customer": "C-1", "score": 5})
    assert status == 400 and refused["errors"][0]["field"] == "survey"


def test_a_correction_keeps_the_further_answers(client: Client, asked: Invitation) -> None:
    client.post(link(asked), {"score": "9", "asked": "1", "q-why": "price", "q-ease": "6"})
    client.post(link(asked), {"score": "8", "comment": "Rather this"})
    assert (Response.objects.get().score, given()) == (8, {"why": "price", "ease": 6})
    Response.objects.update(answered_at=timezone.now() - timedelta(days=8))
    late = {"score": "2", "asked": "1", "q-why": "bill"}
    assert client.post(link(asked), late).status_code == 409
    assert given()["why"] == "price"
