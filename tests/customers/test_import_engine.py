"""A file comes in: its writing is recognised, the dry run foresees exactly what the run writes, and nothing is lost or doubled."""

from __future__ import annotations

import stat
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.utils import timezone

from nps_platform.customers import engine
from nps_platform.customers.actions import (
    Choice,
    MappingRefused,
    choose_columns,
    erase_customer,
    start_import,
    start_upload,
    stop_import,
    upsert_customers,
)
from nps_platform.customers.models import AttributeDefinition, Customer, ImportJob, RevenueEntry
from nps_platform.customers.reading import Reading
from nps_platform.customers.rows import CustomerRow
from nps_platform.customers.tasks import sweep
from nps_platform.lib.csvio import CsvRefused
from nps_platform.tenancy.models import Due, Organization

SPANISH = (
    "NRO_CLIENTE;NOMBRE_COMPLETO;EMAIL;FEC_ALTA;CUOTA;ACEPTA ENCUESTAS\n"
    "100482;Mercedes Aliaga;mercedes@correo.example;14/03/2019;1.840,50;S\n"
    "100517;Lucas Prieto;lucas@correo.example;25/12/2021;20,00;N\n"
)


def upload(content: bytes | str, kind: str = "customers", name: str = "clientes.csv") -> ImportJob:
    raw = content.encode() if isinstance(content, str) else content
    return start_upload(File(BytesIO(raw), name=name), kind=kind, name=name, by=None)


def check(job: ImportJob, extra: dict[str, str] | None = None, **reading: Any) -> ImportJob:
    job.refresh_from_db()
    kept = Reading.from_json(job.reading).to_json() | reading
    choose_columns(job, Choice({**job.mapping, **(extra or {})}, Reading.from_json(kept)), by=None)
    engine.work_on(job.pk)
    job.refresh_from_db()
    return job


def run(job: ImportJob) -> ImportJob:
    assert start_import(job, by=None)
    engine.work_on(job.pk)
    job.refresh_from_db()
    return job


def counts(kept: dict[str, Any]) -> dict[str, int]:
    return {name: kept[name] for name in ("created", "updated", "unchanged", "refused")}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_common_writing_gives_the_same_customers(inside: Organization, encoding: str, delimiter: str) -> None:
    text = "Código cliente;Nombre;Correo electrónico\n7;Núñez, Iñaki;inaki@x.example\n"
    cells = [line.split(";") for line in text.splitlines()]
    written = "\r\n".join(delimiter.join(f'"{c}"' for c in line) for line in cells)
    job = run(check(upload(written.encode(encoding))))
    assert counts(job.counts) == {"created": 1, "updated": 0, "unchanged": 0, "refused": 0}
    assert Customer.objects.get().name == "Núñez, Iñaki"


def test_columns_are_guessed_and_values_read_as_the_country_writes_them(inside: Organization) -> None:
    job = upload(SPANISH)
    assert job.mapping == {"0": "external_id", "1": "name", "2": "email", "3": "joined_on", "5": "permission"}
    assert (job.reading["decimal_comma"], job.reading["day_first"]) == (True, True)
    job = run(check(job, {"4": "new:number"}))
    customer = Customer.objects.get(external_id="100482")
    assert (customer.joined_on, customer.attributes) == (date(2019, 3, 14), {"cuota": 1840.5})
    assert [p.granted for p in customer.permissions.all()] == [True]
    assert AttributeDefinition.objects.get().label == "CUOTA"


def test_the_dry_run_writes_nothing_and_foresees_what_the_run_does(inside: Organization) -> None:
    upsert_customers(
        [
            CustomerRow(external_id="1", name="Same"),
            CustomerRow(external_id="2", name="Old"),
            CustomerRow(email="e@x.example"),
        ],
        by=None,
    )
    job = check(
        upload(
            "id,name,email,joined\n1,Same,,\n2,New,,\n3,Third,,\n4,Bad,lucas@@x,\n3,Again,,\n,Eva,e@x.example,\n"
            ",Eva,E@x.example,\n5,Five,,31/02/2022\n,,,2020-01-01\n6,Six,,2020-01-01,shifted\n"
        )
    )
    assert job.state == "checked" and Customer.objects.count() == 3
    assert counts(job.foreseen) == {"created": 1, "updated": 2, "unchanged": 1, "refused": 6}
    errors = list(job.row_errors.order_by("row_number").values_list("row_number", "field", "code", "value"))
    assert errors == [
        (5, "email", "invalid_email", "lucas@@x"),
        (6, "external_id", "duplicate_of", "4"),
        (8, "email", "duplicate_of", "7"),
        (9, "joined_on", "date_out_of_range", "31/02/2022"),
        (10, "external_id", "no_identity", ""),
        (11, "", "too_many_cells", "5"),
    ]
    job = run(job)
    assert job.state == "done" and counts(job.counts) == counts(job.foreseen)
    assert sorted(c.name for c in Customer.objects.all()) == ["Eva", "New", "Same", "Third"]
    assert not job.file


def test_a_second_run_changes_nothing(inside: Organization) -> None:
    first = run(check(upload(SPANISH), {"4": "new:number"}))
    second = run(check(upload(SPANISH)))
    assert counts(first.counts) == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert second.mapping["4"] == "attribute:cuota"
    assert counts(second.counts) == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}


def test_revenue_without_month_and_currency_takes_them_from_the_person(inside: Organization) -> None:
    upsert_customers([CustomerRow(external_id="a")], by=None)
    job = upload("customerID,MonthlyCharges\na,29.85\nb,56.95\na,1\nc,much\n", kind="revenue")
    with pytest.raises(MappingRefused, match="no_period"):
        choose_columns(job, Choice(job.mapping, Reading()), by=None)
    job = run(check(job, period="2026-03-01", currency="USD"))
    assert counts(job.counts) == {"created": 2, "updated": 0, "unchanged": 0, "refused": 2}
    assert (job.counts["amounts"], job.counts["unmatched_amounts"]) == ({"USD": "86.8000"}, {"USD": "56.9500"}) or (
        Decimal(job.counts["amounts"]["USD"]),
        Decimal(job.counts["unmatched_amounts"]["USD"]),
    ) == (Decimal("86.80"), Decimal("56.95"))
    assert {(e.customer_ref, e.period, e.customer_id is None) for e in RevenueEntry.objects.all()} == {
        ("a", date(2026, 3, 1), False),
        ("b", date(2026, 3, 1), True),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest of a workbook", "not_csv"),
        (b"%PDF-1.7", "not_csv"),
        (b"a,b\n1,\x00\n", "nul_bytes"),
        ((",".join(["c"] * 300) + "\n").encode(), "too_many_columns"),
        (b"a" * 2_000_000, "line_too_long"),
    ],
)
def test_hostile_files_are_refused_at_the_door_and_leave_nothing(
    inside: Organization, content: bytes, code: str, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(CsvRefused) as refusal:
        upload(content)
    assert refusal.value.code == code
    assert not ImportJob.objects.exists() and not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_file_that_is_too_big_is_refused_and_a_good_one_is_private(
    inside: Organization, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = upload(SPANISH)
    assert stat.S_IMODE(Path(job.file.path).stat().st_mode) == 0o600
    assert "clientes" not in str(job.file.name)
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(CsvRefused, match="too_big"):
        upload(SPANISH)


def test_erasing_somebody_takes_their_refused_rows_along_and_nobody_elses(inside: Organization) -> None:
    upsert_customers([CustomerRow(external_id="1", email="uno@x.example")], by=None)
    job = check(upload("id,email,joined\n1,,soon\n11,,soon\n12,UNO@x.example,soon\n"), {"2": "joined_on"})
    assert job.row_errors.count() == 3
    erase_customer(Customer.objects.get(), by=None)
    assert [error.row for error in job.row_errors.all()] == [["11", "", "soon"]]


def many(number: int) -> str:
    return "id,name\n" + "".join(f"{n},Name {n}\n" for n in range(number))


def dying_after(batches: int) -> Callable[..., Any]:
    """`take`, as it is in a worker that dies in the middle of a later batch's transaction."""
    real, done = engine.take, 0

    def take(*args: Any, **kwargs: Any) -> Any:
        nonlocal done
        tally = real(*args, **kwargs)
        if done == batches:
            raise KeyboardInterrupt
        done += 1
        return tally

    return take


def test_a_run_whose_worker_died_is_taken_up_behind_its_last_batch(
    inside: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 10)
    job = check(upload(many(35) + "3,Double\n"))
    start_import(job, by=None)
    with monkeypatch.context() as dying:
        dying.setattr(engine, "take", dying_after(2))
        with pytest.raises(KeyboardInterrupt):
            engine.work_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows_done, Customer.objects.count()) == ("running", 20, 20)

    engine.work_on(job.pk)
    job.refresh_from_db()
    assert job.rows_done == 20, "the dead worker's lease still holds"
    ImportJob.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    engine.work_on(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows_done, Customer.objects.count()) == ("done", 36, 35)
    assert counts(job.counts) == {"created": 35, "updated": 0, "unchanged": 0, "refused": 1}
    assert job.row_errors.get().value == "5"


def test_the_sweep_hands_a_silent_run_to_a_worker(inside: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    job = check(upload(many(3)))
    start_import(job, by=None)
    Due.objects.filter(kind="imports").update(due_at=timezone.now())
    handed: list[tuple[int, int]] = []
    monkeypatch.setattr("nps_platform.customers.tasks.work_import.delay", lambda *args: handed.append(args))
    sweep()
    assert handed == [(inside.pk, job.pk)]


def test_a_stopped_run_keeps_what_was_written_and_goes_no_further(
    inside: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BATCH", 10)
    job = check(upload(many(35)))
    start_import(job, by=None)
    real = engine.take

    def take(*args: Any, **kwargs: Any) -> Any:
        if Customer.objects.count() == 20:
            stop_import(job, by=None)
        return real(*args, **kwargs)

    monkeypatch.setattr(engine, "take", take)
    engine.work_on(job.pk)
    assert Customer.objects.count() == 20


def test_memory_stays_flat_however_long_the_file_is(inside: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BATCH", 100)

    def peak(rows: int) -> int:
        job = upload(many(rows))
        choose_columns(job, Choice(job.mapping, Reading()), by=None)
        tracemalloc.start()
        engine.work_on(job.pk)
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(200)
    short, long = peak(500), peak(5000)
    assert long < short * 1.5 + 200_000
