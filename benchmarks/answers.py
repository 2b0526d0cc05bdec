"""An answer recorded through the public page on PostgreSQL, against pgbench running the same statements, both with eight clients.

The page asks for a first answer by one call of a function. The goal is set against what that call stands for: the plain
statements by which the long way (`record_response`) does the same, as captured from it, with its own transaction. How the
page stands against pgbench making the page's own calls is said beside it.
"""

from __future__ import annotations

import io
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.synchronize import Barrier
from typing import Any
from unittest import mock

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from benchmarks.report import Result, interleaved
from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.models import Invitation, Programme

GOAL, CLIENTS, EACH, ROUNDS = 0.6, 8, 200, 4
WARM = 20  # a web worker lives long: its first answers, on a new connection, are not timed (pgbench leaves out its start too)
BLOCK = CLIENTS * (EACH + WARM)  # invitations that one side may answer in one round
FIRST = 700_001  # ids of the rows that are answered; no other number in the statements looks like one
OFFSET = 200_000  # customer ids lie this far from invitation ids
BODY = b"score=3&comment=Nadie+me+devuelve+la+llamada.&contact_asked=dpr&contact=1&language=es"


def answer_recorded(organization: Organization, programme: Programme) -> Result:
    """Answers a second of both sides, in turn, each on invitations of its own."""
    spare = 3
    count = spare + 4 * ROUNDS * BLOCK
    with entered(organization):
        _invite(programme, count)
    page = WSGIHandler()
    _post(page, organization.pk, FIRST + 2)  # the first answer of all leaves rows that later ones only look at
    plain = _statements(page, organization.pk, FIRST, long_way=True)
    calls = _statements(page, organization.pk, FIRST + 1, long_way=False)
    blocks = iter(range(FIRST + spare, FIRST + count, BLOCK))
    connections.close_all()

    def ours() -> float:
        return _pages(page, organization.pk, next(blocks))

    ratio, by_page, by_pgbench = interleaved(ours, lambda: _pgbench(plain, next(blocks)), ROUNDS)
    of_calls, _, by_calls = interleaved(ours, lambda: _pgbench(calls, next(blocks)), ROUNDS)
    detail = (
        f"{max(by_page):,.0f} answers/s by the page, {max(by_pgbench):,.0f}/s by pgbench in {len(plain)} plain statements, "
        f"{CLIENTS} clients; {of_calls:.2f} of pgbench making the page's own {len(calls)} calls ({max(by_calls):,.0f}/s)"
    )
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
                version_id=programme.survey.published_id,
                customer_id=FIRST + OFFSET + n,
                language="es",
                state="sent",
            )
            for n in range(count)
        ],
        batch_size=1000,
    )


def _started(status: str, headers: Any, error: Any = None, /) -> Callable[[bytes], object]:
    """A server's `start_response`, looked at no further."""
    return len


def _post(page: WSGIHandler, organization_id: int, invitation_id: int) -> None:
    """What a web server hands over for one answer, whole middleware included."""
    token = Invitation(pk=invitation_id, organization_id=organization_id).token
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/s/{token}",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": "es-PE,es;q=0.9",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": io.BytesIO(BODY),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    answer = page(environ, _started)
    answer.close()
    if answer.status_code != 303:
        raise AssertionError(f"the page said {answer.status_code}")


def _statements(page: WSGIHandler, organization_id: int, invitation_id: int, *, long_way: bool) -> list[str]:
    """What one answer asks of the database, with its own ids as pgbench variables; BEGIN and COMMIT where they were."""
    way: AbstractContextManager = (
        mock.patch("responses.public_views.record_at_once", return_value=None) if long_way else nullcontext()
    )
    with way, CaptureQueriesContext(connection) as asked:
        _post(page, organization_id, invitation_id)
    found = []
    for query in asked.captured_queries:
        sql = re.sub(rf"\b{invitation_id}\b", ":i", query["sql"].strip().rstrip(";").replace("\n", " "))
        sql = re.sub(rf"\b{invitation_id + OFFSET}\b", ":c", sql)
        # The organisation travels in the same round trip as its statement there, so it does here.
        found.append(re.sub(r"^(SET LOCAL [^;]*);", r"\1\\;", sql))
    return found


def _answer_many(page: WSGIHandler, organization_id: int, first: int, barrier: Barrier) -> None:
    for invitation_id in range(first, first + WARM):
        _post(page, organization_id, invitation_id)
    barrier.wait()
    for invitation_id in range(first + WARM, first + WARM + EACH):
        _post(page, organization_id, invitation_id)
    barrier.wait()


def _pages(page: WSGIHandler, organization_id: int, first: int) -> float:
    """Eight processes, as many as a machine's web workers would be, answer side by side."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS + 1)
    workers = [
        context.Process(
            target=_answer_many, args=(page, organization_id, first + n * (EACH + WARM), barrier), daemon=True
        )
        for n in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(60)
    begun = time.perf_counter()
    barrier.wait(600)
    took = time.perf_counter() - begun
    for worker in workers:
        worker.join()
    return CLIENTS * EACH / took


def _pgbench(statements: list[str], first: int) -> float:
    settings = connection.settings_dict
    script = [
        "\\set n :n + 1",
        f"\\set i {first} + :client_id * {EACH} + :n",
        f"\\set c :i + {OFFSET}",
        *(f"{statement};" for statement in statements),
    ]
    place = ["-h", settings["HOST"] or "127.0.0.1", "-p", str(settings["PORT"] or 5432), "-U", settings["USER"]]
    load = ["-c", str(CLIENTS), "-j", "2", "-t", str(EACH), "-D", "n=-1"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(script))
        file.flush()
        command = ["pgbench", "-n", "-f", file.name, *load, *place, settings["NAME"]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or "error" in done.stderr:
        raise AssertionError(f"pgbench: {done.stderr[-800:]}")
    return float(found.group(1))
