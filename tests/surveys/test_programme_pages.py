"""The list of programmes and the page of a launched one, as somebody reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.tenancy.models import Organization
from surveys.actions import close, launch
from tests.conftest import Cast
from tests.surveys.waves import customer, draft_wave, launched, wave

LIST = "/o/andina/programmes/"


def test_what_closed_has_a_list_of_its_own(cast: Cast, inside: Organization) -> None:
    client = cast.sign_in(cast.alicia)
    close(wave(name="Otoño"), by=None)
    only = client.get(LIST).text
    assert "Otoño" in only and "show=closed" not in only
    draft_wave(name="Primavera")
    current, closed = client.get(LIST).text, client.get(f"{LIST}?show=closed").text
    assert "Primavera" in current and "Otoño" not in current and "show=closed" in current
    assert "Otoño" in closed and "Primavera" not in closed


def test_a_wave_that_is_still_to_come_says_when_instead_of_zeros(cast: Cast, inside: Organization) -> None:
    customer(1)
    programme = draft_wave(every="quarter", starts_on=timezone.localdate() + timedelta(days=40))
    launch(programme, by=None)
    page = cast.sign_in(cast.alicia).get(f"{LIST}{programme.pk}/").text
    assert "The first are asked" in page and "Nothing leaves until then" in page
    assert "Everything that was to leave has left." not in page and "0 of 0" not in page


@pytest.mark.parametrize(
    ("channel", "says", "keeps_still"),
    [
        ("email", ["Mails leave on", "It stops by itself", "mails stay in the outbox"], ["We call on"]),
        (
            "sms",
            ["Messages leave on", "No valid mobile number", "can’t be delivered"],
            ["spam", "mails stay in the outbox"],
        ),
        ("phone", ["We call on", "called again, three times"], ["It stops by itself", "Messages leave on", "gets"]),
    ],
)
def test_the_planner_speaks_of_its_channel(
    cast: Cast, inside: Organization, channel: str, says: list[str], keeps_still: list[str]
) -> None:
    customer(1, phone="+34600111222")
    customer(2)
    page = cast.sign_in(cast.alicia).get(f"{LIST}{draft_wave(channel=channel).pk}/").text
    assert not [words for words in says if words not in page]
    assert not [words for words in keeps_still if words in page]


def test_a_stop_stays_with_the_word_before_it(cast: Cast, inside: Organization) -> None:
    page = cast.sign_in(cast.alicia).get(f"{LIST}{draft_wave().pk}/").text
    assert page.count('<span class="whitespace-nowrap"><select') == page.count("</select>,</span>") + page.count(
        "</select>.</span>"
    )
    assert "</select>,</span>" in page and "</select>.</span>" in page


def test_an_event_told_twice_by_hand_says_that_it_was_known(cast: Cast, inside: Organization) -> None:
    customer(1)
    programme = launched(mode="trigger")
    client, told = cast.sign_in(cast.alicia), {"customer": "C-1", "event_id": "order-17"}
    first, second = (client.post(f"{LIST}{programme.pk}/events/", told, follow=True).text for _twice in range(2))
    assert "on its way" in first and "known already" not in first
    assert "known already" in second and "on its way" not in second
    assert programme.events.count() == programme.invitations.count() == 1
