"""What operators use: commands, health, metrics."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.roles import Role


def test_an_organisation_and_its_key_are_made_by_command(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_organization", "acme", name="Acme", owner="Own@Acme.example", currency="pen", language="es")
    call_command("create_organization", "acme-two", name="Acme two", owner="own@acme.example")
    owners = Membership.objects.filter(role=Role.OWNER, user__email="own@acme.example")
    assert owners.count() == 2
    assert Organization.objects.get(slug="acme").currency == "PEN"
    capsys.readouterr()
    call_command("create_api_key", "acme")
    key = capsys.readouterr().out
    assert key.startswith("circulo_") and key.count("\n") == 1
    assert Client(headers={"Authorization": f"Bearer {key.strip()}"}).get("/api/v1/customers").status_code == 200


def test_a_command_that_can_not_be_done_says_why(db: None) -> None:
    call_command("create_organization", "acme", name="Acme", owner="own@acme.example")
    for arguments in (
        {"slug": "acme"},
        {"slug": "a b"},
        {"slug": "x", "timezone": "Mars/X"},
        {"slug": "x", "owner": "nobody"},
    ):
        options = {"name": "Acme", "owner": "own@acme.example", **arguments}
        with pytest.raises(CommandError):
            call_command("create_organization", options.pop("slug"), **options)
    with pytest.raises(CommandError):
        call_command("create_api_key", "nowhere")


def test_metrics_are_for_this_machine_or_the_tokens_bearer(db: None) -> None:
    far = "203.0.113.9"
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR=far).get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    with override_settings(METRICS_TOKEN="right"):
        assert Client(REMOTE_ADDR=far, headers={"Authorization": "Bearer right"}).get("/metrics").status_code == 200
        assert Client(REMOTE_ADDR=far, headers={"Authorization": "Bearer wrong"}).get("/metrics").status_code == 403
        assert Client(REMOTE_ADDR=far, headers={"Authorization": "Bearer "}).get("/metrics").status_code == 403


def test_health_says_which_part_is_unwell(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json() == {"database": True, "queue": True, "migrations": True, "cache": True}
    monkeypatch.setattr("nps_platform.health._migrations", lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


def test_the_demos_people_are_listed_in_a_demo_only(client: Client, db: None) -> None:
    assert "circulo-demo" not in client.get("/accounts/login/").content.decode()
    with override_settings(DEMO=True):
        page = client.get("/accounts/login/").content.decode()
        assert "collaborator@demo.example" in page and "otra.example" not in page
        assert "circulo-demo" not in client.get("/accounts/signup/").content.decode()
