"""Mercedes gave a 2 and a case was opened; Bruno looks after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from closeloop.models import Case
from nps_platform.customers.models import Customer
from responses.actions import record_response
from responses.models import Response
from surveys.models import Invitation
from tests.conftest import Cast
from tests.responses.conftest import invitation, mercedes, survey

__all__ = ["invitation", "mercedes", "survey"]


@pytest.fixture
def response(invitation: Invitation) -> Response:
    return record_response(invitation, score=2, comment="Three visits and nothing works.")[0]


@pytest.fixture
def case(response: Response, mercedes: Customer, cast: Cast) -> Case:
    case = Case.objects.filter(response=response).first()
    return case or Case.objects.create(
        number=12,
        response=response,
        customer=mercedes,
        nps_class=response.nps_class,
        assignee=cast.bruno,
        due_at=timezone.now() + timedelta(hours=4),
    )
