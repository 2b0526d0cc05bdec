"""An import on the screen, from the file to the result; finance loads revenue and sees no customers' file."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client

from nps_platform.customers.engine import work_on
from nps_platform.customers.models import AttributeDefinition, Customer, ImportJob, RevenueEntry
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

BASE = "/o/andina/customers/imports/"
CUSTOMERS = "Código;Nombre;Correo;Alta;Zona\n1;=Ana;ana@x.example;31/01/2020;Norte\n2;Beto;beto@@x;01/02/2021;Sur\n"
REVENUE = "customerID,MonthlyCharges\n1,29.85\n9,56.95\n"


@pytest.fixture
def alicia(cast: Cast, settings: Any, tmp_path: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path
    return cast.sign_in(cast.alicia)


def upload(
    client: Client, content: str, kind: str = "customers", name: str = "mayo.csv", encoding: str = "utf-8"
) -> int:
    file = BytesIO(content.encode(encoding))
    file.name = name
    response = client.post(f"{BASE}new/{kind}/", {"file": file})
    assert response.status_code == 302, response.context["form"].errors
    return int(response["Location"].rstrip("/").rpartition("/")[2])


def work(cast: Cast, pk: int) -> None:
    with entered(cast.organization):
        work_on(pk)


def chosen(client: Client, pk: int) -> dict[str, str]:
    """What the form on the columns' page would send, untouched."""
    form = client.get(f"{BASE}{pk}/").context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def page(client: Client, pk: int) -> str:
    response = client.get(f"{BASE}{pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_customers_come_in_from_the_upload_to_the_result(alicia: Client, cast: Cast) -> None:
    pk = upload(alicia, CUSTOMERS)
    columns = page(alicia, pk)
    assert "31 Jan 2020" in columns and "says who it is" in columns and "1 not imported" in columns
    typed = chosen(alicia, pk)
    everything = alicia.post(f"{BASE}{pk}/", typed | {"rest": "1"})
    assert everything.context["form"]["column_4"].value() == "new:text"
    looked = alicia.post(f"{BASE}{pk}/", typed | {"column_3": "new:number", "look": "1"}, HTTP_HX_REQUEST="true")
    assert "This is not a number." in looked.content.decode()

    assert alicia.post(f"{BASE}{pk}/", typed | {"column_4": "new:text", "check": "1"}).status_code == 302
    assert "Trying it out" in page(alicia, pk)
    assert "Trying it out" in alicia.get(f"{BASE}{pk}/progress/").content.decode()
    work(cast, pk)
    assert alicia.get(f"{BASE}{pk}/progress/")["HX-Refresh"] == "true"
    trial = page(alicia, pk)
    assert "This is not an e-mail address." in trial and "Import 1 row" in trial
    with entered(cast.organization):
        assert not Customer.objects.exists() and not AttributeDefinition.objects.exists()

    assert alicia.post(f"{BASE}{pk}/start/").status_code == 302
    work(cast, pk)
    assert "It agrees with the trial." in page(alicia, pk)
    with entered(cast.organization):
        assert Customer.objects.get().attributes == {"zona": "Norte"}
    assert "mayo.csv" in alicia.get(BASE).content.decode()
    alicia.post(f"{BASE}{pk}/start/")
    with entered(cast.organization):
        assert ImportJob.objects.get().state == "done"


def test_a_file_that_comes_again_says_what_was_new_what_changed_and_what_did_not(alicia: Client, cast: Cast) -> None:
    first = "id;nombre;correo\n1;Ana;ana@x.example\n2;Beto;beto@x.example\n3;Caro;caro@x.example\n"

    def imported(content: str) -> tuple[str, str]:
        pk = upload(alicia, content)
        alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
        work(cast, pk)
        trial = page(alicia, pk)
        alicia.post(f"{BASE}{pk}/start/")
        work(cast, pk)
        return trial, page(alicia, pk)

    trial, done = imported(first)
    assert "The trial is done: 3 rows can be imported." in trial
    assert "Done. Rows that were new: 3, changed: 0, unchanged: 0." in done
    trial, done = imported(first)
    assert "The trial is done: all 3 rows are in already, nothing would change." in trial
    assert "Done: nothing changed, all 3 rows were in already." in done
    _trial, done = imported(first.replace("Caro", "Carolina") + "4;Dina;dina@x.example\n")
    assert "Done. Rows that were new: 1, changed: 1, unchanged: 2." in done


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-16", "\t"), ("utf-16", ";"), ("utf-8-sig", "\t"), ("cp1252", ";")]
)
def test_a_spreadsheets_own_file_comes_in_whatever_its_letters_and_separators(
    alicia: Client, cast: Cast, encoding: str, delimiter: str
) -> None:
    def bring(content: str, kind: str) -> str:
        pk = upload(alicia, content.replace("|", delimiter), kind, "hoja.txt", encoding)
        alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
        work(cast, pk)
        alicia.post(f"{BASE}{pk}/start/")
        work(cast, pk)
        return page(alicia, pk)

    people = bring("Código|Nombre|Correo|Alta\n1|Ángela Muñoz|angela@x.example|31/01/2020\n", "customers")
    assert "Rows that were new: 1" in people
    money = bring("Cliente|Mes|Importe\n1|09/2026|1.234,56 €\n1|10/2026|(12,00) €\n9|10/2026|70,35 €\n", "revenue")
    assert "Rows that were new: 3" in money and "1.222,56" in money and "70,35" in money
    with entered(cast.organization):
        assert Customer.objects.get().name == "Ángela Muñoz"
        assert sorted(str(row.amount) for row in RevenueEntry.objects.all()) == ["-12.0000", "1234.5600", "70.3500"]


def test_everything_wrong_with_a_row_is_said_at_once(alicia: Client, cast: Cast) -> None:
    rows = "1;Ana;ana@x.example;31/01/2020;es\n2;Beto;beto@x.example;15/02/2021;it\n3;x;bad@@x;32/01/2020;??\n"
    pk = upload(alicia, f"Código;Nombre;Correo;Alta;Idioma\n{rows}")
    assert "32/01/2020: " in page(alicia, pk), "the sample meant stands beside the column"
    alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
    work(cast, pk)
    trial = page(alicia, pk)
    for reason in ("This date does not exist.", "This is not an e-mail address.", "This is not a language"):
        assert reason in trial
    with entered(cast.organization):
        job = ImportJob.objects.get()
        assert (job.foreseen["refused"], job.row_errors.count()) == (1, 3)


def test_a_file_of_headings_alone_is_called_that(alicia: Client, cast: Cast) -> None:
    pk = upload(alicia, "id;nombre;correo\n")
    alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
    work(cast, pk)
    assert "the file has headings, and no row below them" in page(alicia, pk)


def test_the_refused_rows_come_back_with_their_reason_and_no_formula_runs(alicia: Client, cast: Cast) -> None:
    pk = upload(alicia, "id;nombre;correo\n1;=cmd;bad@@x\n2;x;worse@@\n")
    alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
    work(cast, pk)
    response = alicia.get(f"{BASE}{pk}/refused.csv")
    table = list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert table == [
        ["id", "nombre", "correo", "reason"],
        ["1", "'=cmd", "bad@@x", "This is not an e-mail address."],
        ["2", "x", "worse@@", "This is not an e-mail address."],
    ]


def test_revenue_needs_month_and_currency_from_somewhere_and_says_so_at_the_field(alicia: Client, cast: Cast) -> None:
    pk = upload(alicia, REVENUE, "revenue")
    typed = chosen(alicia, pk)
    assert typed["currency"] == "EUR"
    missing = alicia.post(f"{BASE}{pk}/", typed | {"check": "1"})
    assert "period" in missing.context["form"].errors
    soon = alicia.post(f"{BASE}{pk}/", typed | {"period": "soon", "check": "1"})
    assert "period" in soon.context["form"].errors and 'value="soon"' in soon.content.decode()
    twice = alicia.post(f"{BASE}{pk}/", typed | {"period": "2026-03", "column_0": "amount", "check": "1"})
    assert "column_1" in twice.context["form"].errors
    forged = alicia.post(f"{BASE}{pk}/", typed | {"period": "2026-03", "column_0": "organization", "check": "1"})
    assert "column_0" in forged.context["form"].errors
    assert alicia.post(f"{BASE}{pk}/", typed | {"period": "2026-03", "check": "1"}).status_code == 302
    work(cast, pk)
    assert "86,80" in page(alicia, pk)
    alicia.post(f"{BASE}{pk}/start/")
    work(cast, pk)
    with entered(cast.organization):
        assert RevenueEntry.objects.count() == 2
    waiting = alicia.get("/o/andina/customers/revenue/unmatched/").content.decode()
    assert "86,80" in waiting and "March 2026" in waiting
    lines = b"".join(alicia.get("/o/andina/customers/revenue/unmatched.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "9,2026-03,56.9500,EUR" in lines


def test_a_file_that_is_no_csv_is_refused_at_the_field(alicia: Client, cast: Cast) -> None:
    for content, words in ((b"PK\x03\x04xx", "Excel workbook"), (b"", "empty"), (b"%PDF-1.4", "not a CSV file")):
        file = BytesIO(content)
        file.name = "x.csv"
        response = alicia.post(f"{BASE}new/customers/", {"file": file})
        assert response.status_code == 200 and words in " ".join(response.context["form"].errors["file"])
    assert alicia.post(f"{BASE}new/customers/").context["form"].errors["file"]
    assert alicia.get(f"{BASE}new/nonsense/").status_code == 404


def test_a_quote_that_is_not_closed_is_named_by_its_line(alicia: Client, cast: Cast) -> None:
    rows = "".join(f"{n};Ana {n};ana{n}@x.example\n" for n in range(1, 60))
    told = "A quote that opens in line {} is not closed."
    file = BytesIO(f'id;nombre;correo\n0;"Eva;eva@x.example\n{rows}'.encode())
    file.name = "x.csv"
    refused = alicia.post(f"{BASE}new/customers/", {"file": file})
    assert told.format(2) in " ".join(refused.context["form"].errors["file"])
    # Further down than the upload looks: the dry run says it.
    pk = upload(alicia, f'id;nombre;correo\n{rows}60;"Eva;eva@x.example\n{rows}')
    alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"check": "1"})
    work(cast, pk)
    assert told.format(61) in page(alicia, pk)


def test_one_may_go_back_stop_and_discard(alicia: Client, cast: Cast) -> None:
    pk = upload(alicia, CUSTOMERS)
    alicia.post(f"{BASE}{pk}/", chosen(alicia, pk) | {"column_4": "new:text", "check": "1"})
    assert alicia.post(f"{BASE}{pk}/stop/").status_code == 302
    assert "It was stopped." in page(alicia, pk)
    alicia.post(f"{BASE}{pk}/columns/")
    assert chosen(alicia, pk)["column_4"] == "new:text"
    alicia.post(f"{BASE}{pk}/discard/")
    assert alicia.get(f"{BASE}{pk}/").status_code == 404


def test_finance_loads_revenue_and_sees_no_customers_file(alicia: Client, cast: Cast) -> None:
    customers = upload(alicia, CUSTOMERS, name="personas.csv")
    finance = cast.sign_in(cast.member(Role.FINANCE))
    assert "personas.csv" not in finance.get(BASE).content.decode()
    assert finance.get(f"{BASE}new/customers/").status_code == 403
    for tail in ("", "progress/", "refused.csv"):
        assert finance.get(f"{BASE}{customers}/{tail}").status_code == 403
    for tail in ("start/", "stop/", "columns/", "discard/"):
        assert finance.post(f"{BASE}{customers}/{tail}").status_code == 403
    pk = upload(finance, REVENUE, "revenue")
    assert finance.get(f"{BASE}{pk}/").status_code == 200
    assert cast.sign_in(cast.bruno).get(BASE).status_code == 403
    carla = cast.sign_in(cast.carla)
    assert carla.get(f"/o/otra/customers/imports/{pk}/").status_code == 404
