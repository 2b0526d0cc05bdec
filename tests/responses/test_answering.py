"""A customer answers through their link: nothing but a POST records, and it records once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_platform.customers.models import Account, Customer
from nps_platform.lib.signing import Door, make_token
from nps_platform.tenancy.models import Organization, Unit
from responses.models import Response, ScoreChange
from surveys.authoring.content import Condition
from surveys.models import Invitation, Stage, Survey, Touchpoint
from tests.conftest import Cast
from tests.surveys.contents import republished


def link(invitation: Invitation) -> str:
    return f"/s/{invitation.token}"


def test_looking_at_the_page_or_its_robots_records_nothing(client: Client, invitation: Invitation) -> None:
    page = client.get(link(invitation), {"score": "2"})

    assert page.status_code == 200
    assert re.search(r'value="2"[^>]* checked', page.text) and page.text.count(" checked") == 1
    assert "<strong>2</strong> was chosen in the mail" in page.text
    assert client.head(link(invitation), {"score": "2"}).status_code == 200
    assert not page.cookies and "csrf" not in page.text
    assert not Response.objects.exists()
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.SENT


def test_one_post_with_a_score_confirms(client: Client, invitation: Invitation) -> None:
    answer = client.post(link(invitation), {"score": "2", "comment": "Three visits.\r\nNothing works."})

    assert answer.status_code == 303 and answer["Location"] == f"{link(invitation)}/thanks"
    response = Response.objects.get()
    assert (response.score, response.nps_class, response.kind) == (2, "detractor", "relational")
    assert response.comment == "Three visits.\nNothing works." and response.wants_contact is None
    assert response.customer == invitation.customer and response.language == "en"
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.ANSWERED and invitation.answered_at
    thanks = client.get(answer["Location"])
    assert "Thanks, detractor" in thanks.text and "Three visits." in thanks.text and response.loop_token in thanks.text


def test_an_answer_without_score_keeps_what_was_typed(client: Client, invitation: Invitation) -> None:
    for score in ({}, {"score": ""}, {"score": "11"}, {"score": "9.5"}, {"score": "nine"}):
        page = client.post(link(invitation), {**score, "comment": "Kept words", "contact": "1"})
        assert page.status_code == 422
        assert "<title>Error:" in page.text and 'role="alert"' in page.text and "Kept words" in page.text
    too_long = client.post(link(invitation), {"score": "9", "comment": "x" * 4001})
    assert too_long.status_code == 422 and re.search(r'value="9"[^>]* checked', too_long.text)
    assert not Response.objects.exists()


def test_only_those_who_want_it_are_contacted(client: Client, invitation: Invitation) -> None:
    page = client.get(link(invitation))
    assert "You may contact me" in page.text and " checked" not in page.text

    client.post(link(invitation), {"score": "8", "contact_asked": "dpr"})
    assert Response.objects.get().wants_contact is False
    client.post(link(invitation), {"score": "8", "contact_asked": "dpr", "contact": "1"})
    assert Response.objects.get().wants_contact is True


def test_who_was_not_asked_has_not_refused_contact(client: Client, survey: Survey, invitation: Invitation) -> None:
    said = survey.draft_content
    assert said.contact is not None
    consent = replace(said.contact, shown=Condition(classes=("detractor",)))
    Invitation.objects.update(version=republished(survey, said.with_question(consent)).published)
    page = client.get(link(invitation), {"score": "10"}).text
    assert 'class="ck only qd"' in page and 'name="contact_asked" value="d"' in page
    assert 'class="ck only qd on"' in client.get(link(invitation), {"score": "1"}).text

    client.post(link(invitation), {"score": "10", "contact_asked": "d"})
    assert Response.objects.get().wants_contact is None


def test_a_detractor_is_told_by_when_we_call_a_promoter_is_not(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation), {"score": "3"})
    assert "at the latest" in client.get(link(invitation)).text
    client.post(link(invitation), {"score": "10"})
    page = client.get(link(invitation)).text
    assert "Thanks, promoter" in page and "at the latest" not in page
    client.post(link(invitation), {"score": "3", "contact_asked": "dpr"})
    assert "at the latest" not in client.get(link(invitation)).text, "who wants no contact is promised none"


def test_who_cant_wait_touches_the_number_to_call(client: Client, invitation: Invitation) -> None:
    Organization.objects.update(phone="+34 (900) 000-123")
    client.post(f"/s/{invitation.token}", {"score": "2"})
    assert 'href="tel:+34900000123">+34 (900) 000-123</a>' in client.get(f"/s/{invitation.token}").text
    Organization.objects.update(phone="900 000 123 (24 h)")
    page = client.get(f"/s/{invitation.token}").text
    assert "900 000 123 (24 h)" in page and "tel:" not in page


def test_a_second_answer_corrects_the_first_for_seven_days(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation), {"score": "9", "comment": "Good"})
    client.post(link(invitation), {"score": "9", "comment": "Good"})
    assert not ScoreChange.objects.exists(), "a double submission says nothing new"

    assert "Correct my answer" in client.get(link(invitation)).text
    client.post(link(invitation), {"score": "4", "comment": "Worse since"})
    response = Response.objects.get()
    assert (response.score, response.nps_class, response.comment) == (4, "detractor", "Worse since")
    change = ScoreChange.objects.get()
    assert (change.kind, change.score, change.comment) == ("correction", 9, "Good")

    Response.objects.update(answered_at=timezone.now() - timedelta(days=7, minutes=1))
    late = client.post(link(invitation), {"score": "10"})
    assert late.status_code == 409 and "stays as it was" in late.text
    assert Response.objects.get().score == 4 and "Correct my answer" not in late.text


def test_a_score_given_after_contact_stays_outside_the_result(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation), {"score": "2"})
    Response.objects.update(contacted_at=timezone.now())

    assert "Give a new score" in client.get(link(invitation)).text
    for _again in range(2):
        client.post(link(invitation), {"score": "10", "comment": "All well now"})
    assert Response.objects.get().score == 2
    change = ScoreChange.objects.get()
    assert (change.kind, change.score, change.comment) == ("after_contact", 10, "All well now")


def test_the_page_speaks_the_languages_of_the_survey(client: Client, invitation: Invitation) -> None:
    page = client.get(link(invitation), {"language": "es", "score": "7"})
    assert '<html lang="es"' in page.text and "¿Qué probabilidad" in page.text
    assert "language=it&amp;" in page.text or "language=it" in page.text
    assert '<html lang="en"' in client.get(link(invitation), {"language": "xx"}).text

    answer = client.post(link(invitation), {"score": "7", "language": "es"})
    assert Response.objects.get().language == "es"
    assert '<html lang="es"' in client.get(answer["Location"]).text


def test_links_that_open_nothing_get_one_page(client: Client, invitation: Invitation) -> None:
    organization = invitation.organization_id
    tokens = [
        "garbled",
        "ñ" * 44,
        invitation.token[:-1] + ("A" if invitation.token[-1] != "A" else "B"),
        invitation.unsubscribe_token,
        make_token(Door.SURVEY, organization, 999_999),
        make_token(Door.SURVEY, organization + 1, invitation.pk),
        make_token(Door.SURVEY, 999_999, invitation.pk),
    ]
    pages = [client.get(f"/s/{token}") for token in tokens]
    assert [page.status_code for page in pages] == [404] * len(tokens)
    assert len({page.content for page in pages}) == 1, "the reason can't be read off the page"
    assert client.post(f"/s/{tokens[2]}", {"score": "9"}).status_code == 404
    skipped = Invitation.objects.filter(pk=invitation.pk)
    skipped.update(state=Invitation.State.SKIPPED)
    assert client.get(link(invitation)).content == pages[0].content


def test_many_bad_links_are_slowed_down_good_ones_never(client: Client, invitation: Invitation) -> None:
    statuses = {client.get("/s/guess", REMOTE_ADDR="203.0.113.7").status_code for _attempt in range(130)}
    assert statuses == {404, 429}
    assert client.get(link(invitation), REMOTE_ADDR="203.0.113.7").status_code == 200


@pytest.mark.parametrize("reason", ["late", "closed"])
def test_a_survey_that_is_over_says_so_and_keeps_what_was_answered(
    client: Client, invitation: Invitation, reason: str
) -> None:
    over: dict[str, Any] = {"expires_at": timezone.now()} if reason == "late" else {"state": Invitation.State.CLOSED}
    Invitation.objects.filter(pk=invitation.pk).update(**over)

    page = client.get(link(invitation))
    assert page.status_code == 410 and "tuvoz@andina.example" in page.text
    assert client.post(link(invitation), {"score": "9"}).status_code == 410
    assert not Response.objects.exists()


def test_what_was_answered_in_time_can_still_be_seen(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation), {"score": "9"})
    Invitation.objects.update(expires_at=timezone.now())
    assert "Thanks, promoter" in client.get(link(invitation)).text


def test_how_the_answer_is_used_is_one_link_away(client: Client, invitation: Invitation) -> None:
    assert f"{link(invitation)}/privacy" in client.get(link(invitation)).text
    for language in ("en", "es", "it"):
        page = client.get(f"{link(invitation)}/privacy", {"language": language})
        assert page.status_code == 200 and f'<html lang="{language}"' in page.text


def test_a_test_link_shows_everything_and_keeps_nothing(client: Client, survey: Survey) -> None:
    address = f"/s/{make_token(Door.TEST_SURVEY, survey.organization_id, survey.pk)}"
    assert "This is a test" in client.get(address, {"score": "9"}).text
    assert client.post(address).status_code == 422
    page = client.post(address, {"score": "9", "comment": "Trying"})
    assert page.status_code == 200 and "Thanks, promoter" in page.text and "This is a test" in page.text
    assert not Response.objects.exists()


def test_the_editor_sees_the_customers_page_without_sending(cast: Cast, survey: Survey) -> None:
    address = f"/o/{cast.organization.slug}/surveys/{survey.pk}/preview/"
    page = cast.sign_in(cast.alicia).get(address, {"language": "en", "score": "2"})
    assert page.status_code == 200 and "Preview" in page.text and "What went wrong?" in page.text
    assert page["X-Frame-Options"] == "SAMEORIGIN" and "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert 'action="' not in page.text and 'class="btn" disabled' in page.text
    thanks = cast.sign_in(cast.alicia).get(address, {"page": "thanks", "score": "2", "language": "en"})
    assert "Thanks, detractor" in thanks.text
    assert cast.sign_in(cast.bruno).get(address).status_code == 403
    assert cast.sign_in(cast.carla).get(address).status_code == 404
    assert not Response.objects.exists()


def test_what_an_answer_counts_for_is_written_beside_it(client: Client, invitation: Invitation, cast: Cast) -> None:
    stage = Stage.objects.create(name="Support")
    touchpoint = Touchpoint.objects.create(stage=stage, name="Call centre")
    Survey.objects.update(kind="transactional", touchpoint=touchpoint)
    north = Unit.objects.create(name="North", code="N")
    acme = Account.objects.create(external_id="A-1", name="Acme", unit=north)
    Customer.objects.update(account=acme)

    client.post(link(invitation), {"score": "7"})
    response = Response.objects.get()
    assert (response.kind, response.stage, response.touchpoint) == ("transactional", stage, touchpoint)
    assert (response.account, response.unit) == (acme, north)

    Customer.objects.update(account=None)
    response.refresh_from_db()
    assert response.account == acme, "it stays as it was"


def test_a_customers_page_shows_the_answers_to_those_who_may_read_them(
    cast: Cast, client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation), {"score": "9", "comment": "Quick and kind"})
    client.post(link(invitation), {"score": "6", "comment": "Less so"})

    address = f"/o/{cast.organization.slug}/customers/{invitation.customer.pk}/"
    page = cast.sign_in(cast.alicia).get(address).text
    assert "Less so" in page and "corrected from 9" in page and "1 answer" in page
    assert cast.sign_in(cast.bruno).get(address).status_code == 403
