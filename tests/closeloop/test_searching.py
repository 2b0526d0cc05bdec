"""Searching the inbox: what was written in a case is found by the words it holds, on both engines."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from closeloop import searching
from closeloop.models import CaseWord
from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.customers.models import Customer
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast

INBOX = "/o/andina/inbox/"


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def found(client: Client, q: str) -> list[int]:
    return [row.case.number for row in client.get(INBOX, {"q": q, "order": "newest"}).context["rows"]]


@pytest.mark.parametrize(
    "q", ["internet", "#1", "aliaga", "ÁLIAGA", "mercedes@", "nodo", "avisó", "AVISO", "inter alia", "nodo mercedes"]
)
def test_it_finds_comments_notes_customers_and_numbers(opens: Opens, bruno: Client, q: str) -> None:
    opens(2, "Sigo sin internet")
    bruno.post(f"{INBOX}1/note/", {"text": "El nodo de su calle, avisó"})
    assert found(bruno, q) == [1]
    assert found(bruno, q + "zzz") == []


def test_every_word_must_stand_in_the_case(opens: Opens, bruno: Client) -> None:
    for missing in ("internet", "factura"):
        opens(2, f"Sigo sin {missing}")
    assert found(bruno, "sigo factura") == [2]
    assert found(bruno, "factura internet") == []


@pytest.mark.parametrize("selective", [0, 1, 5_000])
def test_common_words_and_rare_ones_find_alike(
    opens: Opens, bruno: Client, monkeypatch: pytest.MonkeyPatch, selective: int
) -> None:
    for missing in ("internet", "factura"):
        opens(2, f"Sigo sin {missing}")
    monkeypatch.setattr(searching, "SELECTIVE", selective)
    assert (found(bruno, "sigo"), found(bruno, "sigo factura"), found(bruno, "factura")) == ([2, 1], [2], [2])


def test_a_search_that_reads_cases_reads_the_newest_and_says_so(
    opens: Opens, bruno: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(3):
        opens(2, "Sigo sin internet")
    cut = "A search reads the newest"
    monkeypatch.setattr(searching, "SELECTIVE", 0)
    monkeypatch.setattr(searching, "SEARCHED", 3)
    assert found(bruno, "aliaga") == [3, 2, 1]
    monkeypatch.setattr(searching, "SEARCHED", 2)
    assert found(bruno, "aliaga") == [3, 2] and cut in bruno.get(INBOX, {"q": "aliaga"}).text
    assert cut in bruno.get(INBOX, {"q": "w"}).text and cut not in bruno.get(INBOX).text
    assert found(bruno, "#1") == [1], "a number is always found"


def test_what_is_renamed_corrected_or_erased_is_found_as_it_is_now(
    opens: Opens, answers: Answers, mercedes: Customer, bruno: Client, cast: Cast
) -> None:
    case = opens(2, "Sigo sin internet")
    bruno.post(f"{INBOX}1/note/", {"text": "El nodo de su calle"})
    mercedes.name = "Mercedes Robles"
    mercedes.save()
    case.response.comment = "Ya funciona"
    case.response.save()
    assert (found(bruno, "robles"), found(bruno, "funciona"), found(bruno, "nodo")) == ([1], [1], [1])
    assert found(bruno, "aliaga") == found(bruno, "internet") == []
    erase_customer(mercedes, by=cast.alicia)
    assert found(bruno, "robles") == found(bruno, "nodo") == found(bruno, "funciona") == []


def test_the_index_and_the_page_part_words_alike(opens: Opens, bruno: Client) -> None:
    text = "¿Por qué «nadie» llama?—Tres técnicos/semana; +34-600, a_b c.d [x] 5·3 “sí” L’Aquila…fin"
    opens(2, text)
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no words")
    parts = {word for word in searching.PARTS.split(searching.fold(text)) if len(word) > 1}
    assert parts <= set(CaseWord.objects.values_list("word", flat=True))
