"""Who could not be asked for an open case or an incident stands beside the score, with what they last gave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dashboards.queries.left_out import LeftOut
from nps_platform.customers.models import Customer
from nps_platform.tenancy.models import Organization, Unit
from nps_platform.tenancy.roles import Role
from responses.actions import record_elsewhere
from surveys.actions import Fact, declare_incident, end_incident, take_events
from surveys.planning.judging import draw_key
from tests.conftest import Cast
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.surveys.test_events import sweep_now
from tests.surveys.waves import customer, launched, published, send_everything


def shown(cast: Cast, member: Any, **asked: str) -> Any:
    page = cast.sign_in(member).get(f"/o/{cast.organization.slug}/dashboards/", asked)
    assert page.status_code == 200
    return page


def test_who_was_left_out_of_a_wave_is_counted_beside_its_score_until_they_are_asked(
    cast: Cast,
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    lima = Unit.objects.create(name="Lima", code="lima", path="/1/")
    survey = published()
    unhappy, silent = customer(1, unit=lima), customer(2, unit=lima)
    happy = [customer(n) for n in range(3, 9)]
    long_ago = timezone.now() - timedelta(days=400)
    record_elsewhere(survey=survey, customer=unhappy, score=2, answered_at=long_ago, channel="phone", by=None)
    outage = declare_incident(unit=lima, note="No light", by=None)
    launched(survey)
    for one in happy:
        record_elsewhere(survey=survey, customer=one, score=9, answered_at=timezone.now(), channel="phone", by=None)
    page = shown(cast, cast.alicia)
    assert page.context["left_out"] == LeftOut(incident=2, detractors=1)
    assert page.context["left_out"].unheard == 1
    assert ">2</b> people are missing from this score" in page.content.decode()
    assert "What they last gave" in page.content.decode()
    assert shown(cast, cast.alicia, survey=str(published().pk)).context.get("left_out", LeftOut()).people == 0
    # Few people could be recognised by their class: an executive is told the number alone.
    told = shown(cast, cast.member(Role.EXECUTIVE))
    assert ">2</b> people are missing" in told.content.decode()
    assert "What they last gave" not in told.content.decode()
    end_incident(outage, by=None)
    sweep_now()
    send_everything()
    assert shown(cast, cast.alicia).context["left_out"].people == 0
    assert silent.invitations.get().sent_at


def test_an_event_that_asked_nobody_counts_as_well(cast: Cast, inside: Organization) -> None:
    survey = published(kind="transactional")
    programme = launched(survey, mode="trigger")
    person, other = customer(1), customer(2)
    record_elsewhere(survey=survey, customer=other, score=9, answered_at=timezone.now(), channel="phone", by=None)
    declare_incident(unit=None, note="No light", by=None)
    now = timezone.now()
    take_events(programme, [Fact(person, now, "a"), Fact(person, now, "b"), Fact(other, now, "c")], by=None)
    assert shown(cast, cast.alicia, kind="transactional").context["left_out"] == LeftOut(incident=1)


def test_of_a_sample_only_who_would_have_been_drawn_is_missing(cast: Cast, inside: Organization) -> None:
    lima = Unit.objects.create(name="Lima", code="lima", path="/1/")
    survey = published()
    for n in range(1, 41):
        customer(n, unit=lima if n <= 20 else None)
    declare_incident(unit=lima, note="No light", by=None)
    programme = launched(survey, sample={"share": 0.5})
    assert programme.counts["skipped"]["incident"] == 20
    one = programme.invitations.filter(skip_reason="").first()
    assert one
    record_elsewhere(
        survey=survey, customer=one.customer, score=9, answered_at=timezone.now(), channel="phone", by=None
    )
    cutoff = programme.waves.get().plan["cutoffs"][""]
    keys = Customer.objects.filter(unit=lima).annotate(key=draw_key(programme.seed, 1)).values_list("key", flat=True)
    drawn = sum(key <= cutoff for key in keys)
    assert 0 < drawn < 20
    assert shown(cast, cast.alicia).context["left_out"].people == drawn
