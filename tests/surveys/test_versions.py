"""Editing never rewrites what people were asked: mails, links and answers stay with their version, metrics cover all."""

from __future__ import annotations

import pytest
from django.test import Client

from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys.actions import SurveyNotReady, publish_survey, update_survey
from surveys.message_kinds import render
from surveys.models import Invitation, Survey
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api, api
from tests.surveys.waves import customer, published, wave

__all__ = ["api"]
HERE = "/o/andina/surveys/"


def reworded(survey: Survey, text: str) -> Survey:
    """The next version, with another question."""
    entry = {"key": "nps", "texts": {"es": {"text": text, "low": "No", "high": "Sí"}}}
    return publish_survey(update_survey(survey, by=None, questions=[entry]), by=None)


def test_who_was_asked_sees_the_version_they_were_asked_and_the_next_ones_the_new(
    client: Client, inside: Organization
) -> None:
    survey = published(languages=("es",))
    customer(1)
    wave(survey)
    first = Invitation.objects.get()
    old = survey.draft_content.nps.text("es")
    reworded(survey, "¿Nos recomendaría hoy?")
    customer(2)
    wave(survey, name="Oleada 2", quarantine_days=0)
    second = Invitation.objects.get(customer__external_id="C-2")

    assert old in client.get(f"/s/{first.token}").text
    assert "¿Nos recomendaría hoy?" in client.get(f"/s/{second.token}").text
    mails = {i.pk: render(Message.objects.get(kind="invitation", source_id=i.pk)).text for i in (first, second)}
    assert old in mails[first.pk] and "¿Nos recomendaría hoy?" in mails[second.pk]

    for invitation, score in ((first, 3), (second, 9)):
        client.post(f"/s/{invitation.token}", {"score": score})
    said = {r.score: r.version.number for r in Response.objects.select_related("version")}
    assert said == {3: 1, 9: 2}
    assert old in client.get(f"/s/{first.token}/thanks").text, "its correction asks what was asked"


def test_metrics_by_survey_cover_all_versions(cast: Cast, inside: Organization, api: Api) -> None:
    survey = published(languages=("es",))
    customer(1)
    here = {"survey": survey.pk, "customer": "C-1", "channel": "phone"}
    assert api.post("responses", {**here, "score": 9})[1]["version"] == 1
    reworded(survey, "¿Nos recomendaría hoy?")
    assert api.post("responses", {**here, "score": 2})[1]["version"] == 2
    found = api.get("metrics/nps", survey=survey.pk)[1]
    assert (found["n"], found["promoters"], found["detractors"]) == (2, 1, 1)


def test_publishing_what_is_live_makes_no_version(inside: Organization) -> None:
    survey = published()
    again = publish_survey(survey, by=None).published
    assert again is not None and again.number == 1
    assert survey.versions.count() == 1


def test_a_draft_can_be_discarded(cast: Cast, inside: Organization) -> None:
    survey = published(languages=("es",))
    update_survey(survey, by=None, questions=[{"key": "nps", "texts": {"es": {"text": "Otra"}}}])
    page = cast.sign_in(cast.alicia).get(f"{HERE}{survey.pk}/").text
    assert "Draft v2" in page and "Discard the draft" in page
    cast.sign_in(cast.alicia).post(f"{HERE}{survey.pk}/discard/")
    survey.refresh_from_db()
    assert not survey.has_changes and survey.draft_content.nps.text("es").startswith("¿Qué probabilidad")


def test_a_language_that_is_not_ready_may_be_left_out(cast: Cast, inside: Organization) -> None:
    survey = published(languages=("es", "it"))
    update_survey(survey, by=None, questions=[{"key": "why-passive", "texts": {"it": {"text": ""}}}])
    with pytest.raises(SurveyNotReady):
        publish_survey(survey, by=None)
    alicia = cast.sign_in(cast.alicia)
    customer(1, language="it")
    page = alicia.get(f"{HERE}{survey.pk}/?part=why-passive&language=it").text
    assert "Publish without Italiano" in page and "1 customer reads Italiano" in page
    alicia.post(f"{HERE}{survey.pk}/publish/", {"without": "it"})
    survey.refresh_from_db()
    assert survey.published is not None
    assert (survey.published.number, survey.languages) == (2, ["es"])
    assert survey.draft_content.languages == ("es", "it") and survey.has_changes
    wave(survey)
    assert Invitation.objects.get().language == "es"


def test_the_archive_gives_back_what_it_took(cast: Cast, inside: Organization) -> None:
    survey = published()
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"{HERE}{survey.pk}/archive/")
    alicia.post(f"{HERE}{survey.pk}/?part=nps&language=es", {"text": "Otra"})
    survey.refresh_from_db()
    assert survey.state == Survey.State.ARCHIVED and not survey.has_changes, "nothing changes in the archive"
    alicia.post(f"{HERE}{survey.pk}/restore/")
    survey.refresh_from_db()
    assert survey.state == Survey.State.PUBLISHED
