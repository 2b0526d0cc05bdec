"""Comments are found whatever accents and case they were written in, among the newest of the period."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.queries import comments


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
