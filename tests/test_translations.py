"""Spanish and Italian are complete: no text is missing, and a page shows no sentence that has a translation."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from closeloop.actions import follow_up
from closeloop.models import Case
from closeloop.starters import give_starters
from nps_platform.lib.catalogues import LANGUAGES, load, problems
from nps_platform.tenancy.models import Organization
from responses.actions import record_response
from surveys.models import Invitation
from tests.conftest import Cast
from tests.surveys.waves import customer, wave

ROOMS = """
    / inbox/ dashboards/ dashboards/money/ executive/ comments/ journey/ surveys/ surveys/new/ programmes/ programmes/new/
    customers/ customers/new/ customers/segments/ customers/imports/ customers/imports/new/customers/ outbox/
    settings/ settings/members/ settings/teams/ settings/units/ settings/alerts/ settings/causes/ settings/replies/ settings/keys/
"""
GREETINGS = {"es": "Hoy", "it": "Oggi"}
WORDS_THAT_PEOPLE_SEE = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm", "data-confirm-text")


class Seen(HTMLParser):
    """The texts of a page, as they are read out: each element's own, and the attributes with words in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._unread = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in ("script", "style")
        self.texts.update(value for name, value in attrs if value and name in WORDS_THAT_PEOPLE_SEE)

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.texts.add(" ".join(data.split()))


def english(language: str) -> set[str]:
    """The source texts that read otherwise in `language`, save those that are also a word of it."""
    catalog = load(language)
    pairs = [(m.id, m.string) for m in catalog if isinstance(m.id, str) and m.id and "%(" not in m.id]
    named_in_themselves = {"English"}
    return {source for source, _text in pairs} - {text for _source, text in pairs} - named_in_themselves


def test_every_text_has_its_translations() -> None:
    assert list(problems()) == []


def furnish(organization: Organization, language: str) -> tuple[Case, Invitation]:
    """Something stands on every page of the thread: Mercedes gave a 2, and somebody else still has to answer."""
    organization.language = language
    organization.save()
    give_starters(organization)
    customer(1)
    wave()
    response, _new = record_response(Invitation.objects.get(), score=2, comment="Sigo sin internet")
    customer(2, language=language)
    wave()
    asked = Invitation.objects.exclude(state=Invitation.State.SKIPPED).latest("pk")
    return follow_up(response.pk) or Case.objects.get(), asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_thread_shows_english(language: str, cast: Cast, inside: Organization) -> None:
    case, asked = furnish(inside, language)
    cast.alicia.user.language = language
    cast.alicia.user.save()
    colleague, stranger = cast.sign_in(cast.alicia), Client(headers={"accept-language": language})
    addresses = [*(room.removeprefix("/") for room in ROOMS.split()), f"inbox/{case.number}/"]
    pages = {address: colleague.get(f"/o/andina/{address}") for address in addresses}
    pages |= {"login": stranger.get("/accounts/login/"), "survey": stranger.get(f"/s/{asked.token}")}
    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {}
    seen = {name: Seen(page.text).texts for name, page in pages.items()}
    left = {name: texts & english(language) for name, texts in seen.items()}
    assert {name: texts for name, texts in left.items() if texts} == {}
    assert GREETINGS[language] in seen[""]
