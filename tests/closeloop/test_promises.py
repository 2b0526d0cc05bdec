"""What was promised by a day: made with a reply, a call or a resolution, called to mind, kept or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from closeloop.actions import assign, promise, settle_promise
from closeloop.actions.promising import remind_of_promises
from closeloop.models import Case, LoopSettings, Pledge, RootCause
from closeloop.refusals import AlreadySettled, DayIsPast
from closeloop.tasks import remind_of_promises_everywhere
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Due, Organization
from tests.closeloop.conftest import Opens
from tests.closeloop.test_mails import mail
from tests.conftest import Cast

CASE = "/o/andina/inbox/1/"


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


@pytest.fixture
def today(inside: Organization) -> date:
    with timezone.override(inside.timezone):
        return timezone.localdate()


def test_a_reply_a_call_and_a_resolution_promise(opens: Opens, bruno: Client, today: date) -> None:
    case = opens()
    other = RootCause.objects.get(key="other").pk
    for path, data in (
        ("reply/", {"text": "Vamos"}),
        ("call/", {"outcome": "spoken", "text": ""}),
        ("resolve/", {"root_cause": other, "outcome": "solved"}),
    ):
        pair = {"promise": f"Router nuevo {path}", "promise_on": today + timedelta(days=2)}
        assert bruno.post(CASE + path, data | pair).status_code == 302, path
    assert Pledge.objects.count() == 3 and case.events.filter(kind="promised").count() == 3
    assert "Router nuevo reply/" in bruno.get(CASE).text
    case.refresh_from_db()
    assert case.promised_for == today + timedelta(days=2) and case.state == "resolved"


def test_half_a_promise_and_a_past_day_come_back_with_what_was_typed(opens: Opens, bruno: Client, today: date) -> None:
    case = opens()
    for pair, field in (
        ({"promise": "Router nuevo"}, "promise_on"),
        ({"promise_on": today}, "promise"),
        ({"promise": "Router nuevo", "promise_on": today - timedelta(days=1)}, "promise_on"),
    ):
        page = bruno.post(CASE + "reply/", {"text": "Vamos hoy"} | pair)
        form = page.context["pane"].forms["reply"]
        assert field in form.errors and "Vamos hoy" in page.text
    assert not Pledge.objects.exists() and not Message.objects.filter(kind="reply").exists()
    with pytest.raises(DayIsPast):
        promise(case, text="x", due_on=today - timedelta(days=1), by=None)


def test_whoever_looks_after_it_is_reminded_on_the_day_the_day_after_and_weekly(
    opens: Opens, cast: Cast, today: date, inside: Organization
) -> None:
    case = opens()
    assign(case, assignee=cast.bruno, by=cast.bruno)
    made = promise(case, text="Router nuevo", due_on=today, by=cast.bruno)
    remind_of_promises()
    remind_of_promises()
    assert [m.to_address for m in Message.objects.filter(kind="promise")] == ["bruno@andina.example"]
    assert mail("promise").subject.startswith("Due today") and "Router nuevo" in mail("promise").text
    made.refresh_from_db()
    assert made.remind_on == today + timedelta(days=1)
    Pledge.objects.update(due_on=today - timedelta(days=1), remind_on=today)
    Due.objects.filter(kind="promises").update(due_at=timezone.now())
    remind_of_promises_everywhere()
    assert Message.objects.filter(kind="promise").count() == 2 and mail("promise").subject.startswith("Overdue")
    made.refresh_from_db()
    assert made.remind_on == today + timedelta(days=7)
    assert Due.objects.get(kind="promises").due_at > timezone.now() + timedelta(days=5)
    settle_promise(made, kept=False, by=cast.bruno)
    assert remind_of_promises() is None


def test_kept_or_not_is_marked_once_and_seen_in_inbox_and_by_the_customer(
    opens: Opens, bruno: Client, client: Client, today: date
) -> None:
    case = opens()
    made = promise(case, text="Router nuevo", due_on=today + timedelta(days=1), by=None)
    assert "Promised by" in bruno.get("/o/andina/inbox/").text
    page = f"/c/{case.response.loop_token}"
    assert "Router nuevo" in client.get(page).text
    assert bruno.post(f"{CASE}promises/{made.pk}/", {"kept": "True"}).status_code == 302
    with pytest.raises(AlreadySettled):
        settle_promise(made, kept=False, by=None)
    assert "Promised by" not in bruno.get("/o/andina/inbox/").text
    assert case.events.filter(kind="promise_kept").count() == 1
    LoopSettings.objects.create(shows_promises=False)
    assert "Router nuevo" not in client.get(page).text


def test_erasing_the_customer_empties_the_promise(opens: Opens, today: date, mercedes: Customer, cast: Cast) -> None:
    promise(opens(), text="Router nuevo a Mercedes", due_on=today, by=None)
    erase_customer(mercedes, by=cast.alicia)
    assert Pledge.objects.get().text == "" and Case.objects.get().customer is None
