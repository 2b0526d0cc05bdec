"""Scores over periods and parts: kinds apart, months of the organisation's own clock, verdicts that hold."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils import timezone

from dashboards.periods import Period, last_days, month_of, quarter_of, read_period, year_of
from dashboards.queries.coverage import coverage
from dashboards.queries.filters import EVERY_KIND, Filters
from dashboards.queries.parts import Dimension, breakdown, phone_shift
from dashboards.queries.scores import distributions, standing, trend
from nps_platform.customers.models import Segment
from nps_platform.lib.nps import Counts, Verdict
from nps_platform.tenancy.models import Unit
from surveys.models import Invitation, Programme, Stage, Touchpoint

MARCH = month_of(date(2026, 3, 1))


@pytest.fixture
def touchpoints(inside) -> list[Touchpoint]:
    stage = Stage.objects.create(name="Uso")
    return [Touchpoint.objects.create(name=name, stage=stage) for name in ("Avería", "Factura", "Visita")]


def test_periods_are_compared_like_with_like():
    assert month_of(date(2026, 3, 9)).before == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert quarter_of(date(2026, 2, 1)).before == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert month_of(date(2024, 2, 5)).year_ago == Period(date(2023, 2, 1), date(2023, 2, 28))
    assert Period(date(2024, 2, 29), date(2024, 3, 9)).year_ago == Period(date(2023, 2, 28), date(2023, 3, 9))
    assert last_days(90, date(2026, 3, 31)).before.last == date(2025, 12, 31)
    assert read_period("2026-q1", date(2026, 5, 5)) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert read_period("last-12-months", date(2026, 5, 5)) == Period(date(2025, 5, 1), date(2026, 4, 30))
    assert read_period("2025", date(2026, 5, 5)) == year_of(date(2025, 7, 1))
    for nonsense in ("2026-13", "2026-q5", "0000", "9999-01", "last-0-days", "2026-1", "۲۰۲۶"):
        with pytest.raises(ValueError):
            read_period(nonsense, date(2026, 5, 5))


def test_a_score_is_of_one_kind_and_of_the_organisations_own_days(world):
    customer = world.customer()
    world.answers(180, 130, 90, date(2026, 2, 10))
    world.answers(230, 120, 80, date(2026, 3, 10))
    world.answers(0, 0, 50, date(2026, 3, 10), kind="transactional")
    # One second before and at midnight in Madrid, which is another day in UTC.
    world.answer(customer, 0, world.at(date(2026, 3, 31), time(23, 59, 59)))
    world.answer(customer, 0, world.at(date(2026, 4, 1), time(0)))

    found = standing(Filters(MARCH))

    assert found.score.counts == Counts(230, 120, 81)
    assert found.distribution.counts[0] == 1
    assert (found.against_before.before, found.against_before.verdict) == (Counts(180, 130, 90), Verdict.UP)
    assert found.against_year_ago.delta is None
    months = {m.month: m.score.n for m in trend(Filters(MARCH))}
    assert (len(months), months[date(2026, 2, 1)], months[date(2026, 3, 1)], months[date(2025, 12, 1)]) == (
        13,
        400,
        431,
        0,
    )
    with pytest.raises(ValueError, match="one kind"):
        distributions(Filters(MARCH, EVERY_KIND), [MARCH])


def test_a_breakdown_adds_up_and_keeps_only_verdicts_that_hold_over_the_table(world, touchpoints):
    fault, bill, visit = touchpoints
    world.answers(200, 100, 100, date(2026, 2, 10), kind="transactional", touchpoint=fault)
    world.answers(100, 100, 200, date(2026, 3, 10), kind="transactional", touchpoint=fault)
    world.answers(60, 40, 40, date(2026, 2, 10), kind="transactional", touchpoint=bill)
    world.answers(78, 36, 26, date(2026, 3, 10), kind="transactional", touchpoint=bill)  # p = .014 by itself
    world.answers(5, 0, 0, date(2026, 3, 10), kind="transactional", touchpoint=visit)
    filters = Filters(MARCH, "transactional")

    found = breakdown(filters, Dimension.TOUCHPOINT, MARCH.before)

    assert [(c.name, c.score.n, c.change.verdict) for c in found.cells] == [
        ("Avería", 400, Verdict.DOWN),
        ("Factura", 140, Verdict.UP),
        ("Visita", 5, Verdict.FEW),
    ]
    assert found.total.score.n == sum(c.score.n for c in found.cells) == 545
    # Ten more touchpoints in which nothing happened: the weaker verdict may now be luck.
    for n in range(10):
        calm = Touchpoint.objects.create(name=f"Z{n}", stage=fault.stage)
        for month in (2, 3):
            world.answers(50, 50, 50, date(2026, month, 10), kind="transactional", touchpoint=calm)
    among_many = breakdown(filters, Dimension.TOUCHPOINT, MARCH.before)
    assert [c.change.verdict for c in among_many.cells[:2]] == [Verdict.DOWN, Verdict.NO_CHANGE]


def test_units_count_with_what_lies_below_them_and_segments_by_their_rules(world):
    peru = Unit.objects.create(name="Perú", code="pe")
    lima = Unit.objects.create(name="Lima", code="pe-lim", parent=peru)
    chile = Unit.objects.create(name="Chile", code="cl")
    for unit, parent in ((peru, ""), (lima, f"/{peru.pk}"), (chile, "")):
        Unit.objects.filter(pk=unit.pk).update(path=f"{parent}/{unit.pk}/")
        unit.refresh_from_db()
    for unit, score in ((peru, 10), (lima, 9), (chile, 0)):
        world.answer(world.customer(unit=unit), score, date(2026, 3, 3))
    in_chile = Segment.objects.create(
        name="Chile", rules={"match": "all", "conditions": [{"field": "unit", "operator": "is", "value": chile.pk}]}
    )

    assert standing(Filters(MARCH, unit=peru)).score.counts == Counts(2, 0, 0)
    assert standing(Filters(MARCH, unit=lima)).score.counts == Counts(1, 0, 0)
    assert standing(Filters(MARCH, segment=in_chile)).score.counts == Counts(0, 0, 1)


def test_the_response_rate_is_of_the_invitations_that_were_sent(world):
    wave = Programme.objects.create(name="Ola", survey=world.survey())
    states = ["answered"] * 3 + ["sent"] * 5 + ["bounced"] + ["skipped", "planned"]
    for state in states:
        Invitation.objects.create(
            programme=wave,
            survey=wave.survey,
            customer=world.customer(),
            language="es",
            state=state,
            sent_at=None if state in {"skipped", "planned"} else world.at(date(2026, 3, 2)),
        )

    total = coverage(Filters(MARCH)).total

    assert (total.sent, total.answered, total.bounced) == (9, 3, 1)
    assert total.share == pytest.approx(1 / 3)
    assert coverage(Filters(MARCH, "transactional")).total.share is None


def test_a_changed_share_of_telephone_answers_is_a_warning_beside_the_change(world):
    world.answers(40, 10, 10, date(2026, 2, 10))
    world.answers(40, 10, 10, date(2026, 3, 10))
    assert phone_shift(Filters(MARCH), MARCH.before) is None
    world.answers(30, 0, 0, date(2026, 3, 10), channel="phone")
    assert phone_shift(Filters(MARCH), MARCH.before) == pytest.approx(1 / 3)
    assert phone_shift(Filters(MARCH), MARCH.year_ago) is None


def test_the_page_survives_whatever_its_address_asks(cast, world, touchpoints):
    world.answers(120, 60, 40, timezone.localdate())
    client, home = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/dashboards/"
    for question in (
        "",
        "?period=2026-99",
        "?period=last-90-days&survey=abc&unit=999999&segment=-1",
        "?kind=nonsense&by=name",
        f"?touchpoint={touchpoints[0].pk}",
        f"?kind=relational&touchpoint={touchpoints[0].pk}",
        "?by=channel&kind=phase",
    ):
        assert client.get(home + question).status_code == 200, question
    title = client.get(home + "?kind=transactional&period=last-90-days").context.get("trend")
    assert title is None  # nobody answered about a touchpoint
    world.answers(20, 0, 0, timezone.localdate(), kind="transactional", touchpoint=touchpoints[0])
    page = client.get(home + "?kind=transactional")
    assert page.context["trend"].title == "All of them together stand at 100"
    assert "Choose one to compare it with itself" in page.content.decode()
    assert "This period is not known" in client.get(home + "?period=2026-99").content.decode()
    assert client.post(home).status_code == 405
    assert cast.sign_in(cast.carla).get(home).status_code == 404


def test_every_table_comes_out_as_a_file(cast, world):
    world.answers(120, 60, 40, timezone.localdate())
    client, home = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/dashboards/"

    def lines(name):
        answer = client.get(f"{home}{name}.csv")
        assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
        return answer.content.decode("utf-8-sig").splitlines()

    assert lines("distribution")[1 + 9] == "9,120"
    assert lines("trend")[-1].split(",")[1:6] == ["220", "120", "60", "40", "36.364"]
    assert lines("breakdown")[-1].startswith("total,220,120,60,40,36.364")
    assert lines("response-rate") == ["programme,invitations,bounced,answered,response_rate", ",0,0,0,"]
    assert client.get(f"{home}nonsense.csv").status_code == 404


def test_a_chart_of_few_answers_is_titled_as_what_it_is(cast, world):
    today = timezone.localdate()
    client, home = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/dashboards/"

    def titles() -> tuple[str, str]:
        charts = client.get(home).context
        return charts["trend"].title, charts["distribution_chart"].title

    world.answers(1, 0, 0, today)
    assert titles() == ("One answer so far: too few to speak of a score", "One answer, a 9")
    world.answers(1, 0, 0, today)
    assert titles() == ("2 answers so far: too few to speak of a score", "All answer with a 9")
    world.answers(0, 2, 0, today)
    assert titles()[1] == "No score is given more often than all others"
    world.answers(6, 0, 0, today)
    assert titles() == (
        "The score stands at 80; there is no year before to compare it with",
        "80% answer with a 9, the most frequent score",
    )


def test_the_page_asks_the_database_as_often_for_many_answers_as_for_few(
    cast, world, touchpoints, django_assert_num_queries, django_assert_max_num_queries
):
    path = f"/o/{cast.organization.slug}/dashboards/?kind=transactional"
    client = cast.sign_in(cast.alicia)

    def fill(count):
        for n in range(count):
            touchpoint = touchpoints[n % 3]
            answer = world.answer(
                world.customer(),
                n % 11,
                timezone.localdate(),
                kind="transactional",
                touchpoint=touchpoint,
                comment="Bien",
            )
            if n % 11 < 7:
                world.case(answer)

    fill(3)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    fill(30)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(path)
