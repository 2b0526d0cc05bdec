"""What a rule asks of an answer: place, account value, all or any; and whose the case is then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from closeloop import trial
from closeloop.actions import follow_up
from closeloop.matching import holds, ids_that_fit
from closeloop.models import AlertRule, Case
from closeloop.wording import sentence
from nps_platform.customers.models import Account, Customer, RevenueEntry, Segment
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Membership, Organization, Team, TeamMember, Unit
from nps_platform.tenancy.roles import Role
from responses.models import Response
from surveys.models import Stage, Touchpoint
from tests.closeloop.conftest import Answers
from tests.conftest import Cast

HERE = "/o/andina/settings/alerts/"
Makes = Callable[..., AlertRule]


@pytest.fixture
def rule(inside: Organization) -> Makes:
    def make(**values: object) -> AlertRule:
        return AlertRule.objects.create(**{"name": "Rule", **values})

    return make


@pytest.fixture
def lima(inside: Organization) -> Unit:
    peru = Unit.objects.create(name="Perú", code="pe")
    peru.path = f"/{peru.pk}/"
    peru.save()
    lima = Unit.objects.create(name="Lima", code="lim", parent=peru)
    lima.path = f"{peru.path}{lima.pk}/"
    lima.save()
    return lima


@pytest.fixture
def visit(inside: Organization) -> Touchpoint:
    return Touchpoint.objects.create(stage=Stage.objects.create(name="Installation"), name="Visit")


def earns(customer: Customer, amount: str, *, account: Account | None = None, months_ago: int = 0) -> None:
    first = timezone.localdate().replace(day=1)
    month = (first - timedelta(days=28 * months_ago)).replace(day=1)
    RevenueEntry.objects.create(
        customer_ref=f"{customer.external_id}", customer=customer, account=account, period=month,
        amount=Decimal(amount), currency="EUR",
    )  # fmt: skip


def fits(rule: AlertRule, response: Response) -> bool:
    """As an answer that comes in is judged, and as many are: both ways say the same."""
    alone = holds(rule, response)
    assert (response.pk in ids_that_fit(rule, Response.objects.all())) == alone
    return alone


def test_a_rule_of_a_unit_holds_for_what_lies_below_it(rule: Makes, answers: Answers, lima: Unit) -> None:
    of_peru, of_lima = rule(unit=lima.parent), rule(unit=lima)
    here, above, nowhere = answers(3, unit=lima), answers(3, unit=lima.parent), answers(3)
    assert [fits(of_peru, answer) for answer in (here, above, nowhere)] == [True, True, False]
    assert [fits(of_lima, answer) for answer in (here, above, nowhere)] == [True, False, False]


def test_a_rule_whose_touchpoint_is_deleted_holds_for_nobody(
    started: Organization, cast: Cast, answers: Answers, visit: Touchpoint
) -> None:
    alicia = cast.sign_in(cast.alicia)
    alicia.post(HERE + "new/", {"name": "Visits", "priority": "3", "opens_case": "on", "touchpoint": visit.pk})
    made = AlertRule.objects.get(name="Visits")
    there, elsewhere = answers(9, touchpoint=visit), answers(9)
    assert fits(made, there) and not fits(made, elsewhere)
    visit.delete()
    made.refresh_from_db()
    assert not fits(made, Response.objects.get(pk=there.pk)) and not fits(made, elsewhere)
    assert "deleted" in sentence(made)


def test_value_is_the_accounts_else_the_customers_own(rule: Makes, answers: Answers, mercedes: Customer) -> None:
    account = Account.objects.create(external_id="A1", name="Sol")
    other = Customer.objects.create(external_id="C2", name="Nuria", account=account)
    earns(mercedes, "500")
    earns(other, "900", account=account)
    earns(Customer.objects.create(external_id="C3", account=account), "300", account=account)
    alone, of_account = answers(3), answers(3, customer=other, account=account)
    unknown = answers(3, customer=Customer.objects.create(external_id="C4"))
    nobody = answers(3, customer=None)
    everyone = (alone, of_account, unknown, nobody)
    for limits, expected in (
        ({"value_from": 1000}, [False, True, False, False]),
        ({"value_from": 500, "value_to": 1199}, [True, False, False, False]),
        ({"value_from": 500, "value_to": 1200}, [True, True, False, False]),
        ({"value_to": 500}, [True, False, True, False]),
        ({"value_from": 0}, [True, True, True, False]),
    ):
        assert [fits(rule(**limits), answer) for answer in everyone] == expected, limits


def test_revenue_older_than_the_last_year_counts_no_more(rule: Makes, answers: Answers, mercedes: Customer) -> None:
    earns(mercedes, "900", months_ago=20)
    earns(Customer.objects.create(external_id="C2"), "1")
    assert not fits(rule(value_from=500), answers(3))


def test_any_of_several_conditions_is_enough_where_the_rule_says_so(
    rule: Makes, answers: Answers, visit: Touchpoint
) -> None:
    segment = Segment.objects.create(
        name="Spanish", rules={"match": "all", "conditions": [{"field": "language", "operator": "is", "value": "es"}]}
    )
    either = rule(match="any", score_to=2, words=["baja", "no va"], touchpoint=visit, had_touchpoint=True)
    assert fits(either, answers(2)) and fits(either, answers(9, touchpoint=visit))
    assert fits(either, answers(9, "pues NO, va mal")) and fits(either, answers(9, "la baja"))
    assert not fits(either, answers(9, "trabaja bien"))
    assert not fits(rule(score_to=2, words=["baja"]), answers(2))
    assert fits(rule(match="any", segment=segment, score_to=0), answers(9))
    assert fits(rule(match="any"), answers(5)), "without conditions it holds for every answer"
    assert " or " in sentence(either) and " and the" not in sentence(either).split(":")[0]


def team_of(*people: Membership) -> Team:
    team = Team.objects.create(name="Fibra")
    for person in people:
        TeamMember.objects.create(team=team, membership=person)
    return team


def test_cases_go_by_turn_to_whoever_has_fewest_open(rule: Makes, answers: Answers, cast: Cast) -> None:
    away, board = cast.member(Role.AGENT), cast.member(Role.EXECUTIVE)
    away.is_active = False
    away.save()
    rule(handing="in_turn", team=team_of(cast.alicia, cast.bruno, away, board), classes=["detractor"])
    given = [follow_up(answers(2).pk) for _ in range(4)]
    assert [case and case.assignee for case in given] == [cast.alicia, cast.bruno, cast.alicia, cast.bruno]
    assert list(Message.objects.order_by("id").values_list("to_address", flat=True)) == [
        case.assignee.user.email for case in given if case and case.assignee
    ], "only who got the case is told"
    Case.objects.filter(assignee=cast.bruno).update(is_open=False, state="resolved")
    busy = follow_up(answers(2).pk), follow_up(answers(2).pk)
    assert [case and case.assignee for case in busy] == [cast.bruno, cast.bruno]


def test_cases_of_an_account_go_to_its_manager_else_to_whom_the_rule_names(
    rule: Makes, answers: Answers, cast: Cast
) -> None:
    rule(handing="account_owner", team=team_of(cast.alicia))
    account = Account.objects.create(external_id="A1", name="Sol", owner=cast.bruno)
    case = follow_up(answers(2, account=account).pk)
    assert case and case.assignee == cast.bruno
    assert list(Message.objects.values_list("to_address", flat=True)) == ["bruno@andina.example"]
    cast.bruno.role = Role.COLLABORATOR
    cast.bruno.save()
    for answer in (answers(2, account=account), answers(2)):
        case = follow_up(answer.pk)
        assert case and (case.assignee, case.team and case.team.name) == (None, "Fibra")
    assert Message.objects.filter(to_address="alicia@andina.example").count() == 2


@pytest.fixture
def alicia(started: Organization, cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def test_a_trial_says_how_many_cases_it_would_have_opened_and_which_another_rule_takes(
    alicia: Client, answers: Answers
) -> None:
    now = timezone.now()
    for day in range(45):
        answers(9, "me doy de baja", at=now - timedelta(days=2 * day, hours=1))
    answers(1, "baja", at=now - timedelta(days=3))
    answers(9, "baja", at=now - timedelta(days=91))
    answers(9, "nada", at=now)
    asked = {"name": "Leaving", "priority": "3", "opens_case": "on", "words": "baja", "try": "yes"}
    page = alicia.post(HERE + "new/", asked)
    text = page.content.decode()
    assert "It would have opened 45 cases in the last 90 days, about 4 a week." in text
    assert "46 of 47 answers fit." in text and "1 of them is decided by a rule above this one." in text
    assert [example.comment for example in page.context["trial"].examples] == ["me doy de baja"] * 2 + ["baja"] + [
        "me doy de baja"
    ] * 2
    assert AlertRule.objects.count() == 1
    told = alicia.post(HERE + "new/", {**asked, "opens_case": ""}).content.decode()
    assert "It would have told of 46 answers in the last 90 days, about 4 a week." in told


def test_a_trial_reads_the_newest_answers_and_says_where_it_stopped(
    alicia: Client, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "MOST", 10)
    now = timezone.now()
    for hours in range(30):
        answers(9, at=now - timedelta(hours=12 * hours))
    page = alicia.post(HERE + "new/", {"name": "All", "priority": "3", "opens_case": "on", "try": "yes"})
    assert page.context["trial"].looked_at == page.context["trial"].cases == 10
    assert page.context["trial"].days == 4 and "about 3 a day" in page.content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value_from": "500", "value_to": "20"}, "value_to"),
        ({"handing": "in_turn"}, "team"),
        ({"handing": "whoever"}, "handing"),
        ({"match": "none"}, "match"),
        ({"unit": "999999"}, "unit"),
        ({"touchpoint": "999999"}, "touchpoint"),
        ({"value_from": "much"}, "value_from"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_with_what_was_typed(alicia: Client, values: dict, field: str) -> None:
    page = alicia.post(HERE + "new/", {"name": "Kept", "priority": "3", **values})
    assert page.status_code == 200 and field in page.context["form"].errors and "Kept" in page.content.decode()
    assert AlertRule.objects.count() == 1
