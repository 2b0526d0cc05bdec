"""From a stranger to an organisation of one's own."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from nps_platform.tenancy.models import AuditEntry, Membership, Organization, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

# They empty the cache, which several workers share where it is Redis: one worker runs them all.
pytestmark = pytest.mark.xdist_group("cache")

FOUNDING = {
    "person_name": "Nora Vidal",
    "name": "Café Nórdico S. A.",
    "programme_name": "",
    "slug": "",
    "country": "PE",
    "currency": "PEN",
    "timezone": "America/Lima",
    "language": "es",
}


@pytest.fixture(autouse=True)
def _no_rate_limits_left_over() -> None:
    cache.clear()


def _sign_up(client: Client) -> str:
    """Opens an account; gives the path of the confirmation link."""
    client.post("/accounts/signup/", {"email": "nora@cafe.example", "password1": "un-café-muy-largo"})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert link
    return link[1]


def test_somebody_signs_up_confirms_the_address_and_sets_up_an_organisation(db: None, client: Client) -> None:
    link = _sign_up(client)
    assert client.get("/me/").status_code == 302, "an unconfirmed address opens nothing"
    assert client.get(link).status_code == 200
    assert client.get("/me/").status_code == 302, "opening the link is not enough"
    assert client.post(link)["Location"] == "/", "the browser that signed up is let in"
    assert client.get("/")["Location"] == "/organizations/new/"
    answer = client.post("/organizations/new/", FOUNDING)
    assert answer["Location"] == "/o/cafe-nordico-s-a/"
    assert client.get(answer["Location"]).status_code == 200
    organization = Organization.objects.get()
    assert (organization.currency, organization.programme) == ("PEN", "Café Nórdico S. A.")
    owner = Membership.objects.get()
    assert (owner.role, owner.user.name) == (Role.OWNER, "Nora Vidal")
    with entered(organization):
        assert AuditEntry.objects.filter(action="organization.created", actor=owner).exists()
    assert client.get("/")["Location"] == "/o/cafe-nordico-s-a/"


def test_an_address_confirmed_elsewhere_leads_to_a_sign_in_that_says_so(db: None, client: Client) -> None:
    link = _sign_up(client)
    elsewhere = Client()
    answer = elsewhere.post(link)
    assert elsewhere.get("/me/").status_code == 302, "the link alone lets nobody in"
    assert "Your address is confirmed. Sign in to go on." in elsewhere.get(answer["Location"]).content.decode()
    assert "is confirmed" not in Client().get("/accounts/login/").content.decode()
    elsewhere.post("/accounts/login/", {"login": "nora@cafe.example", "password": "un-café-muy-largo"})
    assert elsewhere.get("/me/").status_code == 200


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(cast: Cast) -> None:
    client = cast.sign_in(cast.bruno)
    wrong = {**FOUNDING, "slug": "andina", "timezone": "Mars/Olympus", "name": "Panadería Sol"}
    answer = client.post("/organizations/new/", wrong)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"slug", "timezone"}
    assert 'value="Panadería Sol"' in answer.content.decode()
    assert Organization.objects.count() == 2


def test_the_same_name_twice_gets_another_address(cast: Cast) -> None:
    client = cast.sign_in(cast.bruno)
    for _ in range(2):
        client.post("/organizations/new/", {**FOUNDING, "name": "Andina"})
    assert set(Organization.objects.values_list("slug", flat=True)) == {"andina", "otra", "andina-2", "andina-3"}


def test_choosing_a_country_brings_its_money_and_its_clock(cast: Cast) -> None:
    answer = cast.sign_in(cast.bruno).get("/organizations/new/?country=CL", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert re.search(r'<option value="CLP"\s+selected', page) and re.search(r'"America/Santiago"\s+selected', page)
    assert "<html" not in page


def test_a_known_address_learns_nothing_from_signing_up_again(cast: Cast, client: Client) -> None:
    answers = [
        client.post("/accounts/signup/", {"email": email, "password1": "un-café-muy-largo"})
        for email in ("alicia@andina.example", "stranger@nowhere.example")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/confirm-email/")}


def test_the_account_mails_speak_the_readers_language_and_never_in_allauths_words(cast: Cast) -> None:
    cast.organization.language = "es"
    cast.organization.save()
    reader = Client(headers={"accept-language": "es"})
    for email in ("alicia@andina.example", "stranger@nowhere.example"):
        reader.post("/accounts/password/reset/", {"email": email})
        reader.post("/accounts/signup/", {"email": email, "password1": "un-café-muy-largo"})
    subjects = {
        "Elige una contraseña nueva",
        "Ya tienes una cuenta",
        "No hay ninguna cuenta con esta dirección",
        "Confirma tu dirección de correo",
    }
    assert {message.subject for message in mail.outbox} == subjects
    assert all("no hagas nada" in message.body and "http://testserver/" in message.body for message in mail.outbox)


def test_an_account_mail_speaks_its_readers_language_not_that_of_the_browser_that_asked(cast: Cast) -> None:
    cast.organization.language = "es"
    cast.organization.save()
    cast.bruno.user.language = "it"
    cast.bruno.user.save()
    english = Client(headers={"accept-language": "en"})
    for email in ("alicia@andina.example", "bruno@andina.example", "stranger@nowhere.example"):
        english.post("/accounts/password/reset/", {"email": email})
    assert [message.subject for message in mail.outbox] == [
        "Elige una contraseña nueva",  # Alicia chose none: her organisation's
        "Scegli una nuova password",
        "There is no account with this address",
    ]


def test_guessing_passwords_is_slowed_down(cast: Cast, client: Client) -> None:
    wrong = {"login": "alicia@andina.example", "password": "not this one"}
    pages = [client.post("/accounts/login/", wrong) for _ in range(12)]
    right = client.post("/accounts/login/", {"login": "alicia@andina.example", "password": "circulo-test"})
    assert right.status_code == 200 and "_auth_user_id" not in client.session
    assert len(pages) == 12


def test_without_a_mail_server_the_operator_alone_can_read_the_account_mail(
    db: None, client: Client, tmp_path: Path
) -> None:
    backend = "nps_platform.messaging.backends.FolderBackend"
    with override_settings(EMAIL_BACKEND=backend, DATA_DIR=tmp_path, EMAIL_URL=""):
        client.post("/accounts/signup/", {"email": "nora@cafe.example", "password1": "un-café-muy-largo"})
        sent = client.get("/accounts/confirm-email/")
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert b"confirm-email" in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "mail/" in sent.content.decode()


def test_ones_own_language_wins_everywhere_and_is_kept_by_the_switch(cast: Cast) -> None:
    client = cast.sign_in(cast.alicia)
    assert 'lang="en"' in client.get("/o/andina/settings/").content.decode()
    client.post("/language/", {"language": "it", "next": "/me/"})
    assert 'lang="it"' in client.get("/o/andina/settings/").content.decode()
    assert User.objects.get(pk=cast.alicia.user.pk).language == "it"
    client.post("/me/", {"name": "Alicia R.", "language": "es"})
    assert 'lang="es"' in client.get("/me/").content.decode()
    assert client.post("/language/", {"language": "xx", "next": "https://evil.example/"})["Location"] == "/"
