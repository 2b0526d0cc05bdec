"""The organisation's settings, tree, teams and keys, through their pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from closeloop.models import AlertRule
from nps_platform.customers.models import Customer
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.models import ApiKey, AuditEntry, Team, Unit
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast
from tests.tenancy.forms_on import forms_on

SETTINGS = "/o/andina/settings/"


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def _settings(client: Client, **changes: Any) -> dict[str, Any]:
    """What the page's form would send, with some of it changed."""
    form = next(form for form in forms_on(client.get(SETTINGS).content.decode()) if "programme_name" in form.data)
    typed = {
        "sender_name": "",
        "phone": "",
        "postal_address": "",
        "holidays": "",
        "margin_percent": "38.5",
        "contact_hours": "",
    }
    return {**form.data, **typed, **changes}


def _hours(day: int, *spans: tuple[str, str]) -> dict[str, str]:
    told = {}
    for number, (opens, closes) in enumerate(spans):
        told[f"business_hours-{day}-{number}-opens"] = opens
        told[f"business_hours-{day}-{number}-closes"] = closes
    return told


def test_settings_are_saved_with_a_split_shift_and_holidays(cast: Cast, alicia: Client) -> None:
    hours = {key: value for day in range(1, 8) for key, value in _hours(day, ("", ""), ("", "")).items()}
    hours |= _hours(1, ("09:00", "13:00"), ("15:00", "19:30")) | _hours(6, ("20:00", "00:00"))
    changes = {"name": "Andina", "reply_to": "voz@andina.example", "holidays": "25/12/2026\n2026-12-25\n", **hours}
    assert alicia.post(SETTINGS, _settings(alicia, **changes)).status_code == 302
    cast.organization.refresh_from_db()
    assert cast.organization.name == "Andina"
    assert cast.organization.holidays == ["2026-12-25"]
    assert cast.organization.business_hours == {
        "1": [["09:00", "13:00"], ["15:00", "19:30"]],
        "6": [["20:00", "24:00"]],
    }
    clock = business_clock(cast.organization)
    assert clock.is_open(datetime(2026, 11, 23, 14, 30, tzinfo=UTC))  # a Monday, 15:30 in Madrid
    assert not clock.is_open(datetime(2026, 11, 23, 13, 30, tzinfo=UTC))
    assert "20:00" in alicia.get(SETTINGS).content.decode()
    with entered(cast.organization):
        entry = AuditEntry.objects.get(action="organization.updated")
    assert "business_hours" in entry.data["fields"] and "andina.example" not in str(entry.data)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("business_hours", _hours(1, ("18:00", "09:00"))),
        ("business_hours", _hours(1, ("09:00", "14:00"), ("13:00", "18:00"))),
        ("business_hours", _hours(1, ("09:00", ""))),
        ("business_hours", _hours(1, ("25:00", "26:00"))),
        ("holidays", {"holidays": "Christmas"}),
        ("holidays", {"holidays": "1926-12-25"}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("currency", {"currency": "ZZZ"}),
        ("brand_colour", {"brand_colour": "red"}),
        ("margin_percent", {"margin_percent": "101"}),
        ("relational_quarantine_days", {"relational_quarantine_days": "-1"}),
        ("reply_to", {"reply_to": "nobody"}),
        ("name", {"name": ""}),
    ],
)
def test_a_wrong_setting_is_said_at_its_field_and_nothing_is_saved(
    cast: Cast, alicia: Client, field: str, changes: dict[str, str]
) -> None:
    answer = alicia.post(SETTINGS, _settings(alicia, **{"programme_name": "Changed", **changes}))
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {field}
    assert 'value="Changed"' in answer.content.decode()
    cast.organization.refresh_from_db()
    assert cast.organization.programme_name == "Tu Voz"


def test_the_tree_grows_moves_and_never_ties_a_knot(cast: Cast, alicia: Client) -> None:
    url = f"{SETTINGS}units/"
    for name, kind, parent in (
        ("Perú", "country", None),
        ("Lima", "region", "Perú"),
        ("Miraflores", "store", "Lima"),
        ("Chile", "country", None),
    ):
        with entered(cast.organization):
            above = Unit.objects.get(name=parent).pk if parent else ""
        assert alicia.post(url, {"name": name, "kind": kind, "parent": above, "code": ""}).status_code == 302
    with entered(cast.organization):
        peru, lima, miraflores, chile = (
            Unit.objects.get(name=name) for name in ("Perú", "Lima", "Miraflores", "Chile")
        )
        assert (peru.code, miraflores.path) == ("peru", f"/{peru.pk}/{lima.pk}/{miraflores.pk}/")
        for below in (lima, miraflores, peru):
            knot = alicia.post(
                f"{url}{peru.pk}/", {"name": "Perú", "kind": "country", "parent": below.pk, "code": "peru"}
            )
            assert knot.context["form"].errors["parent"]
        alicia.post(f"{url}{lima.pk}/", {"name": "Lima", "kind": "region", "parent": chile.pk, "code": "lima"})
        miraflores.refresh_from_db()
        assert miraflores.path == f"/{chile.pk}/{lima.pk}/{miraflores.pk}/"
        taken = alicia.post(f"{url}{lima.pk}/", {"name": "Lima", "kind": "region", "parent": "", "code": "chile"})
        assert taken.context["form"].errors["code"]
        Customer.objects.create(name="Mercedes", unit=miraflores)
        for unit, reason in ((lima, "Units belong to it"), (miraflores, "Customers, accounts or answers belong to it")):
            page = alicia.get(f"{url}{unit.pk}/").text
            assert reason in page and "Delete the unit" not in page
            assert reason in alicia.post(f"{url}{unit.pk}/delete/", follow=True).text
            assert Unit.objects.filter(pk=unit.pk).exists()
        Customer.objects.all().delete()
        assert "Delete the unit" in alicia.get(f"{url}{miraflores.pk}/").text
        alicia.post(f"{url}{miraflores.pk}/delete/")
        assert not Unit.objects.filter(pk=miraflores.pk).exists()


def test_a_team_is_made_of_ones_own_colleagues(cast: Cast, alicia: Client) -> None:
    url = f"{SETTINGS}teams/"
    assert alicia.post(url, {"name": "Fibra", "members": [cast.bruno.pk]}).status_code == 302
    stranger = alicia.post(url, {"name": "Móvil", "members": [cast.carla.pk]})
    assert stranger.context["form"].errors["members"]
    assert alicia.post(url, {"name": "fibra"}).context["form"].errors["name"]
    with entered(cast.organization):
        team = Team.objects.get()
    alicia.post(f"{url}{team.pk}/", {"name": "Hogar", "members": [cast.alicia.pk]})
    with entered(cast.organization):
        assert [str(place.membership.user) for place in Team.objects.get(name="Hogar").members.all()] == [
            "Alicia Robles"
        ]
    with entered(cast.organization):
        rule = AlertRule.objects.create(name="Detractores", classes=["detractor"], team=team)
    needed = "The alert rule “Detractores” sends cases to this team: change it first."
    assert needed in alicia.get(f"{url}{team.pk}/").text
    assert needed in alicia.post(f"{url}{team.pk}/delete/", follow=True).text
    with entered(cast.organization):
        rule.delete()
    alicia.post(f"{url}{team.pk}/delete/")
    with entered(cast.organization):
        assert not Team.objects.exists()


def test_a_key_is_shown_once_works_and_is_revoked_for_good(cast: Cast, alicia: Client) -> None:
    url = f"{SETTINGS}keys/"
    made = alicia.post(url, {"name": "CRM", "scopes": ["read"]})
    key = re.search(r"circulo_[0-9a-f]{12}_[\w-]+", made.content.decode())
    assert key and made["Cache-Control"] == "no-store"
    api = Client(headers={"Authorization": f"Bearer {key[0]}"})
    assert api.get("/api/v1/customers").status_code == 200
    assert api.post("/api/v1/customers", {}, content_type="application/json").status_code == 403
    assert key[0] not in alicia.get(url).content.decode()
    stored = ApiKey.objects.get()
    assert key[0].split("_")[2] not in stored.secret_hash
    assert "revoked today" not in alicia.get(url).text
    alicia.post(f"{url}{stored.pk}/revoke/")
    assert "revoked today" in alicia.get(url).text
    assert api.get("/api/v1/customers").status_code == 401


def test_the_audit_log_is_read_page_by_page(cast: Cast, alicia: Client) -> None:
    with entered(cast.organization):
        AuditEntry.objects.bulk_create(
            AuditEntry(actor_label="system", action=f"test.number-{n:03}", target_kind="") for n in range(60)
        )
    first = alicia.get(f"{SETTINGS}audit/").content.decode()
    older = re.search(r"\?before=(\d+)", first)
    assert older and "number-059" in first and "number-009" not in first
    second = alicia.get(f"{SETTINGS}audit/", {"before": older[1]}).content.decode()
    assert "number-009" in second and "number-010" not in second
    for wrong in ("x", "-1", "9" * 30):
        assert alicia.get(f"{SETTINGS}audit/", {"before": wrong}).status_code == 404
    assert alicia.get(f"{SETTINGS}audit/?before=%00").status_code == 400


def test_an_id_that_no_database_holds_is_simply_not_there(alicia: Client) -> None:
    assert alicia.get(f"{SETTINGS}units/{'9' * 40}/").status_code == 404
