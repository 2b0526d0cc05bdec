"""Resolving tells the customer what was done, in the agent's words, and asks whether it is solved."""

from __future__ import annotations

import pytest
from django.test import Client

from closeloop.actions import resolve, send_reply
from closeloop.models import Case, LoopSettings, RootCause
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization, Team
from tests.closeloop.conftest import Opens
from tests.closeloop.test_mails import mail
from tests.conftest import Cast

RESOLVE = "/o/andina/inbox/1/resolve/"
DONE = "Cambiamos el nodo de su calle el martes."


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def closing(**values: object) -> dict[str, object]:
    return {"root_cause": RootCause.objects.get(key="other").pk, "outcome": "solved", "text": ""} | values


def solved(case: Case, cast: Cast, *, sends_mail: bool = True) -> Case:
    cause = RootCause.objects.get(key="other")
    return resolve(case, root_cause=cause, outcome="solved", by=cast.bruno, told=DONE, sends_mail=sends_mail)


def test_the_dialog_proposes_a_mail_whose_blank_must_be_filled(opens: Opens, bruno: Client) -> None:
    case = opens()
    page = bruno.get(RESOLVE)
    draft = page.context["form"]["told"].value()
    assert draft.startswith("Hola, Mercedes Aliaga:") and "[" in draft
    assert page.context["form"]["sends_mail"].value() is True
    refused = bruno.post(RESOLVE, closing(told=draft, sends_mail="on"))
    assert "told" in refused.context["form"].errors and draft.split("[")[1] in refused.text
    assert bruno.post(RESOLVE, closing(told=DONE, sends_mail="on")).status_code == 302
    case.refresh_from_db()
    assert case.state == "resolved" and case.attempted_at is not None, "a person's mail is contact (METHOD §9)"
    assert DONE in bruno.get("/o/andina/inbox/1/").text
    assert Message.objects.get(kind="resolution").to_address == "mercedes@correo.example"


def test_leaving_the_mail_out_sends_none_and_keeps_no_draft(opens: Opens, bruno: Client) -> None:
    case = opens()
    draft = bruno.get(RESOLVE).context["form"]["told"].value()
    assert "told" in bruno.post(RESOLVE, closing(told="", sends_mail="on")).context["form"].errors
    assert bruno.post(RESOLVE, closing(told=draft.replace("\n", "\r\n"))).status_code == 302
    assert not Message.objects.filter(kind="resolution").exists()
    assert not case.events.filter(kind="told").exists()


def test_whoever_refuses_contact_gets_no_mail_and_may_read_what_was_done(
    opens: Opens, bruno: Client, client: Client
) -> None:
    case = opens(wants_contact=False)
    page = bruno.get(RESOLVE)
    assert "sends_mail" not in page.context["form"].fields and "asked not to be contacted" in page.text
    assert bruno.post(RESOLVE, closing(told=DONE, sends_mail="on")).status_code == 302
    assert not Message.objects.filter(kind="resolution").exists()
    assert DONE in client.get(f"/c/{case.response.loop_token}").text


def test_the_mail_leads_to_the_question_and_a_robot_answers_nothing(opens: Opens, cast: Cast, client: Client) -> None:
    case = solved(opens(), cast)
    sent = mail("resolution")
    page = f"/c/{case.response.loop_token}"
    for said in (sent.text, sent.html):
        assert DONE in said and "Bruno Salas" in said and f"{page}?solved=no#solved" in said
    seen = client.get(f"{page}?solved=no")
    assert seen.text.index('id="solved"') < seen.text.index('id="s1"') and DONE in seen.text
    assert client.head(f"{page}?solved=yes").status_code == 200
    case.refresh_from_db()
    assert case.state == "resolved"


def test_partly_and_no_open_the_case_again_and_no_makes_it_more_urgent(
    opens: Opens, cast: Cast, client: Client
) -> None:
    case = solved(opens(), cast)
    page = f"/c/{case.response.loop_token}"
    before = case.priority
    client.post(page, {"verdict": "partly"})
    case.refresh_from_db()
    assert (case.state, case.priority) == ("reopened", before)
    solved(case, cast, sends_mail=False)
    client.post(page, {"verdict": "no"})
    case.refresh_from_db()
    assert (case.state, case.priority) == ("reopened", before - 1)
    assert "working on it again" in client.get(page, {"done": "verdict", "language": "en"}).text
    assert Message.objects.filter(kind="case_news").count() == 2


def test_the_company_chooses_whom_customers_see(
    opens: Opens, cast: Cast, client: Client, started: Organization
) -> None:
    case = opens()
    Case.objects.update(assignee=cast.bruno, team=Team.objects.create(name="Equipo Fibra"))
    send_reply(case, text="Vamos hoy", by=cast.bruno)
    page = f"/c/{case.response.loop_token}"
    assert "Bruno Salas" in client.get(page).text
    alicia = cast.sign_in(cast.alicia)
    assert alicia.get("/o/andina/settings/customer-page/").status_code == 200
    saved = alicia.post(
        "/o/andina/settings/customer-page/", {"signs": "team", "shows_solution": "on", "asks_handling": "nothing"}
    )
    assert saved.status_code == 302
    assert AuditEntry.objects.filter(action="loop_settings.changed").exists()
    seen = client.get(page).text
    assert "Bruno" not in seen and "Equipo Fibra" in seen and 'class="tl"' not in seen
    assert "Bruno" not in mail("reply").text and "Equipo Fibra" in mail("reply").text
    LoopSettings.objects.update(signs="programme", shows_solution=False)
    solved(case, cast)
    seen = client.get(page).text
    assert "Equipo Fibra" not in seen and DONE not in seen
    assert "Bruno" not in mail("resolution").html


def test_erasing_the_customer_empties_what_they_were_told(opens: Opens, cast: Cast, mercedes: Customer) -> None:
    case = solved(opens(), cast)
    erase_customer(mercedes, by=cast.alicia)
    assert case.events.get(kind="told").text == ""
    assert DONE not in mail("resolution").text
