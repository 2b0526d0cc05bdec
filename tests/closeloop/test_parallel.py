"""Many answers at once, and the way from an answer to its case through the signal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import Case
from closeloop.starters import give_starters
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses.actions import record_elsewhere
from responses.models import Response
from surveys.models import Survey
from tests.conftest import Cast
from tests.surveys.contents import content, live


def in_thread(organization: Organization, response_id: int) -> None:
    try:
        with entered(organization):
            follow_up(response_id)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_answers_followed_up_at_once_by_several_workers_get_one_case_each(cast: Cast) -> None:
    with entered(cast.organization):
        give_starters(cast.organization)
        survey = live(content(languages=("es",)))
        customer = Customer.objects.create(name="Mercedes", email="m@x.example")
        values: dict[str, Any] = {"survey": survey, "kind": survey.kind, "customer": customer}
        ids = [
            Response.objects.create(**values, score=1, nps_class="detractor", answered_at=timezone.now()).pk
            for _ in range(6)
        ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda response_id: in_thread(cast.organization, response_id), ids * 3))
    with entered(cast.organization):
        assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert Message.objects.filter(kind="alert").count() == 6


def test_a_recorded_answer_becomes_a_case_as_soon_as_it_is_committed(
    started: Organization, survey: Survey, mercedes: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        record_elsewhere(
            survey=survey, customer=mercedes, score=3, answered_at=timezone.now(), channel="phone", by=None
        )
    assert Case.objects.get().customer == mercedes
