"""Spanish-speaking customers are addressed as the company chose, by the survey and by our own words around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from html import unescape

import pytest
from django.test import Client

from closeloop.actions import forward_case, resolve, send_reply
from closeloop.models import Case, Outcome, RootCause
from nps_platform.lib.catalogues import VARIANTS, load
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Address, Organization
from responses.actions import record_response
from surveys.authoring.wording import TEXTS
from surveys.models import Invitation
from tests.conftest import Cast
from tests.surveys.waves import customer, wave

# What only *usted* is told: imperatives, verbs and possessives of the third person that mean the reader.
USTED = re.compile(
    r"\b(usted|su (respuesta|nota|mensaje|nombre|página|experiencia)|sus (datos|palabras) o|elija|escriba|responda|pruebe"
    r"|toque un|abra|prefiere|recibirá|puede (pedir|escribirnos)|nos (pidió|dijo|ha dicho)|le (pide|decimos|trajo)"
    r"|es cliente|recomiende|nos contó(?! el cliente| (?-i:[A-Z%])))\b",
    re.IGNORECASE,
)
# Where customers and the guests of a case read our words.
PUBLIC = re.compile(
    r"templates/(public/|surveys/unsubscribe|mail/case_(reply|forward))|(?<!templates/)responses/|closeloop/(loop_page|public_|kinds)"
)
OWN_WORDS = {
    Address.USTED: ("Lo que nos contó", "Usted nos dice si está resuelto", "Falta su nota: elija"),
    Address.TU: ("Lo que nos contaste", "Tú nos dices si está resuelto", "Falta tu nota: elige"),
    Address.VOS: ("Lo que nos contaste", "Vos nos decís si está resuelto", "Falta tu nota: elegí"),
}


def words(page: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


def everything_shown(cast: Cast) -> str:
    """Every public page of one answer's way, in Spanish, and the mails that lead there."""
    customer(1)
    wave()
    invitation = Invitation.objects.get()
    client, survey = Client(), f"/s/{invitation.token}"
    pages = [client.get(survey), client.get(f"{survey}?score=2"), client.post(survey, {"comment": "Sin nota"})]
    response, _new = record_response(invitation, score=2, comment="Sigo sin internet")
    loop = f"/c/{response.loop_token}"
    pages += [client.get(f"{survey}/thanks"), client.get(f"{survey}/privacy"), client.get(loop)]
    case = Case.objects.filter(response=response).first() or Case.objects.create(
        number=7, response=response, customer=response.customer, nps_class="detractor", due_at=response.answered_at
    )
    pages += [client.get(loop)]
    send_reply(case, text="Mañana pasa un técnico.", by=cast.bruno)
    pages += [client.get(loop), client.post(loop, {"text": ""})]
    cause = RootCause.objects.create(key="delivery-x", name="Entrega")
    case.refresh_from_db()
    resolve(case, root_cause=cause, outcome=Outcome.SOLVED, by=cast.bruno)
    pages += [client.get(loop), client.get(f"/u/{invitation.unsubscribe_token}")]
    forward = forward_case(case, email="fontanero@ayuda.example", text="?", hidden_fields=(), by=cast.bruno)
    pages += [client.get(f"/f/{forward.token}")]
    mails = [kind_of(mail).render(mail) for mail in Message.objects.exclude(audience=Message.Audience.STAFF)]
    assert {page.status_code for page in pages} <= {200, 422} and len(mails) >= 2
    assert all('lang="es"' in text for text in (*(page.text for page in pages), *(mail.html for mail in mails)))
    return " ".join([*(words(page.text) for page in pages), *(f"{m.subject} {m.text} {words(m.html)}" for m in mails)])


@pytest.mark.parametrize("form", Address.values)
def test_every_public_page_addresses_its_reader_as_the_company_chose(
    form: str, cast: Cast, inside: Organization
) -> None:
    inside.language, inside.address_form = "es", form
    inside.save()
    shown = everything_shown(cast)
    for text in OWN_WORDS[Address(form)]:
        assert text in shown
    if form != Address.USTED:
        assert USTED.findall(shown) == []


def test_each_text_that_says_usted_has_its_words_in_the_other_forms() -> None:
    public = [m for m in load("es") if m.id and any(PUBLIC.search(file) for file, _line in m.locations)]
    said = {m.id for m in public if any(USTED.search(text) for text in _texts(m.string))}
    assert len(said) > 30
    for variant in VARIANTS:
        others = {m.id: m.string for m in load(variant) if m.id}
        assert said - set(others) == set(), variant
        assert {text for string in others.values() for text in _texts(string) if USTED.search(text)} == set(), variant


def _texts(string: str | Sequence[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())


def test_the_templates_of_surveys_say_the_same_in_each_form() -> None:
    usted, *others = (tomllib.loads((TEXTS / f"{name}.toml").read_text()) for name in ("es", "es-tu", "es-vos"))
    for other in others:
        assert _places(other) == _places(usted)
        assert USTED.findall(str(other)) == []


def _places(texts: dict, before: str = "") -> set[str]:
    """The names of all texts, and the blanks in each."""
    found = set()
    for name, text in texts.items():
        if isinstance(text, dict):
            found |= _places(text, f"{before}{name}.")
        else:
            found.add(f"{before}{name} {sorted(re.findall(r'{+[a-z_]+}+', str(text)))}")
    return found
