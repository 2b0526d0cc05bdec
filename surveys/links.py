"""The public addresses that this room writes into mails; ARCHITECTURE fixes their first letters."""

from __future__ import annotations

from django.conf import settings

from nps_platform.lib.signing import Door, make_token, short_mark
from nps_platform.tenancy.models import Organization
from surveys.models import Collector, Invitation, Survey


def survey_url(token: str) -> str:
    """The page where one person answers."""
    return f"{settings.BASE_URL}/s/{token}"


def short_url(code: str) -> str:
    """The same page by an address that fits into a text."""
    return f"{settings.BASE_URL}/m/{code}"


def privacy_url(token: str) -> str:
    """How the answer is used."""
    return f"{survey_url(token)}/privacy"


def unsubscribe_url(token: str) -> str:
    """The page, and RFC 8058's one click, that end the surveys."""
    return f"{settings.BASE_URL}/u/{token}"


def personal_url(invitation: Invitation) -> str:
    return survey_url(invitation.token)


def collector_url(collector: Collector) -> str:
    """Where whoever comes by answers; of a website, the script."""
    if collector.kind == Collector.Kind.EMBED:
        return f"{settings.BASE_URL}/w/{collector.token}.js"
    door = "kiosk" if collector.kind == Collector.Kind.KIOSK else "l"
    return f"{settings.BASE_URL}/{door}/{collector.token}"


def short_collector_url(collector: Collector, organization: Organization) -> str:
    """The same place, short enough to be typed from a poster."""
    mark = short_mark(Door.COLLECTOR, organization.pk, collector.pk)
    return f"{settings.BASE_URL}/l/{organization.slug}/{collector.pk}-{mark}"


def test_token(survey: Survey) -> str:
    """Opens the survey as it stands; answers given there are recorded nowhere."""
    return make_token(Door.TEST_SURVEY, survey.organization_id, survey.pk)
