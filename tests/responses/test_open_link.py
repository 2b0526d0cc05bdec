"""The page behind an open link: whoever comes by answers once, is thanked, and says how to be reached only if they wish."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from nps_platform.tenancy.models import Organization
from responses import floods
from responses.models import Response
from surveys.actions import close_collector, create_collector
from surveys.models import Collector, Survey
from tests.surveys.contents import content, live, question, republished, thanks

NEIGHBOUR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def counter(survey: Survey) -> Collector:
    cache.clear()
    return create_collector(kind="link", name="Till 3", survey=survey, by=None)


def link(place: Collector) -> str:
    return f"/l/{place.token}"


def told(score: int, **more: Any) -> dict[str, Any]:
    return {"score": score, "contact_asked": "dpr", "language": "en", "client_key": str(uuid4()), **more}


def read(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_whoever_opens_it_is_asked_and_nothing_is_written_nor_set(counter: Collector) -> None:
    client: Any = Client()
    for method in (client.get, client.head):
        answer = method(link(counter))
        assert answer.status_code == 200 and not answer.cookies
    assert "How likely are you to recommend Andina Telecom?" in read(client.get(link(counter)))
    assert not Response.objects.exists()


def test_an_answer_is_kept_where_it_was_given_and_thanked_by_class(counter: Collector) -> None:
    client: Any = Client()
    answer = client.post(link(counter), told(2, comment="Endless queue."))
    response = Response.objects.get()
    assert (response.collector, response.channel, response.customer) == (counter, "link", None)
    assert (response.comment, response.language, response.wants_contact) == ("Endless queue.", "en", False)
    assert answer.status_code == 303 and not answer.cookies
    page = read(client.get(answer.url))
    assert "Endless queue." in page and "Correct my answer" in page and f"/c/{response.loop_token}" in page
    # Nobody can get in touch with somebody who left no address: nothing is promised.
    assert "gets in touch about it" not in page


def test_the_page_speaks_the_browsers_language_unless_the_place_has_its_own(counter: Collector, survey: Survey) -> None:
    italian = Client(headers={"Accept-Language": "qu,it-CH;q=0.8,en;q=0.5"})
    assert '<html lang="it"' in read(italian.get(link(counter)))
    assert '<html lang="en"' in read(italian.get(link(counter), {"language": "en"}))
    own = create_collector(kind="link", name="Till 4", survey=survey, language="es", by=None)
    assert '<html lang="es"' in read(italian.get(link(own)))
    Client().post(link(own), told(9, language="es"))
    assert Response.objects.get().language == "es"


@pytest.mark.parametrize(
    ("language", "address", "label"),
    [
        ("es", "usted", "Su nombre"),
        ("es", "tu", "Tu nombre"),
        ("es", "vos", "Tu nombre"),
        ("it", "usted", "Il Suo nome"),
    ],
)
def test_visitors_are_asked_for_their_name_as_customers(
    counter: Collector, language: str, address: str, label: str
) -> None:
    Organization.objects.update(address_form=address)
    assert label in read(Client().get(link(counter), {"language": language}))


@pytest.mark.parametrize(("code", "shown"), [("AMIGO-{{customer}}", ""), ("AMIGO-2026", "AMIGO-2026")])
def test_a_visitor_gets_no_code_that_would_need_a_customers_number(
    counter: Collector, survey: Survey, code: str, shown: str
) -> None:
    texts = {"en": {"title": "Thanks", "step": "Give it to a friend"}}
    republished(survey, content(thanks=(thanks("promoter", texts=texts, step="referral", code=code),)))
    client: Any = Client()
    page = read(client.get(client.post(link(counter), told(9)).url))
    assert "Thanks" in page and ("Give it to a friend" in page) == bool(shown)
    assert "0000" not in page and ("AMIGO" in page) == bool(shown) and shown in page


def test_a_second_tap_is_the_same_answer(counter: Collector) -> None:
    client: Any = Client()
    sent = told(8)
    first, second = client.post(link(counter), sent), client.post(link(counter), sent)
    assert first.url == second.url and Response.objects.count() == 1
    keys = {re.search(r'name="client_key" value="([^"]+)"', read(client.get(link(counter))))[1] for _ in "ab"}  # type: ignore[index]
    assert len(keys) == 2
    client.post(link(counter), told(8, client_key="nonsense"))
    assert Response.objects.count() == 2


def test_who_wants_to_be_contacted_says_how(counter: Collector) -> None:
    client: Any = Client()
    refused = client.post(link(counter), told(3, contact="1", comment="Please call.", name="Ana Solís"))
    assert refused.status_code == 422 and not Response.objects.exists()
    assert "we need an e-mail address or a telephone number" in read(refused)
    assert "Please call." in read(refused) and "Ana Solís" in read(refused)
    for wrong in ("ana@", "call me", "12"):
        assert client.post(link(counter), told(3, contact="1", address=wrong)).status_code == 422
    client.post(link(counter), told(3, contact="1", address="ana@correo.example", name="Ana Solís"))
    response = Response.objects.get()
    assert (response.visitor_name, response.visitor_address) == ("Ana Solís", "ana@correo.example")
    assert response.wants_contact is True
    assert "gets in touch about it" in read(client.get(f"/l/{response.loop_token}/thanks"))


def test_an_address_without_the_wish_is_not_kept(counter: Collector) -> None:
    Client().post(link(counter), told(3, address="ana@correo.example", name="Ana"))
    response = Response.objects.get()
    assert (response.visitor_name, response.visitor_address, response.wants_contact) == ("", "", False)


def test_a_receipt_counts_once(survey: Survey) -> None:
    cache.clear()
    place = create_collector(kind="link", name="Till 3", survey=survey, receipt="required", by=None)
    client: Any = Client()
    assert "Code on the receipt" in read(client.get(link(place)))
    missing = client.post(link(place), told(9, comment="Kind."))
    assert missing.status_code == 422 and "The code on the receipt is missing." in read(missing)
    assert client.post(link(place), told(9, receipt="t3-0042 ")).status_code == 303
    again = client.post(link(place), told(1, receipt="T3-0042", comment="Me too."))
    assert again.status_code == 422 and "each receipt counts once" in read(again) and "Me too." in read(again)
    assert Response.objects.get().receipt == "T3-0042"


def test_a_closed_place_says_so(counter: Collector) -> None:
    close_collector(counter, by=None)
    client: Any = Client()
    for answer in (client.get(link(counter)), client.post(link(counter), told(9))):
        assert answer.status_code == 410 and "No more answers are taken here" in read(answer)
    assert not Response.objects.exists()


def test_a_program_that_fills_in_everything_is_refused_and_a_person_can_mend_it(counter: Collector) -> None:
    refused = Client().post(link(counter), told(9, nickname="http://spam.example", comment="Real words."))
    assert refused.status_code == 422 and not Response.objects.exists()
    assert "Please leave this empty" in read(refused) and "Real words." in read(refused)


def test_a_flood_from_one_address_is_held_back_with_what_was_typed(
    counter: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "A_MINUTE", 3)
    client: Any = Client()
    kept = told(9)
    for sent in (kept, told(8), told(7)):
        assert client.post(link(counter), sent).status_code == 303
    assert client.post(link(counter), kept).status_code == 303  # the same answer again is no further one
    held = client.post(link(counter), told(2, comment="Long words."))
    assert held.status_code == 429 and held["Retry-After"]
    assert "Long words." in read(held) and "send it again in a minute" in read(held)
    assert client.post(link(counter), told(2), **NEIGHBOUR).status_code == 303
    assert Response.objects.count() == 4


def test_what_an_answer_brings_up_is_asked_next(inside: object) -> None:
    cache.clear()
    branching = live(
        content(
            question("ease", "ces", "How easy was it?"),
            question("why", "text", "What made it hard?", after=("ease", "1", "2")),
        )
    )
    place = create_collector(kind="link", name="Door", survey=branching, by=None)
    client: Any = Client()
    answer = client.post(link(place), told(5, asked="1", **{"q-ease": "1"}))
    assert answer.status_code == 303 and "/more" in answer.url
    assert "What made it hard?" in read(client.get(answer.url))
    done = client.post(answer.url, {"q-why": "The stairs.", "language": "en"})
    assert done.status_code == 303 and "/thanks" in done.url
    assert set(Response.objects.get().answers.values_list("key", flat=True)) == {"ease", "why"}


def test_the_visitors_own_page_takes_a_correction(counter: Collector) -> None:
    client: Any = Client()
    client.post(link(counter), told(3))
    response = Response.objects.get()
    loop = f"/c/{response.loop_token}"
    assert client.get(loop).status_code == 200
    assert client.post(loop, {"score": "9", "comment": "A slip.", "language": "en"}).status_code == 303
    response.refresh_from_db()
    assert (response.score, response.comment) == (9, "A slip.")
    assert "no name, unless you ask to be contacted" in read(client.get(f"{link(counter)}/privacy"))


def test_behind_a_proxy_each_visitor_is_counted_alone(counter: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "A_MINUTE", 1)
    client: Any = Client()
    with override_settings(BEHIND_PROXY=True):
        for visitor in ("203.0.113.1", "203.0.113.2", "made up, 203.0.113.3", "2001:db8:0:1::7"):
            headers = {"X-Forwarded-For": visitor}
            assert client.post(link(counter), told(9), headers=headers).status_code == 303
        for same in ("anything, 203.0.113.3", "2001:db8:0:1::8"):
            assert client.post(link(counter), told(9), headers={"X-Forwarded-For": same}).status_code == 429
    for visitor in ("203.0.113.8", "203.0.113.9"):  # without a proxy anybody could write that
        answer = client.post(link(counter), told(9), headers={"X-Forwarded-For": visitor})
    assert answer.status_code == 429
