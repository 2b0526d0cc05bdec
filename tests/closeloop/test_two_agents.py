"""Two people in one case: each keeps their own words, sees the other, and answers nobody twice without knowing."""

from __future__ import annotations

import pytest
from django.test import Client

from closeloop.actions import customer_reply, keep_draft, send_reply
from closeloop.models import Case, CaseEvent, Draft
from closeloop.presence import LASTS, say_here
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

CASE = "/o/andina/inbox/1/"
HTMX = {"HX-Request": "true", "HX-Target": "case-pane"}


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def last_entry(case: Case) -> int:
    return case.events.values_list("pk", flat=True).reverse()[0]


def replies() -> list[str]:
    return list(CaseEvent.objects.filter(kind="reply").values_list("text", flat=True))


def test_a_draft_is_its_author_s_alone_and_there_on_every_device(
    opens: Opens, bruno: Client, alicia: Client, cast: Cast
) -> None:
    opens()
    assert bruno.post(f"{CASE}draft/", {"tab": "note", "text": "El nodo tuvo "}).json() == {"kept": True}
    elsewhere = cast.sign_in(cast.bruno).get(CASE).text
    assert "El nodo tuvo " in elsewhere and 'value="note" checked' in elsewhere
    assert "data-row-draft>" in elsewhere, "the list says that something is begun"
    for page in (alicia.get(CASE).text, alicia.get("/o/andina/inbox/").text):
        assert "El nodo tuvo" not in page and "data-row-draft hidden" in page


@pytest.mark.parametrize(
    ("tab", "path", "more"), [("reply", "reply/", {}), ("note", "note/", {}), ("call", "call/", {"outcome": "spoken"})]
)
def test_what_was_sent_is_no_draft_not_even_by_a_save_that_comes_late(
    opens: Opens, bruno: Client, tab: str, path: str, more: dict
) -> None:
    opens()
    bruno.post(f"{CASE}draft/", {"tab": tab, "text": "Vamos h"})
    bruno.post(f"{CASE}draft/", {"tab": "note" if tab == "reply" else "reply", "text": "Lo otro"})
    assert bruno.post(CASE + path, {"text": "Vamos hoy", **more}).status_code == 302
    assert bruno.post(f"{CASE}draft/", {"tab": tab, "text": "Vamos hoy\n"}).json() == {"kept": False}
    assert list(Draft.objects.values_list("text", flat=True)) == ["Lo otro"]


def test_an_emptied_draft_goes_and_a_wrong_one_is_told(opens: Opens, bruno: Client) -> None:
    opens()
    bruno.post(f"{CASE}draft/", {"tab": "reply", "text": "Hola"})
    for wrong in ({"tab": "letter", "text": "x"}, {"tab": "reply", "text": "x" * 10_001}, {"text": "x"}):
        assert bruno.post(f"{CASE}draft/", wrong).status_code == 422
    assert Draft.objects.get().text == "Hola"
    assert bruno.post(f"{CASE}draft/", {"tab": "reply", "text": " "}).json() == {"kept": False}
    assert not Draft.objects.exists()


def test_a_draft_goes_with_the_customer_s_data(opens: Opens, mercedes: Customer, cast: Cast) -> None:
    keep_draft(opens(), tab="reply", text="Estimada Mercedes", by=cast.bruno)
    erase_customer(mercedes, by=cast.alicia)
    assert not Draft.objects.exists()


def test_a_reply_after_a_colleague_s_asks_to_read_first_and_then_goes(
    opens: Opens, bruno: Client, alicia: Client, cast: Cast
) -> None:
    case = opens()
    seen = last_entry(case)
    assert alicia.post(f"{CASE}reply/", {"text": "Va un técnico hoy", "seen": seen}).status_code == 302
    page = bruno.post(f"{CASE}reply/", {"text": "Le llamamos mañana", "seen": seen}, headers=HTMX).text
    assert "Alicia Robles answered 1 min ago. Read it above, then send." in page
    assert "Va un técnico hoy" in page and "Le llamamos mañana" in page and replies() == ["Va un técnico hoy"]
    read = last_entry(case)
    assert f'name="seen" value="{read}"' in page, "who has read it sends by pressing again"
    assert bruno.post(f"{CASE}reply/", {"text": "Le llamamos mañana", "seen": read}).status_code == 302
    assert replies() == ["Va un técnico hoy", "Le llamamos mañana"]


def test_the_customer_s_own_word_is_read_first_and_one_s_own_is_not_in_the_way(
    opens: Opens, bruno: Client, cast: Cast
) -> None:
    case = opens()
    seen = last_entry(case)
    send_reply(case, text="Hola", by=cast.bruno)
    assert bruno.post(f"{CASE}reply/", {"text": "Otra cosa", "seen": seen}).status_code == 302
    customer_reply(case, text="Ya está resuelto")
    page = bruno.post(f"{CASE}reply/", {"text": "Seguimos", "seen": seen}).text
    assert "The customer wrote 1 min ago." in page and "Ya está resuelto" in page and "Seguimos" not in replies()


def test_colleagues_see_who_looks_and_who_writes(opens: Opens, bruno: Client, alicia: Client, cast: Cast) -> None:
    case, other = opens(), opens()
    here = f"{CASE}presence/"
    assert "Alicia" not in bruno.post(here, {"doing": "looking"}).text
    assert "Bruno Salas is looking too" in alicia.post(here, {"doing": "reply"}).text
    assert "Alicia Robles is replying" in bruno.post(here, {"doing": "note"}).text
    assert "Bruno Salas is writing a note" in alicia.post(here, {"doing": "<b>"}).text
    assert "Alicia Robles is looking too" in bruno.post(here, {}).text
    assert "Alicia" not in bruno.post(here.replace("/1/", f"/{other.number}/")).text
    assert LASTS < 30, "who closed the case is not said to be there for long"
    say_here(case, cast.carla, "reply")
    assert "Carla" not in bruno.post(here).text


def test_what_came_in_meanwhile_joins_the_timeline_once(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens()
    shown = last_entry(case)
    assert "hx-swap-oob" not in bruno.post(f"{CASE}presence/", {"shown": shown}).text
    customer_reply(case, text="¿Hay alguien?")
    news = bruno.post(f"{CASE}presence/", {"shown": shown}).text
    assert "¿Hay alguien?" in news and 'hx-swap-oob="beforeend:.timeline"' in news
    read = last_entry(case)
    assert f'name="shown" value="{read}"' in news
    assert "¿Hay alguien?" not in bruno.post(f"{CASE}presence/", {"shown": read}).text
    assert bruno.post(f"{CASE}presence/", {"shown": "9" * 40}).status_code == 200
