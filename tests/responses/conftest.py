"""Mercedes was asked by Alicia's organisation; her link is `invitation.token`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization
from surveys.models import Invitation, Programme, Question, Survey, SurveyKind, ThankYou

FOLLOW_UPS = {"promoter": "What do we do well?", "passive": "What would make it a 10?", "detractor": "What went wrong?"}


@pytest.fixture
def mercedes(inside: Organization) -> Customer:
    return Customer.objects.create(external_id="C-1", name="Mercedes Ruiz", email="mercedes@example.com", language="en")


@pytest.fixture
def survey(inside: Organization) -> Survey:
    """Published, in three languages, with a follow-up and a thank-you page per class."""
    survey = Survey.objects.create(
        name="Relational",
        kind=SurveyKind.RELATIONAL,
        languages=["en", "es", "it"],
        subject_name="Andina Telecom",
        state=Survey.State.PUBLISHED,
    )
    texts = {
        "en": {"text": "How likely are you to recommend Andina Telecom?"},
        "es": {"text": "¿Qué probabilidad hay de que recomiende Andina Telecom?"},
        "it": {"text": "Con quale probabilità consiglierebbe Andina Telecom?"},
    }
    Question.objects.create(survey=survey, key="nps", kind="nps", texts=texts)
    for nps_class, text in FOLLOW_UPS.items():
        Question.objects.create(
            survey=survey, key=nps_class, kind="text", shown_for=[nps_class], texts={"en": {"text": text}}
        )
        ThankYou.objects.create(survey=survey, nps_class=nps_class, texts={"en": {"title": f"Thanks, {nps_class}"}})
    Question.objects.create(
        survey=survey, key="contact", kind="contact", texts={"en": {"text": "You may contact me", "help": "Only this."}}
    )
    return survey


@pytest.fixture
def invitation(survey: Survey, mercedes: Customer) -> Invitation:
    now = timezone.now()
    programme = Programme.objects.create(name="Wave 1", survey=survey, state=Programme.State.RUNNING, launched_at=now)
    return Invitation.objects.create(
        programme=programme,
        survey=survey,
        customer=mercedes,
        language="en",
        state=Invitation.State.SENT,
        sent_at=now,
        expires_at=now + timedelta(days=21),
    )
