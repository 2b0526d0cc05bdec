"""The API against its own description: schemathesis sends what the schema allows and what it forbids, and finds no 500 and no
undocumented answer."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.models import AlertRule
from nps_platform.customers.models import Customer
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import Membership, Organization, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from responses.actions import record_elsewhere
from surveys.actions import (
    add_note,
    add_stage,
    add_touchpoint,
    create_programme,
    create_survey,
    declare_incident,
    launch,
    publish_survey,
)
from surveys.models import Programme, SurveyKind

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def _furnished_organization() -> str:
    """One organisation with a customer, an answer and its case, two programmes and an incident, a journey; its API key."""
    organization = Organization.objects.create(slug="andina", name="Andina Telecom")
    user = User.objects.create_user("alicia@andina.example", "circulo-test", name="Alicia Robles")
    alicia = Membership.objects.create(organization=organization, user=user, role=Role.OWNER)
    with entered(organization):
        AlertRule.objects.create(name="Detractors", classes=["detractor"])
        stage = add_stage(name="Install", by=alicia)
        touchpoint = add_touchpoint(stage=stage, name="Visit", by=alicia)
        add_note(touchpoint=touchpoint, held_on=date(2026, 3, 2), text="Waited.", by=alicia)
        survey = create_survey(kind=SurveyKind.RELATIONAL, name="Relational", languages=["en"], by=alicia)
        publish_survey(survey, by=alicia)
        for fields in ({}, {"mode": "trigger"}):
            create_programme(survey=survey, name="Programme", by=alicia, **fields)
        launch(Programme.objects.get(mode="trigger"), by=alicia)
        declare_incident(unit=None, note="Outage", by=alicia)
        customer = Customer.objects.create(external_id="C1", name="Mercedes Aliaga", email="m@correo.example")
        response = record_elsewhere(
            survey=survey,
            customer=customer,
            score=2,
            comment="Slow.",
            channel="phone",
            answered_at=timezone.now(),
            by=alicia,
        )
        follow_up(response.pk)
    return make_api_key(organization, name="Schema", by=alicia)


@pytest.mark.django_db(transaction=True)
def test_the_api_keeps_to_its_schema_whatever_it_is_sent(live_server: Any) -> None:
    key = _furnished_organization()
    with urllib.request.urlopen(
        f"{live_server.url}/api/v1/schema", timeout=120
    ) as answer:  # the first one takes longest
        assert answer.status == 200
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{live_server.url}/api/v1/schema",
            "--header",
            f"Authorization: Bearer {key}",
            "--checks",
            CHECKS,
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "4",
            "--seed",
            "7",
            "--generation-database",
            "none",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
