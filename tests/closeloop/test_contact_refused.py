"""Who asked not to be contacted is not written to, has no clock, and is answered once they write themselves (METHOD §9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from closeloop.actions import customer_reply, customer_verdict, log_call, resolve, send_reply
from closeloop.models import Case, RootCause
from closeloop.refusals import ContactRefused
from closeloop.tasks import follow_up_pending
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import AuditEntry
from responses.actions import correct_response
from responses.models import Response
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

CASE = "/o/andina/inbox/1/"
ASKED = "asked not to be contacted"
LATER = timedelta(days=7)


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def rows(page: Client, path: str) -> list[int]:
    return [row.case.number for row in page.get(path).context["rows"]]


def test_no_clock_runs_for_who_refused_and_every_page_says_so(opens: Opens, bruno: Client) -> None:
    refused, unasked = opens(wants_contact=False), opens(wants_contact=None)
    assert (now(refused).due_at, now(refused).owed_by) == (None, None)
    assert now(unasked).due_at == now(unasked).owed_by is not None
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert rows(bruno, "/o/andina/inbox/?view=overdue") == [unasked.number]
        assert rows(bruno, "/o/andina/inbox/") == [unasked.number, refused.number], "what is owed stands first"
        needs = [need.title for need in bruno.get("/o/andina/").context["needs"]]
        assert needs == ["1 case is overdue without first contact", "2 cases belong to nobody"]
        page = bruno.get(CASE).content.decode()
    assert f"Case {refused.number}" in page and ASKED in page and "They asked not to be contacted. Find out" in page
    listed = bruno.get("/o/andina/inbox/").content.decode()
    assert listed.count("Asked not to be contacted") == 2, "of one case, and in the filter"
    alerts = [kind_of(mail).render(mail).text for mail in Message.objects.filter(kind="alert").order_by("id")]
    assert "Asked not to be contacted" in alerts[0] and "First contact due" not in alerts[0]
    assert "First contact due" in alerts[1]


def test_a_reply_and_a_ring_are_refused_with_the_reason(opens: Opens, bruno: Client) -> None:
    case = opens(wants_contact=False)
    for path, data in (("reply/", {"text": "Hola"}), ("call/", {"outcome": "no_answer", "text": ""})):
        page = bruno.post(CASE + path, data)
        assert page.status_code == 200 and "They asked not to be contacted." in page.content.decode(), path
    with pytest.raises(ContactRefused):
        send_reply(case, text="Hola", by=None)
    assert not Message.objects.filter(kind="reply").exists() and now(case).attempted_at is None


def test_it_is_resolved_with_its_cause_and_nothing_is_owed_when_it_opens_again(opens: Opens, bruno: Client) -> None:
    case = opens(wants_contact=False)
    cause = RootCause.objects.get(key="billing")
    assert bruno.post(CASE + "resolve/", {"root_cause": cause.pk, "outcome": "solved"}).status_code == 302
    assert now(case).state == "resolved"
    customer_verdict(case, verdict="no")
    assert (now(case).state, now(case).owed_by) == ("reopened", None)
    resolve(case, root_cause=cause, outcome="solved", by=None)
    assert bruno.post(CASE + "reopen/", {"text": ""}).status_code == 302
    assert now(case).owed_by is None and rows(bruno, "/o/andina/inbox/?view=overdue") == []


def test_who_writes_on_their_page_is_answered_and_the_clock_begins_then(opens: Opens, bruno: Client) -> None:
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with time_machine.travel(friday, tick=False) as clock:
        case = opens(wants_contact=False)
        page = f"/c/{case.response.loop_token}"
        assert "You asked us not to get in touch" in Client().get(page + "?language=en").content.decode()
        clock.move_to(friday + timedelta(days=3))
        assert Client().post(page, {"text": "Al final sí: llámenme."}).status_code == 303
        assert now(case).due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 8 hours of Monday
        assert now(case).contact_allowed_at == friday + timedelta(days=3) and not now(case).refuses_contact
        assert Response.objects.get().wants_contact is True
        told = Client().get(page + "?language=en").content.decode()
        assert "You asked us not" not in told and "at the latest" in told
        assert "They asked not to be contacted" not in bruno.get(CASE).content.decode()
        assert bruno.post(CASE + "reply/", {"text": "Le llamo hoy"}).status_code == 302
    assert list(now(case).events.values_list("kind", flat=True)) == ["opened", "customer_reply", "wish", "reply"]
    assert AuditEntry.objects.get(action="case.wish").actor_label == "customer"
    assert "The customer may be contacted from now on" in bruno.get(CASE).content.decode()


def test_a_call_of_the_customer_s_own_opens_the_way_too(opens: Opens, bruno: Client, cast: Cast) -> None:
    case = opens(wants_contact=False)
    log_call(case, spoken=True, text="Llamó ella", by=cast.bruno)
    assert now(case).reached_at and now(case).owed_by and not now(case).refuses_contact


def test_the_wish_follows_a_correction_both_ways(opens: Opens) -> None:
    case = opens(wants_contact=True)
    for wish, entry in ((False, False), (True, True)):
        correct_response(case.response, score=2, comment="Sigo sin internet", wants_contact=wish)
        follow_up_pending()
        assert now(case).refuses_contact is not wish and (now(case).due_at is not None) is wish
        assert now(case).events.filter(kind="wish").latest("id").data == {"contact": entry}
    assert now(case).events.filter(kind="wish").count() == 2


def test_a_first_contact_that_happened_keeps_its_time_when_the_customer_refuses_more(opens: Opens, cast: Cast) -> None:
    case = opens(wants_contact=True)
    due = now(case).due_at
    send_reply(case, text="Vamos hoy", by=cast.bruno)
    customer_reply(case, text="No me escriban más")
    correct_response(case.response, score=1, comment="", wants_contact=False)
    follow_up_pending()
    assert (now(case).due_at, now(case).owed_by, now(case).answer_due_at) == (due, None, None)
    with pytest.raises(ContactRefused):
        send_reply(case, text="Otra vez", by=cast.bruno)


def test_time_to_first_contact_begins_when_it_was_allowed(opens: Opens, cast: Cast) -> None:
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    with time_machine.travel(monday, tick=False) as clock:
        case = opens(wants_contact=False)
        clock.move_to(monday + timedelta(days=2))
        customer_reply(case, text="Llámenme")
        clock.move_to(monday + timedelta(days=2, hours=2))
        send_reply(case, text="Ya voy", by=cast.bruno)
        home = cast.sign_in(cast.alicia).get("/o/andina/").context["loop"]
    assert home.to_contact == timedelta(hours=2) and (home.reachable, home.in_time) == (1, 1)
