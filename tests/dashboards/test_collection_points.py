"""Results, comments and the API's metrics of one collection point, chosen from a list or found by its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards import place_filter
from nps_platform.tenancy.models import Unit
from surveys.models import Collector, SurveyKind
from tests.surveys.test_asking_api import api

__all__ = ["api"]


@pytest.fixture
def places(world):
    """Two counters of one survey, and one of a transactional one; each heard a different score."""
    units = [Unit.objects.create(name=name, code=name) for name in ("Norte", "Sur")]
    found = {}
    for name, unit, kind, scores in (
        ("Caja", units[0], SurveyKind.RELATIONAL, (9, 10, 3)),
        ("Mostrador", units[1], SurveyKind.RELATIONAL, (0, 0)),
        ("Taller", None, SurveyKind.TRANSACTIONAL, (7,)),
    ):
        place = Collector.objects.create(name=name, unit=unit, kind="link", survey=world.survey(kind))
        for score in scores:
            world.answer(
                None, score, timezone.now() - timedelta(days=1), kind=kind, collector=place, comment=f"En {name}"
            )
        found[name] = place
    world.answer(world.customer(), 9, timezone.now() - timedelta(days=1), comment="Por correo")
    return found


def results(cast, **query):
    return cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/dashboards/", query)


def test_results_and_comments_keep_to_the_place(cast, places):
    assert results(cast).context["standing"].score.n == 6
    page = results(cast, collector=places["Caja"].pk)
    assert page.context["standing"].score.n == 3
    assert f'<option value="{places["Caja"].pk}" selected>Caja</option>' in page.text
    assert '<optgroup label="Norte">' in page.text and "Taller" not in page.text, "only this kind’s"
    comments = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/comments/", {"collector": places["Caja"].pk})
    assert comments.context["comments"].total == 3 and "Por correo" not in comments.text
    rows = cast.sign_in(cast.alicia).get(
        f"/o/{cast.organization.slug}/dashboards/distribution.csv", {"collector": places["Mostrador"].pk}
    )
    assert "0,2" in rows.getvalue().decode()


def test_a_place_brings_its_own_kind_and_never_mixes_them(cast, places):
    page = results(cast, collector=places["Taller"].pk)
    assert page.context["form"].filters().kind == SurveyKind.TRANSACTIONAL and page.context["standing"].score.n == 1
    other = results(cast, collector=places["Taller"].pk, kind=SurveyKind.RELATIONAL)
    assert other.context["standing"].score.n == 6 and " selected>Taller" not in other.text


def test_among_hundreds_it_is_found_by_its_name(cast, places, monkeypatch):
    monkeypatch.setattr(place_filter, "LISTED", 1)
    page = results(cast, collector=places["Caja"].pk)
    assert 'list="collector-names"' in page.text and 'value="Caja · Norte"' in page.text
    for asked in ("Caja · Norte", "caja", "CAJ"):
        assert results(cast, collector=asked).context["standing"].score.n == 3, asked
    Collector.objects.create(name="Caja 2", kind="link", survey=places["Caja"].survey)
    assert results(cast, collector="Caja").context["standing"].score.n == 3, "its whole name is enough"
    several = results(cast, collector="aja")
    assert "Several collection points" in several.text and 'value="aja"' in several.text
    assert "There is no collection point with this name." in results(cast, collector="Nowhere").text


def test_the_table_is_cut_by_place(cast, places):
    page = results(cast, by="collector")
    cells = {cell.name: cell.score.counts.n for cell in page.context["breakdown"].cells}
    assert cells == {"Caja": 3, "Mostrador": 2, "None named": 1} and "By collection point" in page.text


def test_no_place_no_field(cast, world):
    world.answer(world.customer(), 9, timezone.now())
    assert "collector" not in results(cast).context["form"].fields and "By collection point" not in results(cast).text


def test_the_api_filters_and_groups_by_place(cast, places, api):
    status, one = api.get(f"metrics/nps?collector={places['Caja'].pk}")
    assert (status, one["n"], one["promoters"], one["detractors"]) == (200, 3, 2, 1)
    assert api.get(f"metrics/nps?collector={places['Taller'].pk}")[1]["n"] == 1
    parts = api.get("metrics/nps?by=collector")[1]["groups"]
    assert {part["name"]: part["n"] for part in parts} == {"Caja": 3, "Mostrador": 2, "None named": 1}
    assert sum(part["n"] for part in parts) == api.get("metrics/nps")[1]["n"]
    employees = Collector.objects.create(name="E", kind="employee", survey=places["Caja"].survey)
    assert api.get(f"metrics/nps?collector={employees.pk}")[0] == 400


def test_a_places_own_page_leads_to_its_results(cast, places):
    place = places["Caja"]
    page = cast.sign_in(cast.alicia).get(f"/o/{cast.organization.slug}/collectors/{place.pk}/")
    assert f"/dashboards/?collector={place.pk}" in page.text
