"""Answers taken with another tool come in from its file with their dates, once, however often the file comes."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import Case
from closeloop.starters import give_starters
from nps_platform.customers import engine
from nps_platform.customers.actions import Choice, choose_columns, erase_customer, start_import, start_upload
from nps_platform.customers.models import Customer, ImportJob
from nps_platform.customers.reading import Reading
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.scope import entered
from responses.importing import MAKE, SURVEY, UNKNOWN
from responses.models import Response
from surveys.models import Invitation, Survey
from tests.conftest import Cast

DELIGHTED = (
    "Email,Name,Score,Comment,Created At,Response ID\n"
    'mercedes@example.com,Mercedes Ruiz,3,"The router, again 😡",2024-03-05 10:12:33 -0300,71\n'
    "MERCEDES@example.com,Mercedes Ruiz,9,,2025-03-05 10:12:33 -0300,72\n"
    "lucas@example.com,Lucas Prieto,10,Perfetto,2025-03-06 09:00:00 -0300,73\n"
)


def upload(content: bytes | str) -> ImportJob:
    raw = content.encode() if isinstance(content, str) else content
    return start_upload(File(BytesIO(raw), name="a.csv"), kind="responses", name="a.csv", by=None)


def check(job: ImportJob, survey: Survey, *, make: bool = False, **reading: Any) -> ImportJob:
    options = {SURVEY: str(survey.pk), UNKNOWN: MAKE if make else ""}
    kept = Reading.from_json(job.reading).to_json() | {"options": options} | reading
    choose_columns(job, Choice(job.mapping, Reading.from_json(kept)), by=None)
    engine.work_on(job.pk)
    job.refresh_from_db()
    return job


def run(job: ImportJob) -> ImportJob:
    assert start_import(job, by=None)
    engine.work_on(job.pk)
    job.refresh_from_db()
    return job


def counts(kept: dict[str, Any]) -> tuple[int, int, int]:
    return kept["created"], kept["unchanged"], kept["refused"]


def refusals(job: ImportJob) -> dict[int, str]:
    return dict(job.row_errors.values_list("row_number", "code"))


def test_another_tools_file_keeps_its_dates_and_comes_in_once(survey: Survey, mercedes: Customer) -> None:
    job = upload(DELIGHTED)
    assert set(job.mapping.values()) == {"email", "name", "score", "comment", "answered_at", "answer_id"}
    checked = check(job, survey)
    assert counts(checked.foreseen) == (2, 0, 1) and not Response.objects.exists()
    assert refusals(checked) == {4: "unknown_customer"}
    done = run(checked)
    assert done.counts == done.foreseen
    first, second = Response.objects.order_by("answered_at")
    assert first.answered_at == datetime(2024, 3, 5, 13, 12, 33, tzinfo=UTC)
    assert (first.score, first.comment, first.channel) == (3, "The router, again 😡", "import")
    assert first.customer == second.customer == mercedes and first.invitation is None and first.language == "en"
    assert "router" in first.folded and first.version == survey.published

    again = run(check(upload(DELIGHTED), survey))
    assert counts(again.counts) == (0, 2, 1) and Response.objects.count() == 2
    assert AuditEntry.objects.filter(action="import.finished").count() == 2
    assert not AuditEntry.objects.filter(action="response.recorded").exists()


def test_an_answer_that_says_something_else_now_is_refused_and_stays(survey: Survey, mercedes: Customer) -> None:
    run(check(upload(DELIGHTED), survey))
    other = check(upload(DELIGHTED.replace("Ruiz,9,", "Ruiz,2,")), survey)
    assert refusals(other) == {3: "answered_otherwise", 4: "unknown_customer"}


@pytest.mark.parametrize("make", [False, True])
def test_unknown_customers_are_refused_or_made(survey: Survey, mercedes: Customer, make: bool) -> None:
    job = run(check(upload(DELIGHTED), survey, make=make))
    assert counts(job.counts) == ((3, 0, 0) if make else (2, 0, 1))
    assert job.counts["made"] == job.foreseen["made"] == int(make)
    assert Customer.objects.filter(email="lucas@example.com", name="Lucas Prieto").exists() is make
    if make:
        assert counts(run(check(upload(DELIGHTED), survey, make=True)).counts) == (0, 3, 0)


def test_who_was_erased_is_not_brought_back(survey: Survey, mercedes: Customer) -> None:
    run(check(upload(DELIGHTED), survey))
    erase_customer(mercedes, by=None)
    again = run(check(upload(DELIGHTED), survey, make=True))
    assert refusals(again) == {2: "erased", 3: "erased"}
    assert Response.objects.filter(customer=None).count() == 2


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_a_spanish_spreadsheet_reads_as_it_is_written(survey: Survey, mercedes: Customer, encoding: str) -> None:
    text = (
        "Código cliente;Puntuación;Comentario;Fecha de respuesta\n"
        "C-1;9,0;Atención rápida, ¡gracias!;14/03/2024 18:05\n"
        "C-1;10 - Muy probable;;05/03/2024\n"
    )
    job = run(check(upload(text.encode(encoding)), survey))
    assert counts(job.counts) == (2, 0, 0)
    dated, timed = Response.objects.order_by("answered_at")
    zone = timed.organization.timezone
    local = timed.answered_at.astimezone(ZoneInfo(zone))
    assert (local.day, local.month, local.hour, local.minute) == (14, 3, 18, 5)
    assert dated.score == 10 and timed.comment == "Atención rápida, ¡gracias!"


def test_every_bad_row_says_why(survey: Survey, mercedes: Customer) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    rows = [
        "C-1,8.5,2024-01-05",
        "C-1,11,2024-01-05",
        "C-1,,2024-01-05",
        f"C-1,9,{tomorrow}",
        "C-1,9,1999-12-01",
        "C-1,9,03/04/2024",
        ",9,2024-01-05",
        "C-1,9,2024-01-06",
        "C-1,7,2024-01-06",
        "C-1,9,soon",
    ]
    job = check(upload("customer,score,date\n" + "\n".join(rows) + "\n"), survey, day_first=None)
    assert refusals(job) == {
        2: "score_malformed",
        3: "score_malformed",
        4: "empty",
        5: "moment_future",
        6: "moment_too_early",
        7: "moment_ambiguous",
        8: "no_identity",
        10: "duplicate_of",
        11: "moment_malformed",
    }
    assert counts(job.foreseen) == (1, 0, 9)


def test_old_answers_open_no_case_and_fresh_ones_do(inside: Organization, survey: Survey, mercedes: Customer) -> None:
    give_starters(inside)
    now = timezone.now()
    rows = [f"C-1,2,{(now - timedelta(days=days)).isoformat()}" for days in (1, 8)]
    run(check(upload("customer,score,date\n" + "\n".join(rows) + "\n"), survey))
    for response in Response.objects.order_by("pk"):
        follow_up(response.pk)
    case = Case.objects.get()
    assert case.response.answered_at > now - timedelta(days=2)
    assert not Message.objects.filter(customer=mercedes).exists()


def test_an_answer_closes_what_stood_open_when_it_was_given(invitation: Invitation, survey: Survey) -> None:
    old = invitation.created_at - timedelta(days=300)
    run(check(upload(f"customer,score,date\nC-1,9,{old.isoformat()}\n"), survey))
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.SENT
    run(check(upload(f"customer,score,date\nC-1,9,{timezone.now().isoformat()}\n"), survey))
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.CLOSED


def test_ten_thousand_rows_in_flat_memory_and_few_queries(
    survey: Survey, inside: Organization, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    header, rows = "customer,score,date,comment\n", 10_000
    body = "".join(
        f"N-{i % 700},{i % 11},2023-0{i % 9 + 1}-1{i % 10}T{i % 24:02}:{i % 60:02}:{i // 1000:02},Fine 😀 {i}\n"
        for i in range(rows)
    )
    job = upload(header + body)
    tracemalloc.start()
    with django_assert_max_num_queries(600):
        run(check(job, survey, make=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024
    job.refresh_from_db()
    assert counts(job.counts)[0] + counts(job.counts)[2] == rows and job.counts["made"] == 700
    assert Response.objects.count() == job.counts["created"] and Customer.objects.count() == 700


def test_the_pages_lead_from_the_file_to_the_refused_rows(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client: Client = cast.sign_in(cast.alicia)
    base = "/o/andina/customers/imports/"
    file = BytesIO(DELIGHTED.encode())
    file.name = "delighted.csv"
    assert "Import answers" in client.get(base).content.decode()
    assert "open no case" in client.get(f"{base}new/responses/").content.decode()
    where = client.post(f"{base}new/responses/", {"file": file})["Location"]
    columns = client.get(where)
    assert "No survey is published yet" in columns.content.decode()
    form = columns.context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields}
    refused = client.post(where, typed | {"check": "1"})
    assert "Choose the survey that was answered." in refused.content.decode()
    assert refused.context["form"]["column_0"].value() == "email"


def test_the_chosen_survey_is_said_and_refused_rows_come_back(
    cast: Cast, survey: Survey, mercedes: Customer, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = cast.sign_in(cast.alicia)
    job = upload(DELIGHTED)
    where = f"/o/andina/customers/imports/{job.pk}/"
    form = client.get(where).context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields} | {"survey": str(survey.pk)}
    assert client.post(where, typed | {"check": "1"}).status_code == 302
    engine.work_on(job.pk)
    page = client.get(where).content.decode()
    assert survey.name in page and "Refuse the row" in page and "Nobody among the customers is called this." in page
    given = b"".join(client.get(f"{where}refused.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [row[0] for row in csv.reader(StringIO(given))][1:] == ["lucas@example.com"]
    client.post(f"{where}start/")
    engine.work_on(job.pk)
    assert "To the results" in client.get(where).content.decode()


def test_the_command_does_what_the_pages_do(cast: Cast, survey: Survey, mercedes: Customer, tmp_path: Path) -> None:
    file, out = tmp_path / "a.csv", StringIO()
    file.write_text(DELIGHTED)
    call_command("import_responses", "andina", str(file), "--make-customers", stdout=out)
    assert "imported: created 3" in out.getvalue()
    with entered(cast.organization):
        assert Response.objects.count() == 3
    with pytest.raises(CommandError, match="Which survey"):
        call_command("import_responses", "andina", str(file), "--survey", "999999")
