"""The public addresses that this room writes into mails; ARCHITECTURE fixes their first letters."""

from __future__ import annotations

from django.conf import settings

from nps_platform.lib.signing import Door, make_token
from surveys.models import Invitation, Survey


def survey_url(token: str) -> str:
    """The page where one person answers."""
    return f"{settings.BASE_URL}/s/{token}"


def privacy_url(token: str) -> str:
    """How the answer is used."""
    return f"{survey_url(token)}/privacy"


def unsubscribe_url(token: str) -> str:
    """The page, and RFC 8058's one click, that end the surveys."""
    return f"{settings.BASE_URL}/u/{token}"


def personal_url(invitation: Invitation) -> str:
    return survey_url(invitation.token)


def test_token(survey: Survey) -> str:
    """Opens the survey as it stands; answers given there are recorded nowhere."""
    return make_token(Door.TEST_SURVEY, survey.organization_id, survey.pk)
