"""Remedies: granted within limits, approved above them, their cost added up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import decide_grant, grant_remedy
from closeloop.models import Case, Grant, Remedy, RemedyLimit
from closeloop.refusals import AlreadySettled, NotForYou, RemedyUnknown
from closeloop.remedies import remedies_cost
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Membership, User
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Opens
from tests.closeloop.test_mails import mail
from tests.conftest import Cast

CASE = "/o/andina/inbox/1/"


@pytest.fixture
def credit(opens: Opens) -> Remedy:
    opens()
    return Remedy.objects.create(name="Abono de un mes", kind="credit", cost=Decimal("30.00"))


@pytest.fixture
def manager(cast: Cast) -> Membership:
    user = User.objects.create_user("marta@andina.example", "x", name="Marta Ruiz")
    return Membership.objects.create(organization=cast.organization, user=user, role=Role.MANAGER)


def test_within_the_limits_it_is_granted_and_above_them_it_waits(credit: Remedy, cast: Cast) -> None:
    RemedyLimit.objects.create(role="agent", per_grant=40, per_month=50)
    bruno = cast.sign_in(cast.bruno)
    assert bruno.post(CASE + "remedy/", {"remedy": credit.pk, "cost": "", "note": ""}).status_code == 302
    assert Grant.objects.get().state == "granted" and Grant.objects.get().cost == 30
    bruno.post(CASE + "remedy/", {"remedy": credit.pk, "cost": "41", "note": "Dos semanas sin línea"})
    bruno.post(CASE + "remedy/", {"remedy": credit.pk, "cost": "25", "note": ""})
    assert list(Grant.objects.values_list("state", flat=True)) == ["granted", "asked", "asked"], "the month holds 50"
    assert {m.to_address for m in Message.objects.filter(kind="remedy_asked")} == {"alicia@andina.example"}
    assert "Bruno Salas asks for" in mail("remedy_asked").text
    page = bruno.get(CASE).text
    assert "Waits for approval" in page and "Granted" in page
    for cost in ("-1", "x", "99999999999"):
        refused = bruno.post(CASE + "remedy/", {"remedy": credit.pk, "cost": cost})
        assert "cost" in refused.context["form"].errors, cost


def test_without_limits_agents_ask_and_a_manager_decides(credit: Remedy, cast: Cast, manager: Membership) -> None:
    case = Case.objects.get()
    asked = grant_remedy(case, remedy=credit, by=cast.bruno)
    assert asked.state == "asked"
    assert cast.sign_in(cast.bruno).get("/o/andina/remedies/").status_code == 403
    desk = cast.sign_in(manager)
    assert "Abono de un mes" in desk.get("/o/andina/remedies/").text
    assert desk.post(f"/o/andina/remedies/{asked.pk}/decide/", {"approve": "True", "note": "Vale"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("granted", manager)
    assert mail("remedy_decided").subject.startswith("Approved") and "Vale" in mail("remedy_decided").text
    with pytest.raises(AlreadySettled):
        decide_grant(asked, approve=False, by=manager)
    assert [e.kind for e in case.events.filter(kind__startswith="remedy")] == ["remedy", "remedy_decided"]
    assert AuditEntry.objects.filter(action="case.remedy_decided").exists()


def test_nobody_approves_what_is_above_their_own_limit(credit: Remedy, cast: Cast, manager: Membership) -> None:
    RemedyLimit.objects.create(role="manager", per_grant=20)
    asked = grant_remedy(Case.objects.get(), remedy=credit, by=manager)
    assert asked.state == "asked"
    with pytest.raises(NotForYou):
        decide_grant(asked, approve=True, by=manager)
    page = cast.sign_in(manager).post(f"/o/andina/remedies/{asked.pk}/decide/", {"approve": "True"}, follow=True)
    assert "above your own limit" in page.text
    assert decide_grant(asked, approve=True, by=cast.alicia).state == "granted"


def test_what_remedies_cost_in_a_period_is_what_was_granted_in_it(credit: Remedy, cast: Cast) -> None:
    case, today = Case.objects.get(), timezone.localdate()
    grant_remedy(case, remedy=credit, by=cast.alicia)
    grant_remedy(case, remedy=credit, cost=Decimal("12.345"), by=cast.alicia)
    decide_grant(grant_remedy(case, remedy=credit, by=cast.bruno), approve=False, by=cast.alicia)
    old = grant_remedy(case, remedy=credit, by=cast.alicia)
    Grant.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=90))
    cost = remedies_cost(today - timedelta(days=2), today + timedelta(days=1))
    assert (cost.amount, cost.grants, cost.currency) == (Decimal("42.35"), 2, cast.organization.currency)
    assert remedies_cost(today - timedelta(days=120), today + timedelta(days=1)).grants == 3
    file = cast.sign_in(cast.alicia).get("/o/andina/remedies/remedies.csv")
    assert file.content.decode("utf-8-sig").count("Abono de un mes") == 4


def test_the_list_and_the_limits_are_settings(credit: Remedy, cast: Cast) -> None:
    alicia = cast.sign_in(cast.alicia)
    page = "/o/andina/settings/remedies/"
    assert alicia.post(page, {"name": "Visita", "kind": "visit", "cost": "45.50", "is_active": "on"}).status_code == 302
    assert "name" in alicia.post(page, {"name": "Visita", "kind": "visit", "cost": "1"}).context["form"].errors
    assert "cost" in alicia.post(page, {"name": "Otra", "kind": "visit", "cost": "-1"}).context["form"].errors
    alicia.post(page + f"{credit.pk}/", {"name": credit.name, "kind": "credit", "cost": "30"})
    credit.refresh_from_db()
    assert not credit.is_active
    with pytest.raises(RemedyUnknown):
        grant_remedy(Case.objects.get(), remedy=credit, by=cast.alicia)
    limits = {"agent_per_grant": "40", "agent_per_month": "", "manager_per_grant": "", "manager_per_month": "1000"}
    assert alicia.post(page + "limits/", limits).status_code == 302
    assert RemedyLimit.objects.get(role="agent").per_month is None
    assert (
        "agent_per_grant" in alicia.post(page + "limits/", limits | {"agent_per_grant": "-3"}).context["limits"].errors
    )
    assert set(AuditEntry.objects.filter(action__startswith="remedy").values_list("action", flat=True)) == {
        "remedy.created",
        "remedy.changed",
        "remedy_limits.changed",
    }


def test_the_opinion_of_the_handling_is_asked_once_where_the_company_wants_it(
    opens: Opens, cast: Cast, client: Client
) -> None:
    case = opens()
    page = f"/c/{case.response.loop_token}"
    Case.objects.update(state="resolved", is_open=False, resolved_at=timezone.now())
    assert 'id="handling"' not in client.get(page).text
    alicia = cast.sign_in(cast.alicia)
    alicia.post("/o/andina/settings/customer-page/", {"signs": "person", "shows_steps": "on", "asks_handling": "csat"})
    assert 'id="handling"' in client.get(page).text
    assert client.post(page, {"rate": "1", "handling": "6"}).status_code == 422
    assert client.post(page, {"rate": "1", "handling": "4", "why": "Rápidos"}).status_code == 303
    client.post(page, {"rate": "1", "handling": "1"})
    case.refresh_from_db()
    assert case.handling == 4 and 'id="handling"' not in client.get(page).text
    shown = cast.sign_in(cast.bruno).get(CASE).text
    assert "4 of 5" in shown and "Rápidos" in shown
