"""Mercedes was asked by Alicia's organisation; her link is `invitation.token`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization
from surveys.models import Invitation, Programme, Survey
from tests.surveys.contents import content, live, question, thanks

FOLLOW_UPS = {"promoter": "What do we do well?", "passive": "What would make it a 10?", "detractor": "What went wrong?"}


@pytest.fixture
def mercedes(inside: Organization) -> Customer:
    return Customer.objects.create(external_id="C-1", name="Mercedes Ruiz", email="mercedes@example.com", language="en")


@pytest.fixture
def survey(inside: Organization) -> Survey:
    """Published, in three languages, with a follow-up and a thank-you page per class."""
    texts = {
        "en": {"text": "How likely are you to recommend Andina Telecom?"},
        "es": {"text": "¿Qué probabilidad hay de que recomiende Andina Telecom?"},
        "it": {"text": "Con quale probabilità consiglierebbe Andina Telecom?"},
    }
    follow_ups = [question(c, "text", text, classes=[c]) for c, text in FOLLOW_UPS.items()]
    consent = question("contact", "contact", texts={"en": {"text": "You may contact me", "help": "Only this."}})
    pages = {c: thanks(c, step="contact" if c == "detractor" else "") for c in FOLLOW_UPS}
    return live(
        content(
            question("nps", "nps", texts=texts),
            *follow_ups,
            consent,
            languages=("en", "es", "it"),
            subject="Andina Telecom",
            thanks=tuple(pages.values()),
        )
    )


@pytest.fixture
def invitation(survey: Survey, mercedes: Customer) -> Invitation:
    now = timezone.now()
    programme = Programme.objects.create(name="Wave 1", survey=survey, state=Programme.State.RUNNING, launched_at=now)
    return Invitation.objects.create(
        programme=programme,
        survey=survey,
        version=survey.published,
        customer=mercedes,
        language="en",
        state=Invitation.State.SENT,
        sent_at=now,
        expires_at=now + timedelta(days=21),
    )
