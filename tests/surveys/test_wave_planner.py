"""The planner's page: sentences that save themselves, a simulation that adds up, a launch, and how it stands then."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Account, AttributeDefinition, Segment
from nps_platform.tenancy.models import Organization
from surveys.models import Programme
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api, api  # noqa: F401
from tests.surveys.waves import customer, draft_wave, planned, published, send_everything, wave

HERE = "/o/andina/programmes/"


def test_a_wave_is_planned_launched_and_followed_on_its_page(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    survey = published()
    gone = customer(1)
    customer(2)
    suppress(gone.email, reason="bounced")
    created = alicia.post(f"{HERE}new/", {"name": "Oleada", "survey": survey.pk})
    programme = Programme.objects.get()
    assert created.headers["Location"] == f"{HERE}{programme.pk}/"
    everyone = Segment.objects.create(name="Todos", rules={"match": "all", "conditions": []})
    plan = {"name": "Oleada", "survey": survey.pk, "audience": everyone.pk, "quarantine_days": "180", "open_days": "30"}
    part = alicia.post(
        f"{HERE}{programme.pk}/", plan | {"reminders": "1", "reminder_1": "5"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in part.text and "Address bounced" in part.text
    programme.refresh_from_db()
    told = (programme.audience, programme.quarantine_days, programme.reminders, programme.open_days)
    assert told == (everyone, 180, [5], 30)
    assert 'data-confirm="Send 1 invitation?"' in part.text
    alicia.post(f"{HERE}{programme.pk}/launch/")
    programme.refresh_from_db()
    assert (programme.state, programme.launched_by) == (Programme.State.PLANNING, cast.alicia)
    assert "Being planned" in alicia.get(f"{HERE}{programme.pk}/").text
    assert "no longer possible" in alicia.post(f"{HERE}{programme.pk}/launch/", follow=True).text


def test_the_list_of_whom_it_leaves_out_can_be_downloaded_before_and_after(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    customer(1, email="", name="=cmd()")
    customer(2)
    programme = draft_wave()
    for _before_and_after in range(2):
        people = alicia.get(f"{HERE}{programme.pk}/people.csv?reason=no_address").getvalue().decode("utf-8-sig")
        assert people.splitlines()[1:] == ["C-1,'=cmd(),,es,No valid address"]
        asked = alicia.get(f"{HERE}{programme.pk}/people.csv").getvalue().decode("utf-8-sig")
        assert asked.splitlines()[1].startswith("C-2,")
        alicia.post(f"{HERE}{programme.pk}/launch/")
        programme = wave(name="after")


def test_a_draft_is_deleted_and_what_was_launched_stays(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    draft, launched = draft_wave(), wave()
    alicia.post(f"{HERE}{draft.pk}/delete/")
    alicia.post(f"{HERE}{launched.pk}/delete/")
    assert list(Programme.objects.all()) == [launched]


def test_a_programme_is_duplicated_as_a_draft_with_the_same_settings(
    cast: Cast,
    inside: Organization,
    api: Api,  # noqa: F811
) -> None:
    alicia = cast.sign_in(cast.alicia)
    settings: dict[str, Any] = {
        "every": "quarter",
        "starts_on": timezone.localdate() - timedelta(days=9),
        "starts_at": time(9, 30),
        "sample": {"number": 50},
        "strata": "unit",
        "window": {"from": "09:00", "to": "13:00", "weekdays": [1, 2]},
        "daily_cap": 20,
        "reminders": [3, 6],
        "open_days": 14,
        "quarantine_days": 180,
        "ask_despite_open_case": True,
    }
    original = wave(name="O" * 120, **settings)
    page = alicia.post(f"{HERE}{original.pk}/duplicate/", follow=True)
    copy = Programme.objects.get(state=Programme.State.DRAFT)
    assert page.redirect_chain == [(f"{HERE}{copy.pk}/", 302)]
    assert copy.name.endswith(", copy") and len(copy.name) == 120
    same = {name: getattr(copy, name) for name in settings}
    assert same == settings | {"starts_on": None, "starts_at": None}
    assert copy.seed != original.seed and copy.launched_at is None and not copy.counts
    status, told = api.post(f"programmes/{copy.pk}/duplicate")
    assert (status, told["state"], told["sample"]) == (201, "draft", {"number": 50})


def test_a_plan_with_mistakes_comes_back_at_the_field(cast: Cast, inside: Organization) -> None:
    programme = draft_wave()
    page = cast.sign_in(cast.alicia).post(
        f"{HERE}{programme.pk}/", {"name": "", "survey": "999", "audience": "x", "open_days": "9999"}
    )
    assert page.status_code == 422
    for field in ("name", "survey", "audience", "open_days"):
        assert f'id="id_{field}_error"' in page.text, field


def test_progress_adds_up_while_mails_leave(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    for n in range(3):
        customer(n)
    programme = wave()
    assert 'hx-trigger="every 2s"' in alicia.get(f"{HERE}{programme.pk}/progress/").text
    send_everything()
    still = alicia.get(f"{HERE}{programme.pk}/progress/").text
    assert 'hx-trigger="every 2s"' not in still and "100%" in still
    alicia.post(f"{HERE}{programme.pk}/pause/")
    assert "Paused." in alicia.get(f"{HERE}{programme.pk}/").text
    alicia.post(f"{HERE}{programme.pk}/resume/")
    alicia.post(f"{HERE}{programme.pk}/close/")
    programme.refresh_from_db()
    assert programme.state == Programme.State.CLOSED
    assert "closed today" in alicia.get(f"{HERE}{programme.pk}/").text


def test_a_plan_that_no_longer_holds_says_so_and_is_not_launched(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    plan = AttributeDefinition.objects.create(key="plan", label="Plan", entity="customer", kind="text")
    draft = draft_wave(strata="attribute:plan", sample={"share": 0.5})
    plan.delete()
    assert "There is no such attribute to draw by." in alicia.post(f"{HERE}{draft.pk}/launch/", follow=True).text
    draft.refresh_from_db()
    assert draft.state == Programme.State.DRAFT and not draft.waves.exists()


def test_a_colleague_of_somebody_asked_is_left_out_and_the_plan_says_why(cast: Cast, inside: Organization) -> None:
    inside.account_quarantine_days = 60
    inside.save()
    alicia, company = cast.sign_in(cast.alicia), Account.objects.create(external_id="A", name="A")
    customer(1, account=company)
    planned(draft_wave())
    customer(2, account=company)
    programme = draft_wave(audience=Segment.objects.create(name="Dos", rules=_only("C-2")))
    why = "Asked within the last 90 days, or another contact of their company within the last 60 days"
    assert why in alicia.get(f"{HERE}{programme.pk}/").text
    planned(programme)
    page = alicia.get(f"{HERE}{programme.pk}/").text
    assert why in page and "Quarantine of a company" in page
    people = alicia.get(f"{HERE}{programme.pk}/people.csv?reason=quarantined").getvalue().decode("utf-8-sig")
    assert people.splitlines()[1:] == ["C-2,Mercedes Aliaga 2,c2@mail.example,es,Asked recently"]


def _only(number: str) -> dict[str, Any]:
    return {"match": "all", "conditions": [{"field": "external_id", "operator": "is", "value": number}]}
