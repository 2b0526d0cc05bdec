"""An answer recorded through the public page on PostgreSQL, against pgbench running the same statements, both with eight clients."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import tempfile
import time
from pathlib import Path

import django
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.report import Result, interleaved
from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.models import Invitation, Programme

GOAL, CLIENTS, EACH, ROUNDS = 0.6, 8, 60, 3
FIRST = 700_001  # ids of the rows that are answered; no other number in the statements looks like one
OFFSET = 200_000  # customer ids lie this far from invitation ids


def answer_recorded(organization: Organization, programme: Programme) -> Result:
    """Answers a second of both sides, in turn, each on invitations of its own."""
    with entered(organization):
        _invite(programme, 2 + 2 * ROUNDS * CLIENTS * EACH)
    statements = _statements(organization)
    blocks = iter(range(FIRST + 2, FIRST + 2 + 2 * ROUNDS * CLIENTS * EACH, CLIENTS * EACH))
    connections.close_all()
    ratio, ours, theirs = interleaved(
        lambda: _pages(organization.pk, next(blocks)), lambda: _pgbench(statements, next(blocks)), ROUNDS
    )
    detail = f"{max(ours):,.0f} answers/s by the page, {max(theirs):,.0f}/s by pgbench, {len(statements)} statements, {CLIENTS} clients"
    return Result("answer recorded", ratio, GOAL, detail)


def _invite(programme: Programme, count: int) -> None:
    Customer.objects.bulk_create(
        [
            Customer(pk=FIRST + OFFSET + n, external_id=f"A{n}", name="Mercedes Aliaga", language="es")
            for n in range(count)
        ],
        batch_size=1000,
    )
    Invitation.objects.bulk_create(
        [
            Invitation(
                pk=FIRST + n,
                programme=programme,
                survey=programme.survey,
                customer_id=FIRST + OFFSET + n,
                language="es",
                state="sent",
            )
            for n in range(count)
        ],
        batch_size=1000,
    )


def _post(organization_id: int, invitation_id: int) -> None:
    token = Invitation(pk=invitation_id, organization_id=organization_id).token
    answer = Client().post(f"/s/{token}", {"score": "3", "comment": "Nadie me devuelve la llamada."})
    if answer.status_code not in (302, 303):
        raise AssertionError(f"the page said {answer.status_code}")


def _statements(organization: Organization) -> list[str]:
    """What one answer asks of the database, with its own ids as pgbench variables."""
    _post(organization.pk, FIRST + 1)  # the first answer of all leaves rows that later ones only look at
    with CaptureQueriesContext(connection) as asked:
        _post(organization.pk, FIRST)
    kept = []
    for query in asked.captured_queries:
        sql = query["sql"].strip().rstrip(";")
        if re.match(r"(SET LOCAL[^;]*;\s*)?(SELECT|INSERT|UPDATE|DELETE)", sql):
            sql = re.sub(rf"\b{FIRST}\b", ":i", sql)
            kept.append(re.sub(rf"\b{FIRST + OFFSET}\b", ":c", sql).replace("\n", " "))
    return kept


def _answer_many(organization_id: int, first: int, barrier: multiprocessing.synchronize.Barrier) -> None:
    django.setup()
    Client().get("/healthz")
    connection.ensure_connection()
    barrier.wait()
    for invitation_id in range(first, first + EACH):
        _post(organization_id, invitation_id)


def _pages(organization_id: int, first: int) -> float:
    """Eight processes, as many as a machine's web workers would be, answer side by side."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS + 1)
    workers = [
        context.Process(target=_answer_many, args=(organization_id, first + n * EACH, barrier)) for n in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    return CLIENTS * EACH / (time.perf_counter() - begun)


def _pgbench(statements: list[str], first: int) -> float:
    settings = connection.settings_dict
    script = "\n".join(
        [
            "\\set n :n + 1",
            f"\\set i {first} + :client_id * {EACH} + :n",
            f"\\set c :i + {OFFSET}",
            "BEGIN;",
            *(s + ";" for s in statements),
            "COMMIT;",
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.sql"
        file.write_text(script)
        done = subprocess.run(
            [
                "pgbench",
                "-n",
                "-f",
                str(file),
                "-c",
                str(CLIENTS),
                "-j",
                "2",
                "-t",
                str(EACH),
                "-D",
                "n=-1",
                "-h",
                settings["HOST"] or "127.0.0.1",
                "-p",
                str(settings["PORT"] or 5432),
                "-U",
                settings["USER"],
                settings["NAME"],
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or "failed" in done.stderr:
        raise AssertionError(f"pgbench: {done.stderr[-800:]}")
    return float(found.group(1))
