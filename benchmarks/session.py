"""One benchmark session: a test database, the rows that are needed, the three measurements."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from benchmarks.answers import answer_recorded
from benchmarks.inbox import far_page, make_cases, words_searched
from benchmarks.mail import message_prepared_and_sent
from benchmarks.pages import customer_page_bytes
from benchmarks.planning import wave_planned
from benchmarks.report import say
from nps_platform.customers.models import Customer
from nps_platform.tenancy.actions import create_organization
from nps_platform.tenancy.models import Membership, User
from nps_platform.tenancy.scope import entered
from surveys.actions import create_survey, publish_survey
from surveys.models import Invitation, Programme, SurveyKind


def run() -> int:
    """Print each ratio; 0 also where one falls short, since a noisy machine is no defect."""
    setup_test_environment()
    settings.ALLOWED_HOSTS = ["*"]
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        owner = User.objects.create_user("owner@bench.example", "not-used-here", name="Bench")
        organization = create_organization(slug="bench", name="Andina Telecom", owner=owner, language="es")
        with entered(organization):
            by = Membership.objects.get(user=owner)
            survey = create_survey(kind=SurveyKind.RELATIONAL, name="Bench", languages=["es", "it", "en"], by=by)
            publish_survey(survey, by=by)
            programme = Programme.objects.create(survey=survey, name="Bench", state=Programme.State.RUNNING)
            customer = Customer.objects.create(
                external_id="B", name="Mercedes Aliaga", email="m@correo.example", language="es"
            )
            invitation = Invitation.objects.create(
                programme=programme, survey=survey, customer=customer, language="es", state=Invitation.State.SENT
            )
            say(message_prepared_and_sent(survey).line())
        say(customer_page_bytes(invitation).line())
        if connection.vendor == "postgresql":
            say(answer_recorded(organization, programme).line())
            with entered(organization):
                make_cases(survey)
                for result in (*far_page(by), words_searched(by)):
                    say(result.line())
                say(wave_planned(survey).line())
        else:
            say(
                "answer recorded, inbox, wave planned: not measured (they need PostgreSQL: a role with CREATEDB, and pgbench)"
            )
    finally:
        teardown_databases(databases, verbosity=0)
    return 0
