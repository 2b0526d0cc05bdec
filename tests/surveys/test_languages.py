"""Any language may be asked in: right to left too, and our own words stand in sensibly where we have none."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from nps_platform.lib.languages import choices, understood
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys.actions import create_survey, publish_survey, update_survey
from surveys.authoring.content import MailTexts
from surveys.authoring.readiness import problems
from surveys.authoring.wording import TEXTS
from surveys.message_kinds import render
from surveys.models import Invitation, Survey
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api, api
from tests.surveys.waves import customer, published, wave

__all__ = ["api"]
ARABIC = "ما مدى احتمال أن توصي بنا؟"


def arabic() -> Survey:
    """Published in Spanish and Arabic, every Arabic text written by the company."""
    survey = create_survey(kind="relational", name="R", languages=("es", "ar"), by=None)
    assert {p.language for p in problems(survey)} == {"ar"}
    texts = {"ar": {"text": ARABIC, "low": "لا", "high": "نعم"}}
    entries = [{"key": q.key, "texts": texts} for q in survey.draft_content.questions]
    pages = {c: {"ar": {"title": "شكرا"}} for c in ("promoter", "passive", "detractor")}
    mail = {"ar": {"subject": "سؤال", "intro": "سؤال واحد", "signature": "الفريق"}}
    return publish_survey(update_survey(survey, by=None, questions=entries, thanks=pages, mail=mail), by=None)


def test_an_arabic_survey_reads_from_right_to_left_on_page_and_mail(client: Client, inside: Organization) -> None:
    Organization.objects.update(language="es")
    inside.refresh_from_db()
    survey = arabic()
    customer(1, language="ar")
    wave(survey)
    invitation = Invitation.objects.get()
    page = client.get(f"/s/{invitation.token}").text
    assert '<html lang="ar" dir="rtl">' in page and ARABIC in page
    assert re.search(r'<div class="send" lang="es" dir="ltr"><button class="btn">Confirmar', page), "in words we have"
    mail = render(Message.objects.get(kind="invitation", source_id=invitation.pk))
    assert '<html lang="ar" dir="rtl">' in mail.html and "text-align:right" in mail.html
    assert 'lang="es" dir="ltr"' in mail.html and "No recibir más encuestas" in mail.html
    thanks = client.post(f"/s/{invitation.token}", {"score": "9", "language": "ar"}, follow=True).text
    assert 'dir="rtl"' in thanks and "شكرا" in thanks
    # The customer's own words decide how their line reads, not our “9 de 10.” in front of them; what stands in says so.
    assert "<strong><bdi>9 de 10.</bdi></strong>" in thanks
    assert '<summary><span lang="es" dir="ltr">Corregir' in thanks
    assert re.search(r'<span class="qn on" lang="es" dir="ltr">¿Cuál es el motivo', page)
    assert 'hreflang="es"' in page and 'title="Español"' in page
    assert re.search(r'<form [^>]*lang="ar" dir="rtl">', thanks), "the correction asks in their words"
    # Where nearly all words are ours, ours is the direction: punctuation and telephone numbers stay where they belong.
    privacy = client.get(f"/s/{invitation.token}/privacy").text
    loop = client.get(f"/c/{invitation.responses.get().loop_token}").text
    for shown in (privacy, loop):
        assert '<main class="card" lang="es" dir="ltr">' in shown


def test_the_editor_speaks_the_colleagues_language_around_arabic_fields(cast: Cast, inside: Organization) -> None:
    alicia, survey = cast.sign_in(cast.alicia), arabic()
    for part, field in (("nps", "text"), ("thanks", "promoter_title"), ("mail", "sms")):
        page = alicia.get(f"/o/andina/surveys/{survey.pk}/", {"part": part, "language": "ar"}).text
        (typed,) = re.findall(rf'<(?:input|textarea)[^>]* name="{field}"[^>]*>', page)
        assert 'lang="ar"' in typed and 'dir="rtl"' in typed
        assert '<div dir="rtl"' not in page  # labels, counters and hints read from left to right
    shared = alicia.get(f"/o/andina/surveys/{survey.pk}/", {"part": "thanks", "language": "ar"}).text
    (code,) = re.findall(r'<input[^>]* name="promoter_code"[^>]*>', shared)
    assert "rtl" not in code


@pytest.mark.parametrize(
    ("wanted", "fallback", "found"),
    [
        ("pt", "es", "pt"),
        ("pt-br", "es", "pt"),
        ("ca", "it", "es"),
        ("ar", "it", "it"),
        ("ar", "fr", "en"),
        ("zh-hans", "es", "es"),
    ],
)
def test_the_nearest_words_stand_in(wanted: str, fallback: str, found: str) -> None:
    assert understood(wanted, ("en", "es", "it", "pt"), fallback) == found


def test_every_language_on_offer_can_be_kept_with_an_answer() -> None:
    longest = max(len(code) for code, _name in choices())
    for row in (Invitation, Response, Message):
        room = row._meta.get_field("language").max_length
        assert room is not None and longest <= room


def test_portuguese_starts_complete(client: Client, inside: Organization) -> None:
    survey = published(languages=("pt", "es"))
    assert problems(survey) == []
    assert survey.draft_content.mail_in("pt") != MailTexts()
    customer(1, language="pt")
    wave(survey)
    page = client.get(f"/s/{Invitation.objects.get().token}").text
    assert '<html lang="pt">' in page and "Confirmar a minha resposta" in page


def test_our_own_words_are_the_same_ones_in_every_language() -> None:
    """What one language's texts hold, all hold: a page in Portuguese never lacks a word."""
    told = {file.stem: _places(tomllib.loads(file.read_text(encoding="utf-8"))) for file in TEXTS.glob("*.toml")}
    assert {"en", "es", "es-tu", "it", "pt"} <= set(told)
    assert {name: sorted(told["en"] ^ places) for name, places in told.items() if places != told["en"]} == {}


def _places(texts: dict[str, Any], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in texts.items():
        found |= _places(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}"}
    return found


def test_a_language_is_added_in_the_settings_and_stays_first_come(cast: Cast, inside: Organization) -> None:
    survey = published(languages=("it", "es"))
    alicia = cast.sign_in(cast.alicia)
    here = f"/o/andina/surveys/{survey.pk}/?part=settings"
    assert "العربيّة" in alicia.get(here).text
    said = {"name": "R", "subject_name": "Andina", "languages": ["es", "it"], "more_languages": "ar"}
    alicia.post(here, said)
    survey.refresh_from_db()
    assert survey.draft_content.languages == ("it", "es", "ar")
    assert survey.draft_content.nps.texts.get("ar") is None
    refused = alicia.post(here, {"name": "R", "subject_name": "Andina"})
    assert refused.status_code == 422 and "at least one language" in refused.text


def test_a_language_by_api(api: Api, inside: Organization) -> None:
    mail = {"he": {"subject": "שאלה", "intro": "שאלה", "signature": "הצוות"}}
    told = {"kind": "relational", "name": "R", "languages": ["he", "ES"], "mail": mail}
    status, survey = api.post("surveys", told)
    assert status == 201 and survey["languages"] == ["he", "es"] and survey["mail"]["he"]["subject"] == "שאלה"
    status, refused = api.post("surveys", {**told, "languages": ["klingon"]})
    assert status == 400 and refused["errors"][0]["field"].startswith("languages")


def test_a_scale_needs_words_at_its_ends_where_we_have_none(inside: Organization) -> None:
    survey = arabic()
    content = survey.draft_content
    bare = content.with_question(replace(content.nps, texts=content.nps.texts | {"ar": {"text": ARABIC}}))
    assert [p.part for p in problems(survey, bare)] == ["nps"]
