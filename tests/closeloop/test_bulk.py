"""The same done to many cases: chosen, begun, watched, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from closeloop import inbox, tasks
from closeloop.actions import add_note, assign
from closeloop.actions.bulk import UNDO_FOR
from closeloop.models import BulkItem, BulkWork, Case, CaseEvent, RootCause
from closeloop.views import bulk
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.roles import Role
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

INBOX = "/o/andina/inbox/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


@pytest.fixture
def three(opens: Opens) -> list[Case]:
    cases = []
    for name in ("Ana", "Ivo", "Luz"):
        customer = Customer.objects.create(name=name, email=f"{name.lower()}@correo.example", language="es")
        cases.append(opens(2, customer=customer))
    return cases


def undo(client: Client) -> str:
    return client.post(f"{INBOX}bulk/{BulkWork.objects.latest('id').pk}/undo/", headers=HTMX).text


def owners() -> list[str]:
    return [str(case.assignee or "") for case in Case.objects.order_by("number")]


def test_ticked_cases_are_assigned_and_put_back(three: list[Case], bruno: Client, cast: Cast) -> None:
    assign(three[1], assignee=cast.alicia, by=cast.alicia)
    dialog = bruno.get(f"{INBOX}bulk/assign/?n=1&n=2&n=99&n=x", headers=HTMX).text
    assert "Assign 2 cases" in dialog
    done = bruno.post(f"{INBOX}bulk/assign/?n=1&n=2", {"assignee": cast.bruno.pk}, headers=HTMX)
    assert "2 cases assigned" in done.text and "Undo" in done.text and done["HX-Trigger"] == "inbox-changed"
    assert owners() == ["Bruno Salas", "Bruno Salas", ""]
    assert "2 cases are as they were" in undo(bruno)
    assert owners() == ["", "Alicia Robles", ""]
    first = Case.objects.get(number=1)
    assert first.state == Case.State.NEW and first.acknowledged_at is None
    assert [event.kind for event in first.events.all()] == ["opened", "assigned", "undone"]
    page = bruno.get(f"{INBOX}1/").text
    assert "undid the assignment" in page


def test_what_changed_since_is_not_undone(three: list[Case], bruno: Client, cast: Cast) -> None:
    bruno.post(f"{INBOX}bulk/assign/?n=1&n=2", {"assignee": cast.bruno.pk}, headers=HTMX)
    add_note(Case.objects.get(number=2), text="Ya llamé", by=cast.alicia)
    assert "1 was changed since" in undo(bruno)
    assert owners() == ["", "Bruno Salas", ""]


def test_undoing_ends_after_a_while(three: list[Case], bruno: Client, cast: Cast) -> None:
    bruno.post(f"{INBOX}bulk/assign/?n=1", {"assignee": cast.bruno.pk}, headers=HTMX)
    BulkWork.objects.update(finished_at=timezone.now() - UNDO_FOR)
    undo(bruno)
    assert owners() == ["Bruno Salas", "", ""]


def test_many_are_resolved_and_opened_as_they_were(three: list[Case], bruno: Client, cast: Cast) -> None:
    before = Case.objects.filter(number=1).values("state", "is_open", "act_by", "root_cause", "outcome").get()
    cause = RootCause.objects.get(key="billing")
    refused = bruno.post(f"{INBOX}bulk/resolve/?n=1&n=2", {"outcome": "solved"}, headers=HTMX).text
    assert "Root cause" in refused and Case.objects.open().count() == 3
    bruno.post(f"{INBOX}bulk/resolve/?n=1&n=2", {"root_cause": cause.pk, "outcome": "solved"}, headers=HTMX)
    assert [case.number for case in Case.objects.open()] == [3]
    again = bruno.post(
        f"{INBOX}bulk/resolve/?n=2&n=3", {"root_cause": cause.pk, "outcome": "solved"}, headers=HTMX
    ).text
    assert "1 case resolved" in again and "1 was left as it is" in again and "resolved already" in again
    undo(bruno)
    first = BulkWork.objects.earliest("id")
    bruno.post(f"{INBOX}bulk/{first.pk}/undo/", headers=HTMX)
    assert Case.objects.open().count() == 3
    assert Case.objects.filter(number=1).values("state", "is_open", "act_by", "root_cause", "outcome").get() == before


def test_tags_go_on_many_and_off_again_but_not_those_they_had(three: list[Case], bruno: Client) -> None:
    bruno.post(f"{INBOX}1/tags/", {"new": "avería"})
    assert "Name a tag" in bruno.post(f"{INBOX}bulk/tag/?n=1&n=2", {}, headers=HTMX).text
    bruno.post(f"{INBOX}bulk/tag/?n=1&n=2", {"new": "avería, norte"}, headers=HTMX)
    tags = {case.number: sorted(inbox.tags_of([case]).get(case.pk, [])) for case in Case.objects.all()}
    assert tags == {1: ["avería", "norte"], 2: ["avería", "norte"], 3: []}
    undo(bruno)
    tags = {case.number: sorted(inbox.tags_of([case]).get(case.pk, [])) for case in Case.objects.all()}
    assert tags == {1: ["avería"], 2: [], 3: []}


def test_a_reply_is_seen_for_each_customer_before_it_leaves(three: list[Case], bruno: Client) -> None:
    Customer.objects.filter(name="Ivo").update(email="")
    Customer.objects.filter(name="Luz").update(name="")
    address, text = f"{INBOX}bulk/reply/?all=1", {"text": "Hola, {{customer_name}}: ya está."}
    preview = bruno.post(address, text, headers=HTMX).text
    assert "Hola, Ana: ya está." in preview and "There is no e-mail address" in preview and "Fill this blank" in preview
    assert "Send 1 reply" in preview and not Message.objects.filter(kind="reply").exists()
    again = bruno.post(address, text | {"send": "1", "back": "1"}, headers=HTMX).text
    assert "See each reply" in again and not BulkWork.objects.exists()
    panel = bruno.post(address, text | {"send": "1"}, headers=HTMX).text
    assert "1 reply leaves in a few seconds" in panel and "Take back" in panel
    tasks.run_bulk_everywhere()
    assert not Message.objects.filter(kind="reply").exists(), "ten seconds have not passed"
    BulkWork.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    tasks.run_bulk_work(BulkWork.objects.get().organization_id)
    mail = Message.objects.get(kind="reply")
    assert mail.to_address == "ana@correo.example"
    assert CaseEvent.objects.get(kind="reply").text == "Hola, Ana: ya está."
    undo(bruno)
    assert BulkWork.objects.get().state == BulkWork.State.DONE, "what was sent can't be taken back"


def test_replies_taken_back_in_time_never_leave(three: list[Case], bruno: Client) -> None:
    bruno.post(f"{INBOX}bulk/reply/?n=1&n=2", {"text": "Hola", "send": "1"}, headers=HTMX)
    assert "Taken back" in undo(bruno)
    BulkWork.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    tasks.run_bulk_work(BulkWork.objects.get().organization_id)
    assert not Message.objects.filter(kind="reply").exists()
    assert set(BulkItem.objects.values_list("state", flat=True)) == {"waiting"}


def test_all_that_match_are_worked_on_by_a_worker_and_watched(
    opens: Opens, three: list[Case], bruno: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "nudge", lambda *given: None)
    Case.objects.filter(number=3).update(priority=1)
    begun = bruno.post(f"{INBOX}bulk/assign/?all=1&n=1", {"assignee": cast.bruno.pk}, headers=HTMX).text
    assert 'role="progressbar"' in begun and "Stop and undo" in begun and owners() == ["", "", ""]
    work = BulkWork.objects.get()
    assert "0 of 3" in bruno.get(f"{INBOX}bulk/{work.pk}/progress/", headers=HTMX).text
    assert "0 of 3" in bruno.get(INBOX).text, "coming back one still sees it"
    tasks.run_bulk_everywhere()
    assert owners() == ["Bruno Salas"] * 3
    told = bruno.get(f"{INBOX}bulk/{work.pk}/progress/?was=waiting", headers=HTMX)
    assert "3 cases assigned" in told.text and told["HX-Trigger"] == "inbox-changed"
    assert "Being undone" in undo(bruno)
    tasks.run_bulk_everywhere()
    assert owners() == ["", "", ""]
    narrowed = bruno.get(f"{INBOX}bulk/assign/?all=1&priority=1", headers=HTMX).text
    assert "Assign 1 case" in narrowed


def test_more_than_can_be_done_at_once_is_said(
    three: list[Case], bruno: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_REPLIES", 2)
    dialog = bruno.get(f"{INBOX}bulk/reply/?all=1", headers=HTMX).text
    assert "Reply to 2 customers" in dialog and "the newest 2" in dialog


def test_it_works_without_script_and_with_nothing_chosen(three: list[Case], bruno: Client, cast: Cast) -> None:
    assert "No case is chosen" in bruno.get(f"{INBOX}bulk/assign/").text
    bruno.post(f"{INBOX}bulk/assign/", {"assignee": cast.bruno.pk})
    assert not BulkWork.objects.exists()
    page = bruno.post(f"{INBOX}bulk/assign/?n=3&view=open", {"assignee": cast.bruno.pk}, follow=True)
    assert "1 case assigned" in page.text and owners()[2] == "Bruno Salas"
    assert bruno.get(f"{INBOX}bulk/sing/").status_code == 404


def test_a_colleague_sees_how_far_it_is_and_only_a_manager_takes_it_back(
    three: list[Case], bruno: Client, cast: Cast
) -> None:
    bruno.post(f"{INBOX}bulk/assign/?n=1", {"assignee": cast.bruno.pk}, headers=HTMX)
    agent, work = cast.sign_in(cast.member(Role.AGENT)), BulkWork.objects.get()
    assert agent.get(f"{INBOX}bulk/{work.pk}/progress/", headers=HTMX).status_code == 200
    assert agent.post(f"{INBOX}bulk/{work.pk}/undo/").status_code == 403
    cast.sign_in(cast.alicia).post(f"{INBOX}bulk/{work.pk}/undo/")
    assert owners()[0] == ""
