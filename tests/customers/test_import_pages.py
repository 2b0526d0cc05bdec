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


def upload(client: Client, content: str, kind: str = "customers", name: str = "mayo.csv") -> int:
    file = BytesIO(content.encode())
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
