"""However many posts arrive at once, an invitation has one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from responses.models import Response, ScoreChange
from responses.signals import response_recorded
from surveys.models import Invitation, Programme
from tests.surveys.contents import content, live

POSTS = 50


@pytest.fixture
def token(transactional_db: None) -> tuple[Organization, str]:
    organization = Organization.objects.create(slug="andina", name="Andina Telecom")
    with entered(organization):
        survey = live(content())
        invitation = Invitation.objects.create(
            programme=Programme.objects.create(name="Wave", survey=survey, state=Programme.State.RUNNING),
            survey=survey,
            customer=Customer.objects.create(external_id="C-1", email="c@example.com"),
            language="en",
            state=Invitation.State.SENT,
            expires_at=timezone.now() + timedelta(days=1),
        )
        return organization, invitation.token


def post(token: str, score: int) -> int:
    try:
        return Client().post(f"/s/{token}", {"score": score, "comment": "At once"}).status_code
    finally:
        connections.close_all()


@pytest.mark.parametrize("scores", [[4] * POSTS, [n % 11 for n in range(POSTS)]], ids=["the same", "different"])
def test_fifty_posts_at_once_give_one_answer(token: tuple[Organization, str], scores: list[int]) -> None:
    told: list[bool] = []
    response_recorded.connect(listener := lambda corrected, **_: told.append(corrected), weak=False)
    organization, address = token
    try:
        with ThreadPoolExecutor(POSTS if connection.vendor == "postgresql" else 16) as crowd:
            statuses = list(crowd.map(lambda score: post(address, score), scores))
    finally:
        response_recorded.disconnect(listener)

    assert set(statuses) == {303}
    with entered(organization):
        response = Response.objects.get()
        changes = list(ScoreChange.objects.all())
    assert told.count(False) == 1 and told.count(True) == len(changes), "each change is announced, the answer once"
    if len(set(scores)) == 1:
        assert not changes and response.score == 4
    else:
        scores_held = [change.score for change in changes] + [response.score]
        assert all(one != other for one, other in pairwise(scores_held)), "an unbroken history"
