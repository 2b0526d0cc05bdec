"""Comments are found whatever accents and case they were written in, among the newest of the period."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.queries import comments
from nps_platform.tenancy.models import Role
from responses.models import Answer, Response
from tests.surveys.contents import content, live, question


@pytest.fixture
def found(cast, world):
    for days, said in enumerate(("Llamó tres veces", "Nadie llamo", "Todo bien", "")):
        world.answer(world.customer(), 3, timezone.now() - timedelta(days=days), comment=said)

    def ask(q):
        return cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/comments/", {"q": q})

    return ask


@pytest.mark.parametrize("q", ["LLAMO", "llamó", " llamo "])
def test_accents_and_case_make_no_difference(found, q):
    assert [voice.text for voice in found(q).context["comments"].voices] == ["Llamó tres veces", "Nadie llamo"]


def test_a_search_reads_the_newest_comments(found, monkeypatch):
    monkeypatch.setattr(comments, "SEARCHED", 2)
    cut = "A search reads the newest 2 comments."
    assert found("llamo").context["comments"].total == 2 and cut in found("llamo").text
    assert found("todo").context["comments"].total == 0 and cut in found("todo").text
    assert found("").context["comments"].total == 3 and cut not in found("").text, "without a search there is no end"
    monkeypatch.setattr(comments, "SEARCHED", 3)
    assert found("todo").context["comments"].total == 1 and "A search reads" not in found("todo").text


@pytest.fixture
def asked(world):
    """Three answers to a survey with a second box for words: only one of them has a comment."""
    survey = live(content(question("why", "text"), question("more", "text", "Anything else?"), question("ease", "ces")))
    for number, (comment, words) in enumerate((("Bien", ""), ("", "Llamé a Mercedes"), ("", "")), start=1):
        person = world.customer(name="Mercedes Aliaga")
        answer = world.answer(person, 3 * number, timezone.now() - timedelta(hours=number), comment=comment)
        Response.objects.filter(pk=answer.pk).update(survey=survey, version=survey.published)
        Answer.objects.create(response=answer, key="ease", kind="ces", number=number)
        if words:
            Answer.objects.create(response=answer, key="more", kind="text", text=words)
    return survey


def test_words_to_a_further_question_are_read_without_a_comment_too(cast, asked):
    client, path = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/comments/"
    page = client.get(path)
    assert "2 comments" in page.text and "Anything else?" in page.text and "Llamé a Mercedes" in page.text
    assert client.get(path, {"q": "LLAME a"}).context["comments"].total == 1
    assert client.get(path, {"nps_class": "promoter"}).context["comments"].total == 0
    assert client.get(path, {"question": "more"}).context["comments"].total == 1
    head, *rows = client.get(f"{path}comments.csv").getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and "Llamé a Mercedes" in rows[1] and head.endswith("ease,more")
    assert "Llamé a Mercedes" in client.get(f"/o/{cast.organization.slug}/dashboards/").text


def test_they_are_as_redacted_as_a_comment(cast, world, asked):
    for _n in range(5):
        world.answer(world.customer(), 9, timezone.now())
    page = cast.sign_in(cast.member(Role.EXECUTIVE)).get(f"/o/{cast.organization.slug}/comments/").text
    assert "Llamé a" in page and "Mercedes" not in page
