"""The sender's domain: what the DNS says becomes a list of things to do, word for word; a slow DNS never holds a page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import unescape

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from nps_platform.messaging import sender_records
from nps_platform.messaging.models import SenderCheck
from nps_platform.messaging.sender_checks import PATIENCE
from nps_platform.messaging.tasks import check_sender
from nps_platform.tenancy.models import Organization
from tests.conftest import Cast
from tests.dns import NameServer, name_server  # noqa: F401

HERE = "/o/andina/deliverability/sender/"


@pytest.fixture
def alicia(cast: Cast, inside: Organization, settings: Settings) -> Client:
    settings.DEFAULT_FROM_EMAIL = "Tu Voz <voz@mail.andina.example>"
    settings.EMAIL_URL = "smtp+tls://user:secret@smtp.eu.mailgun.org:587"
    return cast.sign_in(cast.alicia)


@pytest.fixture
def look(alicia: Client, inside: Organization) -> Callable[..., str]:
    """Ask, let the worker work, and read the page."""

    def read(selector: str = "") -> str:
        assert alicia.post(HERE, {"selector": selector}).status_code == 302
        check_sender(inside.pk, SenderCheck.objects.latest("pk").pk)
        return unescape(alicia.get(HERE).text)

    return read


def key(bits: int) -> str:
    public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def test_what_is_missing_is_said_with_the_text_to_copy(look: Callable[..., str], name_server: NameServer) -> None:  # noqa: F811
    page = look()
    assert "3 things to do" in page
    assert "No SPF record" in page and "v=spf1 include:mailgun.org ~all" in page
    assert "No DKIM key" in page and "mx._domainkey.mail.andina.example" in page
    assert "No DMARC record" in page and "_dmarc.mail.andina.example" in page
    assert "v=DMARC1; p=none; rua=mailto:tuvoz@andina.example" in page
    assert "secret" not in page


def test_what_is_right_is_left_alone(look: Callable[..., str], name_server: NameServer) -> None:  # noqa: F811
    name_server.records = {
        "mail.andina.example": ["google-site-verification=x", "v=spf1 include:mailgun.org -all"],
        "mailgun.org": ["v=spf1 include:_spf.mailgun.org ~all"],
        "_spf.mailgun.org": ["v=spf1 ip4:10.0.0.0/8 ~all"],
        "circulo2026._domainkey.mail.andina.example": [key(2048)],
        "_dmarc.andina.example": ["v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@andina.example"],
    }
    page = look("circulo2026")
    assert "Nothing to do" in page
    assert "SPF is right" in page and "DKIM is right" in page
    assert "DMARC is right" in page and "(p=quarantine)" in page  # the organisation's policy for what is below it


def test_what_is_there_but_wrong_is_mended_not_replaced(look: Callable[..., str], name_server: NameServer) -> None:  # noqa: F811
    name_server.records = {
        "mail.andina.example": ["v=spf1 mx include:_spf.google.com ?all"],
        "k1._domainkey.mail.andina.example": [key(1024)],
        "_dmarc.mail.andina.example": ["v=DMARC1; p=none; rua=mailto:d@andina.example; pct=50"],
    }
    page = look()
    assert "Our mail server is not named" in page
    assert "v=spf1 mx include:_spf.google.com include:mailgun.org ~all" in page
    assert "The key is short" in page and "1024 bits" in page
    assert "DMARC only watches" in page
    assert "v=DMARC1; p=quarantine; rua=mailto:d@andina.example; pct=50" in page

    name_server.records["mail.andina.example"] = ["v=spf1 mx -all", "v=spf1 include:mailgun.org ~all"]
    assert "v=spf1 include:mailgun.org mx -all" in look()

    many = {f"s{n}.example": ["v=spf1 a mx ~all"] for n in range(4)}
    name_server.records |= many
    name_server.records["mail.andina.example"] = [
        f"v=spf1 include:mailgun.org {' '.join(f'include:{name}' for name in many)} ~all"
    ]
    assert "Too many look-ups" in look()
    name_server.records["mail.andina.example"] = [
        "v=spf1 include:mailgun.org include:s0.example include:s1.example ~all"
    ]
    assert "SPF is right" in look()

    name_server.records["k1._domainkey.mail.andina.example"] = ["v=DKIM1; p="]
    assert "The key can't be read" in look("k1")


def test_a_record_that_redirects_ends_where_it_leads(look: Callable[..., str], name_server: NameServer) -> None:  # noqa: F811
    name_server.records = {
        "mail.andina.example": ["v=spf1 include:mailgun.org redirect=_spf.andina.example"],
        "_spf.andina.example": ["v=spf1 mx -all"],
    }
    assert "SPF is right" in look()

    name_server.records["mail.andina.example"] = ["v=spf1 mx redirect=_spf.andina.example"]
    assert "v=spf1 mx include:mailgun.org redirect=_spf.andina.example<" in look()

    name_server.records["_spf.andina.example"] = ["v=spf1 redirect=mail.andina.example"]
    assert "Our mail server is not named" in look()
    assert len(name_server.asked) < 60


def test_records_that_name_each_other_end_somewhere(look: Callable[..., str], name_server: NameServer) -> None:  # noqa: F811
    name_server.records = {"mail.andina.example": ["v=spf1 include:mailgun.org include:mail.andina.example ~all"]}
    assert "Too many look-ups" in look()
    assert len(name_server.asked) < 60


def test_a_dns_that_does_not_answer_is_neither_wrong_nor_in_the_way(
    alicia: Client,
    look: Callable[..., str],
    name_server: NameServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender_records, "SECONDS", 0.5)
    monkeypatch.setattr(sender_records, "SECONDS_IN_ALL", 1.0)
    name_server.silent = {"mail.andina.example"}
    page = look()
    assert "No name server answered" in page and "2 things to do" in page
    # Without a worker the page is there at once and follows; what is lost is said.
    alicia.post(HERE, {"selector": ""})
    check = SenderCheck.objects.latest("pk")
    assert "Asking the name servers" in alicia.get(HERE).text
    assert 'hx-trigger="every 1s"' in alicia.get(f"{HERE}{check.pk}/").text
    SenderCheck.objects.filter(pk=check.pk).update(asked_at=timezone.now() - 2 * PATIENCE)
    assert "Nobody answered." in alicia.get(f"{HERE}{check.pk}/").text


def test_who_may_look_and_what_may_be_asked(alicia: Client, cast: Cast) -> None:
    assert "Not looked up yet" in alicia.get(HERE).text
    refused = alicia.post(HERE, {"selector": "evil.example/?x"})
    assert refused.status_code == 422 and not SenderCheck.objects.exists()
    assert cast.sign_in(cast.bruno).post(HERE).status_code == 403
    check = SenderCheck.objects.create(domain="mail.andina.example")
    assert cast.sign_in(cast.carla).get(f"/o/otra/deliverability/sender/{check.pk}/").status_code == 404
