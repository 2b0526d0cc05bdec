"""Answers that arrive, and the rules a new organisation starts with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import Case
from closeloop.starters import give_starters
from nps_platform.customers.models import Customer
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys.models import Survey
from tests.surveys.contents import content, live

Answers = Callable[..., Response]
Opens = Callable[..., Case]


@pytest.fixture
def started(inside: Organization) -> Organization:
    """Alicia's organisation as it starts: one rule, causes, replies."""
    give_starters(inside)
    return inside


@pytest.fixture
def mercedes(inside: Organization) -> Customer:
    return Customer.objects.create(
        external_id="C1",
        name="Mercedes Aliaga",
        email="mercedes@correo.example",
        language="es",
        phone="+34 600 000 001",
    )


@pytest.fixture
def survey(inside: Organization) -> Survey:
    return live(content(languages=("es", "en"), subject="Andina"))


@pytest.fixture
def answers(mercedes: Customer, survey: Survey) -> Answers:
    """`answers(2, "Sigo sin internet")`: a confirmed answer, by Mercedes unless said otherwise."""

    def answer(score: int, comment: str = "", *, at: datetime | None = None, **values: object) -> Response:
        return Response.objects.create(
            **{
                "survey": survey,
                "kind": survey.kind,
                "customer": mercedes,
                "score": score,
                "nps_class": class_of(score),
                "comment": comment,
                "answered_at": at or timezone.now(),
                "language": "es",
            }
            | values
        )

    return answer


@pytest.fixture
def opens(started: Organization, answers: Answers) -> Opens:
    """`opens(2, "…")`: an answer and the case that follows."""

    def open_case(score: int = 2, comment: str = "Sigo sin internet", **values: object) -> Case:
        case = follow_up(answers(score, comment, **values).pk)
        assert case is not None
        return case

    return open_case
