"""eNPS: shown from five people on, to everyone, apart from customers, and no subtraction leads to fewer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closeloop.models import Case
from dashboards.queries.employees import by_quarter, closed, counted, further, quarter_by_unit, quarter_period, words
from dashboards.readers import Reader
from nps_platform.lib.nps import Counts
from nps_platform.messaging.models import Message
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import Due, Organization, Unit
from nps_platform.tenancy.roles import Role
from responses.answers import Said
from responses.employees import FULL, quarter_of, record_employee, this_quarter
from responses.models import EmployeeGroup
from surveys.models import Collector
from tests.conftest import Cast
from tests.employees import answer_there, employee_survey, unit_link

EVERYTHING = Reader(personal=True, comments=True, cases=True, money=True, customers=True)
LAST_SPRING, SPRING = date(2025, 4, 1), date(2026, 4, 1)


def _page(cast: Cast, client: Client | None = None, question: str = "") -> str:
    client = client or cast.sign_in(cast.alicia)
    response = client.get(f"/o/{cast.organization.slug}/dashboards/employees/{question}")
    assert response.status_code == 200
    return response.content.decode()


def test_four_are_shown_to_nobody_and_the_fifth_opens_all(cast: Cast, inside: Organization) -> None:
    link = unit_link(employee_survey(), "Lima")
    answer_there(link, [10, 10, 9, 3], comment="Long shifts.")
    for member in (cast.alicia, cast.bruno, cast.member(Role.EXECUTIVE), cast.member(Role.COLLABORATOR)):
        page = _page(cast, cast.sign_in(member))
        assert "Fewer than five" in page and "Long shifts." not in page
    answer_there(link, [8])
    page = _page(cast)
    assert "Long shifts." in page and "Lima" in page
    assert counted(closed()) == Counts(3, 1, 1)


def test_whoever_looks_twice_cannot_tell_who_came_between(inside: Organization) -> None:
    link = unit_link(employee_survey(), "Lima")
    answer_there(link, [9, 9, 9, 9, 9])
    seen = [counted(closed()).n]
    for score in (0, 1, 2, 3, 4, 5):
        answer_there(link, [score])
        seen.append(counted(closed()).n)
    assert seen == [5, 5, 5, 5, 5, 10, 10]


def test_small_units_are_counted_in_the_total_once_their_quarter_is_over(inside: Organization) -> None:
    survey = employee_survey()
    answer_there(unit_link(survey, "Lima"), [9] * 5, SPRING)
    answer_there(unit_link(survey, "Cusco"), [0, 0, 0], SPRING, comment="From Cusco.")
    found = quarter_by_unit(quarter_period(SPRING), EVERYTHING)
    assert found.total.score.n == 5  # three people are too few for a total, too
    answer_there(unit_link(survey, "Tacna"), [7, 7], SPRING)
    found = quarter_by_unit(quarter_period(SPRING), EVERYTHING)
    assert (found.total.score.n, found.pooled) == (10, 5)
    assert {row.unit.name: row.score.n for row in found.rows if row.unit} == {"Lima": 5, "Cusco": 0, "Tacna": 0}
    for unit in Unit.objects.exclude(name="Lima"):
        assert not closed(unit=unit)
    assert {word.unit for word in words(closed(), EVERYTHING)} == {""}  # in the total, of no unit


def test_small_units_wait_while_their_quarter_runs(inside: Organization) -> None:
    survey = employee_survey()
    answer_there(unit_link(survey, "Cusco"), [0, 0, 0])
    answer_there(unit_link(survey, "Tacna"), [7, 7, 7])
    assert not closed()


def test_a_further_question_is_shown_where_five_of_a_group_answered_it(inside: Organization) -> None:
    link = unit_link(employee_survey(), "Lima")
    for shifts in (1, 2, 2, 5):
        record_employee(link, score=9, answers=[Said("shifts", "csat", number=shifts)])
    answer_there(link, [9])
    assert further(closed()) == []
    for shifts in (1, 2, 2, 5, 5):
        record_employee(link, score=9, answers=[Said("shifts", "csat", number=shifts)])
    (found,) = further(closed())
    assert (found.text, found.n, [one.people for one in found.chosen]) == ("How are your shifts?", 5, [1, 2, 0, 0, 2])


def test_a_group_that_nobody_looks_at_closes_by_itself(inside: Organization) -> None:
    answer_there(unit_link(employee_survey(), "Lima"), [9] * (FULL + 2))
    assert sorted(EmployeeGroup.objects.values_list("n", "state")) == [(2, "gathering"), (FULL, "unit")]


def test_comments_come_in_an_order_of_their_own(inside: Organization) -> None:
    link = unit_link(employee_survey(), "Lima")
    told = [f"Comment {n:02}" for n in range(20)]
    for text in told:
        record_employee(link, score=9, comment=text)
    shown = [word.text for word in words(closed(), EVERYTHING)]
    kept = [word["text"] for word in EmployeeGroup.objects.get().words]
    assert sorted(shown) == sorted(kept) == told
    assert shown != told and kept != told and shown != kept


def test_employees_never_move_what_customers_gave(cast: Cast, world) -> None:
    unit = Unit.objects.create(name="Lima", code="lima", path="/lima/")
    for _n in range(6):
        world.answer(world.customer(unit=unit), 10, this_quarter())
    answer_there(unit_link(employee_survey(), "Lima"), [0] * 6)
    client = cast.sign_in(cast.alicia)
    page = client.get(f"/o/{cast.organization.slug}/dashboards/?period={quarter_of(this_quarter()).year}")
    assert page.context["standing"].score.nps == 100.0
    asked = client.get(f"/o/{cast.organization.slug}/dashboards/?kind=employee")
    assert asked.status_code == 200 and asked.context["form"].filters().kind == "relational"
    (row,) = quarter_by_unit(quarter_period(this_quarter()), EVERYTHING).rows
    assert row.customers and (row.score.nps, row.customers.nps) == (-100.0, 100.0)


def test_quarters_are_drawn_and_stand_as_a_table(cast: Cast, inside: Organization) -> None:
    link = unit_link(employee_survey(), "Lima")
    answer_there(link, [9] * 12, SPRING)
    answer_there(link, [9] * 12 + [0] * 12, this_quarter())
    for language in ("en", "es", "it"):
        cast.alicia.user.language = language
        cast.alicia.user.save()
        page = _page(cast)
        assert "eNPS" in page and "2026" in page and 'id="trend-title"' in page
    assert "eNPS stands at" not in page


def test_the_share_of_a_units_people_and_more_answers_than_people(cast: Cast, inside: Organization) -> None:
    survey = employee_survey()
    answer_there(unit_link(survey, "Lima", people=20), [9] * 5)
    answer_there(unit_link(survey, "Cusco", people=5), [9] * 6)
    lima, cusco = sorted(
        quarter_by_unit(quarter_period(this_quarter()), EVERYTHING).rows, key=lambda row: row.people or 0
    )[::-1]
    assert (lima.share, lima.too_many, cusco.too_many) == (0.25, False, True)
    assert "more answers than people" in _page(cast)


def test_the_files_hold_what_the_page_shows(cast: Cast, inside: Organization) -> None:
    survey = employee_survey()
    answer_there(unit_link(survey, "Lima"), [9, 9, 9, 9, 0])
    answer_there(unit_link(survey, "Cusco"), [0, 0, 0])
    client, base = cast.sign_in(cast.alicia), f"/o/{cast.organization.slug}/dashboards/employees"
    units = client.get(f"{base}/units.csv").content.decode().splitlines()
    assert (
        units[1].startswith("Cusco,,,,") and units[2].startswith("Lima,5,4,0,1,60") and units[3].startswith("total,5,")
    )
    assert client.get(f"{base}/quarters.csv").content.decode().splitlines()[-1].startswith(f"{this_quarter():%Y-%m},5,")
    assert client.get(f"{base}/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    "question", ["?period=2026-03", "?period=x", "?unit=99999", "?survey=x", "?after=-1&nps_class=x"]
)
def test_what_cannot_be_read_falls_back(cast: Cast, inside: Organization, question: str) -> None:
    answer_there(unit_link(employee_survey(), "Lima"), [9] * 5)
    _page(cast, question=question)


# --- by subtraction --------------------------------------------------------------------------------------------------
UNITS = ("Lima", "Cusco", "Tacna", "")
QUARTERS = (LAST_SPRING, SPRING)
ARRIVALS = st.lists(
    st.tuples(st.sampled_from(range(4)), st.sampled_from(range(2)), st.integers(0, 10), st.booleans()), max_size=40
)


@given(ARRIVALS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_subtraction_of_figures_leaves_fewer_than_five_people(inside: Organization, arrivals) -> None:
    """From what the screens, files and the API show, at each look and between looks: a total without any of its parts, a year
    without any of its quarters, later without earlier, and all of these at once."""
    EmployeeGroup.objects.all().delete()
    Collector.objects.all().delete()
    survey = employee_survey()
    links = [unit_link(survey, name) for name in UNITS]
    looks = [_look()]
    for unit, quarter, score, looked in arrivals:
        record_employee(links[unit], score=score, quarter=QUARTERS[quarter])
        if looked:
            looks.append(_look())
    looks.append(_look())
    for before, now in [*itertools.pairwise(looks), (looks[0], looks[-1])]:
        came = {key: now[key] - before[key] for key in now}
        for shown in (now, came):
            assert not [left for left in _subtracted(shown) if 0 < left < 5]
            assert min(shown.values()) >= 0


WHOLE = "whole"
Figures = dict[tuple[str | None, date | None], int]


def _look() -> Figures:
    """How many people each figure is about: by unit (None: nobody's unit) or WHOLE, by quarter or of all time (None)."""
    units = {unit.name: unit for unit in Unit.objects.filter(name__in=UNITS)}
    found: Figures = {}
    for quarter in QUARTERS:
        period = quarter_period(quarter)
        table = quarter_by_unit(period, EVERYTHING)
        found[WHOLE, quarter] = table.total.score.n
        assert counted(closed(period)) == table.total.score.counts
        for row in table.rows:
            name = row.unit.name if row.unit else None
            found[name, quarter] = row.score.n
            if row.unit:
                assert counted(closed(period, unit=row.unit)) == row.score.counts
    found[WHOLE, None] = counted(closed()).n
    for name in (*units, None):
        parts = [found.get((name, quarter), 0) for quarter in QUARTERS]
        found[name, None] = counted(closed(unit=units[name])).n if name else sum(parts)
        assert [m.score.n for m in by_quarter(SPRING, unit=units.get(name or "")) if m.month in QUARTERS] == (
            parts if name else [found[WHOLE, quarter] for quarter in QUARTERS]
        )
    return found


def _subtracted(shown: Figures) -> Iterator[int]:
    """What is left of each figure when any of its parts are taken away."""
    parts: list[str | None] = [*UNITS[:3], None]
    for quarter in (*QUARTERS, None):
        for count in range(len(parts) + 1):
            for some in itertools.combinations(parts, count):
                yield shown[WHOLE, quarter] - sum(shown.get((name, quarter), 0) for name in some)
    for name in (*parts, WHOLE):
        for count in range(len(QUARTERS) + 1):
            for without in itertools.combinations(QUARTERS, count):
                yield shown[name, None] - sum(shown.get((name, quarter), 0) for quarter in without)


# --- over the API ----------------------------------------------------------------------------------------------------
@pytest.fixture
def ask(cast: Cast, inside: Organization):
    """GET below /api/v1/ with a key of Alicia's organisation."""
    client = Client(headers={"Authorization": f"Bearer {make_api_key(cast.organization, name='BI', by=cast.alicia)}"})
    return lambda path, **query: client.get(f"/api/v1/{path}", query)


def test_the_api_gives_null_and_the_reason_below_five(ask) -> None:
    survey = employee_survey()
    lima, cusco = unit_link(survey, "Lima"), unit_link(survey, "Cusco")
    answer_there(lima, [9, 9, 9, 0])
    hidden = {"n": None, "promoters": None, "passives": None, "detractors": None, "nps": None, "interval": None}
    assert ask("metrics/nps", kind="employee").json() == hidden | {"reason": "fewer_than_five", "groups": []}
    answer_there(lima, [0])
    answer_there(cusco, [0, 0])
    found = ask("metrics/nps", survey=survey.pk, by="unit").json()
    assert (found["n"], found["promoters"], found["detractors"], found["nps"], found["reason"]) == (5, 3, 2, 20.0, None)
    assert [(g["name"], g["n"], g["reason"]) for g in found["groups"]] == [
        ("Cusco", None, "fewer_than_five"),
        ("Lima", 5, None),
    ]
    today = f"{this_quarter():%Y-%m-%d}"
    by_quarter_ = ask("metrics/nps", kind="employee", interval="quarter", **{"from": today, "to": today}).json()
    assert [(g["month"], g["n"]) for g in by_quarter_["groups"]] == [(today[:7], 5)]
    assert ask("metrics/nps", kind="employee", unit=cusco.unit_id).json()["reason"] == "fewer_than_five"
    assert ask("metrics/nps").json()["n"] == 0  # customers


@pytest.mark.parametrize(
    "query",
    [{"interval": "month"}, {"by": "channel"}, {"by": "touchpoint"}, {"kind": "relational", "interval": "quarter"}],
)
def test_the_api_cuts_employees_no_finer_than_unit_and_quarter(ask, query) -> None:
    answer_there(unit_link(employee_survey(), "Lima"), [9] * 6)
    assert ask("metrics/nps", **({"kind": "employee"} | query)).status_code == 400


def test_the_api_lists_no_employees_answer(ask) -> None:
    survey = employee_survey()
    answer_there(unit_link(survey, "Lima"), [9] * 6, comment="Long shifts.")
    for path in ("responses", f"responses?survey={survey.pk}", "invitations", "cases"):
        assert ask(path).json()["results"] == []
    closed()
    assert "Long shifts." not in ask("responses").content.decode()


def test_an_employees_answer_cannot_be_brought_in_with_a_customer(cast: Cast, world) -> None:
    key = make_api_key(cast.organization, name="BI", by=cast.alicia)
    told = {"survey": employee_survey().pk, "customer": world.customer().external_id, "score": 0}
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/v1/responses", told, content_type="application/json")
    assert answer.status_code == 400 and "anonymously" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        world.answer(None, 0, this_quarter(), kind="employee")


def test_employees_open_no_case_and_tell_nobody(
    cast: Cast, inside: Organization, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as told:
        answer_there(unit_link(employee_survey(), "Lima"), [0] * 6, comment="I am leaving.")
        closed()
    assert not told
    assert not Case.objects.exists() and not Message.objects.exists() and not Due.objects.exists()
