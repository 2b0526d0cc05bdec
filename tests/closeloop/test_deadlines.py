"""Deadlines by their pages and the API: made, ordered, deleted; open cases follow in the background."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from closeloop.actions import follow_up, resolve, send_reply
from closeloop.models import Case, CasePolicy, RootCause
from closeloop.tasks import rewind_everywhere
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import AuditEntry, Due, Organization
from responses.promises import first_contact_by
from tests.closeloop.conftest import Answers, Opens
from tests.conftest import Cast
from tests.tenancy.forms_on import forms_on

HERE = "/o/andina/settings/deadlines/"
STEPS = {"steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0"}
URGENT = {
    **STEPS,
    "name": "Urgent",
    "classes": ["detractor"],
    "priorities": ["1"],
    "contact_minutes": "0.5",
    "soon_percent": "50",
}
HIGH = {
    **STEPS,
    "name": "High",
    "priorities": ["2"],
    "contact_minutes": "4",
    "resolution_minutes": "16.5",
    "soon_percent": "75",
}


@pytest.fixture
def alicia(started: Organization, cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


def test_a_deadline_is_set_read_as_a_sentence_and_open_cases_follow(alicia: Client, opens: Opens) -> None:
    case, closed = opens(), opens()
    resolve(closed, root_cause=RootCause.objects.get(key="price"), outcome="explained", by=None)
    page = alicia.post(HERE + "new/", HIGH, follow=True).content.decode()
    assert "High" in page and "First contact within 4 h, solution within 16 h 30 of business time." in page
    assert "First contact within 8 h of business time." in page, "what holds for the rest"
    made = CasePolicy.objects.get()
    assert (made.contact_minutes, made.resolution_minutes, made.priorities) == (240, 990, [2])
    rewind_everywhere()
    before = Case.objects.get(pk=case.pk)
    assert before.policy == made and before.resolution_due_at and before.resolution_minutes == 990
    assert Case.objects.get(pk=closed.pk).policy is None, "a closed case keeps what held for it"
    opened = alicia.get(f"{HERE}{made.pk}/").content.decode()
    assert 'value="16.5"' in opened and 'value="4"' in opened
    alicia.post(f"{HERE}{made.pk}/delete/")
    rewind_everywhere()
    after = Case.objects.get(pk=case.pk)
    assert after.policy is None and after.resolution_due_at is None and after.due_at > before.due_at
    codes = ["case_policy.created", "case_policy.deleted"]
    assert list(AuditEntry.objects.filter(action__startswith="case_policy").values_list("action", flat=True)) == codes


def test_the_first_that_fits_holds(alicia: Client, opens: Opens) -> None:
    for form in (HIGH, {**URGENT, "priorities": []}):
        alicia.post(HERE + "new/", form)
    case = opens()
    assert case.policy and case.policy.name == "High"
    second = CasePolicy.objects.get(name="Urgent")
    alicia.post(f"{HERE}{second.pk}/move/", {"direction": "up"})
    rewind_everywhere()
    case.refresh_from_db()
    assert case.policy == second and case.contact_minutes == 30


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Taken"}, "name"),
        ({"contact_minutes": "0"}, "contact_minutes"),
        ({"contact_minutes": "soon"}, "contact_minutes"),
        ({"contact_minutes": "9e9"}, "contact_minutes"),
        ({"resolution_minutes": "1"}, "resolution_minutes"),
        ({"soon_percent": "100"}, "soon_percent"),
        ({"classes": ["silent"]}, "classes"),
        ({"priorities": ["9"]}, "priorities"),
    ],
)
def test_a_deadline_nobody_can_keep_is_said_at_the_field(alicia: Client, values: dict, field: str) -> None:
    CasePolicy.objects.create(name="Taken", contact_minutes=60)
    page = alicia.post(HERE + "new/", {**HIGH, **values})
    assert page.status_code == 200 and field in page.context["form"].errors
    assert CasePolicy.objects.count() == 1


def test_hours_that_change_on_the_settings_page_are_counted_into_open_cases(alicia: Client, opens: Opens) -> None:
    case = opens()
    form = _shown(alicia)
    later = timezone.localdate() + timedelta(days=30)
    days = [(timezone.localdate() + timedelta(days=n)).isoformat() for n in range(30)]
    assert alicia.post("/o/andina/settings/", form | {"holidays": "\n".join(days)}).status_code == 302
    assert Due.objects.filter(kind="case_clocks").exists()
    rewind_everywhere()
    case.refresh_from_db()
    assert case.due_at and case.due_at.date() >= later
    assert not Due.objects.filter(kind="case_clocks").exists() and Due.objects.filter(kind="case_clocks.again").exists()
    alicia.post("/o/andina/settings/", form | {"holidays": "\n".join(days), "phone": "+34 600 000 000"})
    assert not Due.objects.filter(kind="case_clocks").exists(), "a telephone is no hour"
    Case.objects.update(due_at=None)
    Due.objects.update(due_at=timezone.now())
    rewind_everywhere()
    case.refresh_from_db()
    assert case.due_at, "what was written by the old hours meanwhile is counted once more"


def _shown(alicia: Client) -> dict[str, Any]:
    """What the page's form would send."""
    page = alicia.get("/o/andina/settings/").content.decode()
    form = next(form for form in forms_on(page) if "programme_name" in form.data)
    empty = dict.fromkeys(("sender_name", "phone", "postal_address", "margin_percent", "contact_hours"), "")
    return {**form.data, **empty}


def test_the_api_sets_changes_and_deletes_a_deadline_and_tells_where_a_case_stands(
    started: Organization, opens: Opens, cast: Cast
) -> None:
    key = make_api_key(started, name="tests", by=None)
    api: Any = Client(headers={"authorization": f"Bearer {key}"})
    told = {"name": "Fast", "classes": ["detractor"], "contact_minutes": 60, "resolution_minutes": 240}
    made = api.post("/api/v1/case-policies", told, "application/json")
    assert made.status_code == 201 and made.json() | told == made.json() and made.json()["soon_percent"] == 75
    case = opens()
    read = api.get(f"/api/v1/cases/{case.pk}").json()
    assert (read["policy"], read["first_contact"], read["resolution"]) == ("Fast", "on_time", "on_time")
    assert read["resolution_due_at"] > read["due_at"] == read["act_by"]
    url = f"/api/v1/case-policies/{made.json()['id']}"
    changed = api.patch(url, {"resolution_minutes": None}, "application/json").json()
    assert changed["resolution_minutes"] is None and changed["contact_minutes"] == 60
    wrong = api.patch(url, {"resolution_minutes": 30}, "application/json")
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "resolution_minutes"
    assert api.post("/api/v1/case-policies", told, "application/json").status_code == 400
    rewind_everywhere()
    assert api.get(f"/api/v1/cases/{case.pk}").json()["resolution"] is None
    assert [row["name"] for row in api.get("/api/v1/case-policies").json()["results"]] == ["Fast"]
    assert api.delete(url).status_code == 204 and api.get(url).status_code == 404


def test_a_row_of_the_inbox_says_due_soon_and_overdue(started: Organization, opens: Opens, cast: Cast) -> None:
    CasePolicy.objects.create(name="Fast", contact_minutes=60, soon_percent=1)
    case = opens()
    bruno = cast.sign_in(cast.bruno)
    later = timezone.now() + timedelta(days=2)
    Case.objects.update(due_at=later, contact_soon_at=timezone.now() - timedelta(minutes=1))
    assert "warn font-medium" in bruno.get("/o/andina/inbox/").content.decode()
    Case.objects.update(due_at=later, contact_soon_at=later - timedelta(minutes=1))
    assert "warn font-medium" not in bruno.get("/o/andina/inbox/").content.decode()
    Case.objects.filter(pk=case.pk).update(resolution_minutes=1, resolution_due_at=timezone.now() - timedelta(hours=1))
    assert [row.case.number for row in bruno.get("/o/andina/inbox/?view=overdue").context["rows"]] == [case.number]


def test_counting_anew_is_owed_again_where_hours_change_while_it_runs(started: Organization, monkeypatch: Any) -> None:
    monkeypatch.setattr("closeloop.tasks.rewind_open_cases", lambda: is_due("case_clocks"))
    is_due("case_clocks")
    rewind_everywhere()
    assert Due.objects.filter(kind="case_clocks").exists()


def test_the_thank_you_page_promises_what_the_case_s_deadline_will_say(started: Organization, answers: Answers) -> None:
    tuesday = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)  # 11 in Madrid
    with time_machine.travel(tuesday, tick=False):
        assert first_contact_by(answers(2)) == tuesday + timedelta(hours=23)  # seven hours today, one tomorrow
        CasePolicy.objects.create(name="High", priorities=[2], contact_minutes=120)
        answer = answers(2)
        assert first_contact_by(answer) == tuesday + timedelta(hours=2)
        case = follow_up(answer.pk)
        assert case and case.due_at == tuesday + timedelta(hours=2)
        assert first_contact_by(answers(9, wants_contact=True)) == tuesday + timedelta(hours=23), "no rule holds for it"


def test_the_home_page_counts_solutions_that_are_overdue_and_those_in_time(
    started: Organization, opens: Opens, cast: Cast
) -> None:
    monday = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # 9 in Madrid
    CasePolicy.objects.create(name="Fast", contact_minutes=60, resolution_minutes=120)
    cause = RootCause.objects.get(key="price")
    with time_machine.travel(monday, tick=False) as clock:
        cases = [opens() for _ in range(4)]
        clock.move_to(monday + timedelta(hours=1))
        send_reply(cases[3], text="Vamos hoy", by=None)
        resolve(cases[0], root_cause=cause, outcome="explained", by=None)
        clock.move_to(monday + timedelta(hours=3))
        resolve(cases[1], root_cause=cause, outcome="explained", by=None)
        home = cast.sign_in(cast.alicia).get("/o/andina/")
        loop, titles = home.context["loop"], [need.title for need in home.context["needs"]]
        assert (loop.promised, loop.solved_in_time, loop.to_solve) == (3, 1, timedelta(hours=2))
        assert "1 case is past the deadline for its solution" in titles
        late = cast.sign_in(cast.bruno).get("/o/andina/inbox/?view=open&solution=late")
        assert [row.case.number for row in late.context["rows"]] == [cases[2].number]
