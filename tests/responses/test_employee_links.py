"""One link for each unit, made in one go; nobody reads there how many answered."""

from __future__ import annotations

import pytest
from django.test import Client

from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import Organization, Unit
from surveys.models import Collector
from tests.conftest import Cast
from tests.employees import answer_there, employee_survey, unit_link
from tests.surveys.test_asking_api import Api


@pytest.fixture
def client(cast: Cast, inside: Organization) -> Client:
    return cast.sign_in(cast.alicia)


def _page(cast: Cast) -> str:
    return f"/o/{cast.organization.slug}/collectors/employees/"


def test_every_unit_gets_its_link_at_once_and_keeps_it(cast: Cast, client: Client) -> None:
    survey = employee_survey()
    units = [Unit.objects.create(name=name, code=name.lower(), path=f"/{name}/") for name in ("Lima", "Cusco", "Tacna")]
    told = {f"link-{unit.pk}": "on" for unit in units[:2]} | {
        f"people-{units[0].pk}": "40",
        f"people-{units[2].pk}": "9",
    }
    assert client.post(_page(cast), told).status_code == 302
    made = {link.unit: link for link in Collector.objects.all()}
    assert {unit.name: link.people for unit, link in made.items() if unit} == {"Lima": 40, "Cusco": None}
    assert {(link.kind, link.survey) for link in made.values()} == {("employee", survey)}
    page = client.get(_page(cast)).content.decode()
    assert made[units[0]].token in page and made[units[1]].token in page

    client.post(_page(cast), {f"people-{units[0].pk}": "41", "link-all": "on"})
    assert Collector.objects.count() == 3 and Collector.objects.get(unit=units[0]).people == 41
    assert Collector.objects.get(unit=None).token != made[units[0]].token


def test_a_unit_of_fewer_than_five_is_sent_to_the_one_above(cast: Cast, client: Client) -> None:
    employee_survey()
    unit = Unit.objects.create(name="Tacna", code="tacna", path="/tacna/")
    answer = client.post(_page(cast), {f"link-{unit.pk}": "on", f"people-{unit.pk}": "4"})
    assert answer.status_code == 422 and "Fewer than 5 people" in answer.content.decode()
    assert 'value="4"' in answer.content.decode() and not Collector.objects.exists()
    assert client.post(_page(cast), {f"people-{unit.pk}": "many"}).status_code == 422


def test_the_api_refuses_so_few_too(cast: Cast, client: Client) -> None:
    survey = employee_survey()
    Unit.objects.create(name="Tacna", code="tacna", path="/tacna/")
    api = Api(make_api_key(cast.organization, name="test", by=None))
    told = {"kind": "employee", "name": "Tacna", "survey": survey.pk, "unit": "tacna"}
    status, problem = api.post("collectors", told | {"people": 4})
    assert (status, problem["errors"][0]["field"]) == (400, "people")
    assert "Fewer than 5 people" in problem["errors"][0]["message"] and not Collector.objects.exists()
    new = f"/o/{cast.organization.slug}/collectors/new/?kind=employee"
    page = client.post(new, {"name": "Tacna", "survey": survey.pk, "people": "4"})
    assert page.status_code == 422 and "Fewer than 5 people" in page.text and not Collector.objects.exists()
    assert api.post("collectors", told | {"people": 5})[0] == 201


def test_without_a_survey_it_says_what_to_do_first(cast: Cast, client: Client) -> None:
    assert "No employee survey is live" in client.get(_page(cast)).content.decode()
    assert client.get(f"{_page(cast)}?survey=x").status_code == 200


def test_the_place_itself_tells_neither_how_many_answered_nor_when(cast: Cast, client: Client) -> None:
    link = unit_link(employee_survey(), "Lima")
    base = f"/o/{cast.organization.slug}/collectors/"
    before = [client.get(page).content for page in (f"{base}{link.pk}/", base)]
    answer_there(link, [0] * 7, comment="Long shifts.")
    after = [client.get(page).content for page in (f"{base}{link.pk}/", base)]
    for then, now in zip(before, after, strict=True):
        assert b"Long shifts." not in now
        assert len(then.split()) == len(now.split())
