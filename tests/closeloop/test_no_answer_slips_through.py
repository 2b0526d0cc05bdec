"""An answer that is being recorded while a worker takes its word back is found by that worker, not by a sweep much later."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, connections, transaction

from closeloop.tasks import follow_up_answers
from nps_platform.customers.models import Customer
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses.models import Response
from responses.recording import record_at_once
from responses.signals import DUE
from surveys.models import Invitation, Programme
from tests.conftest import Cast
from tests.surveys.contents import content, live

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    with entered(cast.organization):
        survey = live(content(languages=("es",)))
        return Invitation.objects.create(
            programme=Programme.objects.create(survey=survey, name="Wave", state=Programme.State.RUNNING),
            survey=survey,
            customer=Customer.objects.create(name="Mercedes", email="m@x.example"),
            language="es",
            state=Invitation.State.SENT,
        )


def work(organization: Organization) -> None:
    try:
        follow_up_answers(organization.pk)
    finally:
        connections.close_all()


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def test_the_worker_waits_for_an_answer_that_counted_on_it(cast: Cast, invitation: Invitation) -> None:
    worker = threading.Thread(target=work, args=[cast.organization])
    with entered(cast.organization):
        is_due(DUE)
        with transaction.atomic():
            assert record_at_once(invitation.pk, score=2, comment="", wants_contact=None, language="es")
            worker.start()
            while worker.is_alive() and not waits_for_a_lock():
                time.sleep(0.01)
        worker.join(60)
        assert Response.objects.get().followed_up_at is not None


def test_an_answer_that_nobody_was_told_of_tells(cast: Cast, invitation: Invitation) -> None:
    with entered(cast.organization):
        assert record_at_once(invitation.pk, score=2, comment="", wants_contact=None, language="es")
        assert Response.objects.get().followed_up_at is not None
