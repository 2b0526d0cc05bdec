"""A wave planned: everybody judged, invited and their mails owed in SQL, against `bulk_create` of the same rows."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction
from django.utils import timezone

from benchmarks.report import Result, interleaved
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization, entered
from surveys.actions import create_programme, launch
from surveys.actions.waves import plan_next_batch
from surveys.actions.windows import PLANNERS
from surveys.models import Invitation, Programme, Survey

GOAL = 10
# BENCH_PEOPLE=1000000 measures the whole million: some minutes, most of them bulk_create's.
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
ROUNDS = 3 if PEOPLE <= 100_000 else 1
BATCH = 5_000
# As many as plan one wave at once in the production form.
WORKERS = PLANNERS


def wave_planned(survey: Survey) -> Result:
    """Invitations a second of both sides, in turn, into the same empty tables; the other side judges nobody."""
    _make_people()
    alone = [_planned(survey, workers=1) for _ in range(ROUNDS)]
    ratio, ours, theirs = interleaved(
        lambda: _planned(survey, workers=WORKERS), lambda: _bulk_created(survey), rounds=ROUNDS
    )
    detail = (
        f"{PEOPLE:,} people: {PEOPLE / max(ours):,.1f} s judged and invited in SQL by {WORKERS} workers ({max(ours):,.0f}/s),"
        f" {PEOPLE / max(alone):,.1f} s by one, against {PEOPLE / max(theirs):,.1f} s of bulk_create ({max(theirs):,.0f}/s),"
        f" best of {len(ours)}; one worker alone: ratio {max(alone) / max(theirs):.2f}"
    )
    _empty()
    return Result("wave planned", ratio, GOAL, detail)


def _make_people() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customer (organization_id, external_id, name, email, phone, language, attributes,"
            " created_at, updated_at, timezone, country) SELECT %s, 'P-' || n, 'Mercedes Aliaga ' || n,"
            " 'mercedes' || n || '@correo.example', '', 'es', '{}', now(), now(), '', '' FROM generate_series(1, %s) AS n",
            [current_organization().pk, PEOPLE],
        )
        cursor.execute("ANALYZE customers_customer")


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_invitation, messaging_message, surveys_wave CASCADE")


def _programme(survey: Survey) -> Programme:
    _empty()
    return create_programme(survey=survey, name="Bench", by=None)


def _planned(survey: Survey, workers: int) -> float:
    """What workers do, from the launch to the last mail owed."""
    programme, organization = _programme(survey), current_organization()
    with ThreadPoolExecutor(workers, initializer=connection.ensure_connection) as pool:
        list(pool.map(lambda _worker: None, range(workers)))
        begun = time.perf_counter()
        launch(programme, by=None)
        list(pool.map(lambda _worker: _worker_plans(organization, programme.pk), range(workers)))
        took = time.perf_counter() - begun
        list(pool.map(lambda _worker: connections.close_all(), range(workers)))
    made = Invitation.objects.count(), Message.objects.count()
    if min(made) < PEOPLE:
        raise RuntimeError(f"planned {made} of {PEOPLE}")
    return PEOPLE / took


def _worker_plans(organization: Organization, programme_id: int) -> None:
    """What the task does, again and again."""
    with entered(organization):
        while plan_next_batch(programme_id):
            pass


def _bulk_created(survey: Survey) -> float:
    """The same rows, for people who are read already."""
    programme, now = _programme(survey), timezone.now()
    launch(programme, by=None)
    wave = programme.waves.get()
    people = list(Customer.objects.only("pk", "email", "name", "organization_id").order_by("pk"))
    begun = time.perf_counter()
    for start in range(0, len(people), BATCH):
        some = people[start : start + BATCH]
        with transaction.atomic():
            invitations = Invitation.objects.bulk_create(
                Invitation(
                    programme=programme,
                    survey=survey,
                    version_id=survey.published_id,
                    wave=wave,
                    customer=person,
                    occasion="1",
                    language="es",
                    due_at=now,
                    created_at=now,
                    expires_at=wave.closes_at,
                )
                for person in some
            )
            Message.objects.bulk_create(
                Message(
                    kind="invitation",
                    source_id=invitation.pk,
                    group_id=programme.pk,
                    to_address=person.email,
                    to_name=person.name,
                    customer=person,
                    language="es",
                    priority=6,
                    due_at=now,
                    created_at=now,
                )
                for person, invitation in zip(some, invitations, strict=True)
            )
    return len(people) / (time.perf_counter() - begun)
