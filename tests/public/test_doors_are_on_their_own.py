"""The public doors stand outside what people who sign in need, and inside what protects everybody."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from responses import public_views
from surveys.models import Invitation
from tests.conftest import Cast


def test_whoever_is_signed_in_is_not_looked_at(cast: Cast, invitation: Invitation) -> None:
    alicia = cast.sign_in(cast.alicia)
    with CaptureQueriesContext(connection) as asked:
        page = alicia.get(f"/s/{invitation.token}")
        sent = alicia.post(f"/s/{invitation.token}", {"score": "9"})
    assert (page.status_code, sent.status_code) == (200, 303)
    assert not page.cookies and not sent.cookies
    assert not [query for query in asked.captured_queries if "session" in query["sql"] or "user" in query["sql"]]


def test_a_post_needs_no_cookie_to_be_believed(invitation: Invitation) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/s/{invitation.token}", {"score": "9"}).status_code == 303


def test_what_is_no_page_may_load_nothing(client: Client, invitation: Invitation) -> None:
    redirect = client.post(f"/s/{invitation.token}", {"score": "9"})
    refused = client.delete(f"/s/{invitation.token}")
    assert (redirect.status_code, refused.status_code) == (303, 405)
    for answer in (redirect, refused):
        assert "default-src 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_failure_is_told_in_the_readers_language(invitation: Invitation, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_pk: int) -> Invitation:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(public_views, "open_invitation", fail)
    page = Client(raise_request_exception=False).get(f"/s/{invitation.token}", headers={"accept-language": "es"})
    assert page.status_code == 500 and "Algo falló" in page.text
    assert "default-src 'none'" in page["Content-Security-Policy"] and "disk" not in page.text


def test_hosts_and_https_are_checked_at_the_doors_too(client: Client, invitation: Invitation) -> None:
    assert client.get(f"/s/{invitation.token}", headers={"host": "evil.example"}).status_code == 400
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert Client().get(f"/s/{invitation.token}")["Location"].startswith("https://")


@pytest.mark.parametrize("path", ["/s/", "/s/a/b/c", "/s/a/thanks/"])
def test_an_address_that_only_looks_like_a_door_is_answered_inside(client: Client, db: None, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404 and "script-src" in page["Content-Security-Policy"]
