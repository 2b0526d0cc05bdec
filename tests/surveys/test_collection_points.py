"""Collection points in the company's own room: made, found, changed, closed and opened again, by page and by API."""

from __future__ import annotations

import pytest
from django.test import Client

from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import AuditEntry, Organization, Unit
from responses.collecting import record_visit
from surveys.actions import create_collector, create_survey
from surveys.models import Collector, Survey
from tests.conftest import Cast
from tests.surveys.test_asking_api import Api
from tests.surveys.waves import published

HERE = "/o/andina/collectors/"


@pytest.fixture
def alicia(cast: Cast, inside: Organization) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def survey(inside: Organization) -> Survey:
    return published()


def made(survey: Survey, name: str = "Lima centre, till 3", **fields: object) -> Collector:
    return create_collector(kind="link", name=name, survey=survey, by=None, **fields)


def told(survey: Survey, **fields: object) -> dict[str, object]:
    return {"name": "Lima centre, till 3", "survey": survey.pk, "receipt": "no", **fields}


def test_a_place_is_made_and_its_page_shows_its_link_and_what_came_in(alicia: Client, survey: Survey) -> None:
    unit = Unit.objects.create(name="Lima centre")
    answer = alicia.post(f"{HERE}new/?kind=link", told(survey, unit=unit.pk, language="es"), follow=True)
    place = Collector.objects.get()
    assert (place.unit, place.language, place.is_open, place.created_by) == (
        unit,
        "es",
        True,
        answer.context["membership"],
    )
    assert f"/l/{place.token}" in answer.content.decode()
    record_visit(place, score=3, comment="The queue was endless.")
    page = alicia.get(f"{HERE}{place.pk}/").content.decode()
    assert "The queue was endless." in page
    (line,) = alicia.get(HERE).context["lines"]
    assert (line.recent, line.last_at is None) == (1, False)
    assert list(AuditEntry.objects.values_list("action", flat=True).filter(target_kind="collector")) == [
        "collector.created"
    ]


def test_only_what_is_published_can_be_asked(alicia: Client, inside: Organization) -> None:
    assert "First publish a survey" in alicia.get(f"{HERE}new/?kind=link").content.decode()
    draft = create_survey(kind="relational", name="Draft", languages=["en"], by=None)
    answer = alicia.post(f"{HERE}new/?kind=link", told(draft))
    assert answer.status_code == 422 and not Collector.objects.exists()


def test_a_language_that_the_survey_does_not_speak_is_refused_where_it_was_chosen(
    alicia: Client, survey: Survey
) -> None:
    other = published(languages=("it",))
    answer = alicia.post(f"{HERE}new/?kind=link", told(other, language="es"))
    assert answer.status_code == 422 and "language" in answer.context["form"].errors
    assert "Lima centre, till 3" in answer.content.decode()


def test_a_change_keeps_the_link(alicia: Client, survey: Survey) -> None:
    place = made(survey)
    before = place.token
    alicia.post(f"{HERE}{place.pk}/edit/", told(survey, name="Till 4", receipt="required"))
    place.refresh_from_db()
    assert (place.name, place.receipt, place.token) == ("Till 4", "required", before)


def test_it_closes_and_opens_again_once_each(alicia: Client, survey: Survey) -> None:
    place = made(survey)
    for step in ("close", "close", "reopen", "reopen"):
        alicia.post(f"{HERE}{place.pk}/{step}/")
        place.refresh_from_db()
        assert place.is_open is (step == "reopen")
    codes = AuditEntry.objects.filter(target_kind="collector").order_by("pk").values_list("action", flat=True)
    assert list(codes) == ["collector.created", "collector.closed", "collector.reopened"]


def test_many_places_are_paged_and_searched_without_regard_to_accents(alicia: Client, survey: Survey) -> None:
    assert "No collection point yet" in alicia.get(HERE).content.decode()
    Collector.objects.bulk_create(
        Collector(kind="link", name=f"Almacén {n}", survey=survey, organization=survey.organization) for n in range(51)
    )
    made(survey, "Ñuñoa")
    answer = alicia.get(HERE)
    assert len(answer.context["lines"]) == 50 and answer.context["page"].next_url
    assert [line.collector.name for line in alicia.get(HERE, {"q": "nunoa"}).context["lines"]] == ["Ñuñoa"]
    assert alicia.get(HERE, {"q": "nowhere"}).context["lines"] == []


def test_who_may_not_ask_has_no_such_room(cast: Cast, inside: Organization) -> None:
    assert cast.sign_in(cast.bruno).get(HERE).status_code == 403
    assert "/collectors/" not in cast.sign_in(cast.bruno).get("/o/andina/").content.decode()
    assert "/collectors/" in cast.sign_in(cast.alicia).get("/o/andina/").content.decode()


def test_an_api_key_makes_changes_and_closes_places(cast: Cast, survey: Survey) -> None:
    api = Api(make_api_key(cast.organization, name="test", by=None))
    Unit.objects.create(name="Lima centre", code="lima")
    told = {"kind": "link", "name": "Till 3", "survey": survey.pk, "unit": "lima"}
    status, place = api.post("collectors", told)
    assert (status, place["unit"], place["touchpoint"], place["is_open"]) == (201, "lima", None, True)
    assert place["url"].endswith(f"/l/{Collector.objects.get().token}")
    status, changed = api.patch(f"collectors/{place['id']}", {"name": "Till 4", "is_open": False, "kind": "kiosk"})
    assert (status, changed["name"], changed["is_open"], changed["kind"]) == (200, "Till 4", False, "link")
    assert changed["url"] == place["url"]
    status, listed = api.get("collectors")
    assert [one["id"] for one in listed["results"]] == [place["id"]]
    draft = create_survey(kind="relational", name="Draft", languages=["en"], by=None)
    status, problem = api.post("collectors", told | {"survey": draft.pk})
    assert (status, problem["errors"][0]["field"]) == (400, "survey")
    assert api.post("collectors", told | {"language": "it", "name": ""})[0] == 400
