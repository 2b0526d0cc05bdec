"""The inbox: who comes in, what stands in it, in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import assign, customer_reply, resolve, send_reply
from closeloop.inbox import ORDERINGS, PAGE
from closeloop.models import Case, RootCause
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.messaging.models import Message
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast

INBOX = "/o/andina/inbox/"


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def names(response: object) -> list[str]:
    return [row.case.who for row in response.context["rows"]]  # type: ignore[attr-defined]


def test_the_whole_way_from_the_list_to_a_reply(opens: Opens, bruno: Client) -> None:
    case = opens(2, "Tres técnicos en una semana")
    page = bruno.get(INBOX).content.decode()
    assert "Mercedes Aliaga" in page and "Tres técnicos" in page and f"{INBOX}1/" in page
    shown = bruno.get(f"{INBOX}1/").content.decode()
    assert "Detractors" in shown and "mercedes@correo.example" in shown
    answer = bruno.post(f"{INBOX}1/reply/", {"text": "Lo siento, voy hoy."}, follow=True)
    assert "Lo siento, voy hoy." in answer.content.decode()
    mail = Message.objects.get(kind="reply")
    assert (mail.to_address, mail.language, mail.audience, mail.priority) == (
        "mercedes@correo.example",
        "es",
        "customer",
        1,
    )
    case.refresh_from_db()
    assert case.state == Case.State.CONTACTED and case.attempted_at and case.is_waiting and not case.reached_at
    case.response.refresh_from_db()
    assert case.response.contacted_at is not None


@pytest.mark.parametrize("role", [Role.COLLABORATOR, Role.EXECUTIVE, Role.FINANCE])
def test_roles_without_cases_do_not_reach_it(opens: Opens, cast: Cast, role: Role) -> None:
    opens()
    client = cast.sign_in(cast.member(role))
    for path in (INBOX, f"{INBOX}1/", f"{INBOX}since/"):
        assert client.get(path).status_code == 403
    assert client.post(f"{INBOX}1/note/", {"text": "x"}).status_code == 403


def test_strangers_find_nothing(opens: Opens, cast: Cast) -> None:
    opens()
    carla = cast.sign_in(cast.carla)
    assert carla.get(INBOX).status_code == 404
    assert carla.get("/o/otra/inbox/1/").status_code == 404
    assert carla.post("/o/otra/inbox/1/reply/", {"text": "x"}).status_code == 404


def test_views_and_filters_narrow_the_list_and_stay_in_the_address(
    opens: Opens, answers: Answers, cast: Cast, bruno: Client
) -> None:
    mine, late, done = opens(0, "uno"), opens(3, "dos"), opens(5, "tres")
    assign(mine, assignee=cast.bruno, by=cast.alicia)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    resolve(done, root_cause=RootCause.objects.get(key="billing"), outcome="solved", by=cast.alicia)
    numbers = {}
    for view in ("mine", "unassigned", "overdue", "open", "resolved"):
        response = bruno.get(INBOX, {"view": view})
        numbers[view] = [row.case.number for row in response.context["rows"]]
    assert numbers == {"mine": [1], "unassigned": [2], "overdue": [2], "open": [2, 1], "resolved": [3]}
    assert [chip.count for chip in response.context["chips"]] == ["2", "1", "1", "1", ""]
    assert "view=overdue" in bruno.get(INBOX, {"view": "overdue"}).content.decode()
    assert bruno.get(INBOX, {"view": "open", "nps_class": "promoter"}).context["rows"] == []


@pytest.mark.parametrize(
    "query",
    [
        "view=x&order=y&survey=999&unit=abc",
        "after=rubbish",
        "seen=12345678901234567890&order=newest",
        "q=%25_%27",
        "team=-1&touchpoint=1e9",
    ],
)
def test_an_unreadable_address_shows_the_usual_list(opens: Opens, bruno: Client, query: str) -> None:
    opens()
    for path in (INBOX, f"{INBOX}1/", f"{INBOX}since/"):
        assert bruno.get(f"{path}?{query}").status_code in {200, 204}


def test_a_case_that_waits_for_the_customer_stands_last_and_is_never_overdue(opens: Opens, cast: Cast) -> None:
    first, second = opens(2), opens(3)
    send_reply(first, text="Hola", by=cast.bruno)
    assert list(Case.objects.open().order_by(*ORDERINGS["due"])) == [second, first]
    Case.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert list(Case.objects.overdue(timezone.now())) == [second]
    customer_reply(first, text="Sigue igual")
    first.refresh_from_db()
    assert not first.is_waiting and first.act_by > timezone.now()


def test_money_is_for_those_who_may_see_it(opens: Opens, mercedes: Customer, cast: Cast, bruno: Client) -> None:
    opens()
    RevenueEntry.objects.create(
        customer=mercedes, customer_ref="C1", period=timezone.localdate().replace(day=1), amount=1840, currency="EUR"
    )
    assert "in 12 months" in cast.sign_in(cast.alicia).get(f"{INBOX}1/").content.decode()
    page = bruno.get(f"{INBOX}1/").content.decode()
    assert "in 12 months" not in page


def test_new_cases_come_by_themselves_and_only_those_of_the_list(opens: Opens, bruno: Client) -> None:
    seen = opens(2).pk
    assert bruno.get(f"{INBOX}since/", {"seen": seen}, headers={"HX-Request": "true"}).status_code == 204
    opens(1, "Recién llegado")
    news = bruno.get(f"{INBOX}since/", {"seen": seen}, headers={"HX-Request": "true"}).content.decode()
    assert "Recién llegado" in news and "Sigo sin internet" not in news and "2 open" in news
    elsewhere = bruno.get(f"{INBOX}since/", {"seen": str(seen), "view": "mine"}, headers={"HX-Request": "true"})
    assert "Recién llegado" not in elsewhere.content.decode()


def test_a_long_list_comes_in_stretches_with_the_same_number_of_queries(
    opens: Opens, bruno: Client, django_assert_max_num_queries: object
) -> None:
    for index in range(PAGE + 5):
        opens(2, f"número {index}")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        response = bruno.get(INBOX)
    first = [row.case.number for row in response.context["rows"]]
    rest = bruno.get(f"{INBOX}?{response.context['more_query']}")
    second = [row.case.number for row in rest.context["rows"]]
    assert first == list(range(1, PAGE + 1)) and second == list(range(PAGE + 1, PAGE + 6))
    assert rest.context["more_query"] == ""


def test_what_one_does_in_a_case_counts_at_once_in_the_lists_head(opens: Opens, bruno: Client) -> None:
    opens(2)
    cause = RootCause.objects.create(name="Cita incumplida", key="cita", position=90)
    done = bruno.post(
        f"{INBOX}1/resolve/", {"root_cause": cause.pk, "outcome": "solved"}, headers={"HX-Request": "true"}
    )
    assert done.context["open_count"] == "0" and 'id="inbox-chips" hx-swap-oob="true"' in done.content.decode()
    assert "open-count" not in bruno.get(f"{INBOX}1/", headers={"HX-Request": "true"}).content.decode()
