"""The journey as a list: add, rename, reorder, weigh, delete what nobody listens to."""

from __future__ import annotations

from nps_platform.tenancy.actions import create_organization
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.models import Stage, Touchpoint
from tests.conftest import Cast
from tests.surveys.waves import published

HERE = "/o/andina/journey/"


def test_stages_and_touchpoints_are_added_weighed_and_reordered(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    for name in ("Descubrir", "Contratar", "Usar"):
        alicia.post(HERE, {"name": name, "kind": "phase"})
    assert alicia.post(HERE, {"name": "usar", "kind": "phase"}).status_code == 422
    last = Stage.objects.get(name="Usar")
    alicia.post(f"{HERE}stages/{last.pk}/move/", {"up": "1"})
    alicia.post(f"{HERE}stages/{last.pk}/move/", {"up": "1"})
    alicia.post(f"{HERE}stages/{last.pk}/move/", {"up": "1"})  # it is the first already
    assert [s.name for s in Stage.objects.all()] == ["Usar", "Descubrir", "Contratar"]
    alicia.post(f"{HERE}stages/{last.pk}/touchpoints/", {"name": "Avería", "importance": "5", "moment_of_truth": "on"})
    touchpoint = Touchpoint.objects.get()
    wrong = alicia.post(f"{HERE}touchpoints/{touchpoint.pk}/", {"name": "Avería", "importance": "6", "target": "101"})
    assert wrong.status_code == 422
    alicia.post(f"{HERE}touchpoints/{touchpoint.pk}/", {"name": "Avería resuelta", "importance": "4", "target": "30"})
    touchpoint.refresh_from_db()
    assert (touchpoint.name, touchpoint.importance, touchpoint.target) == ("Avería resuelta", 4, 30)
    assert not touchpoint.moment_of_truth
    alicia.post(f"{HERE}stages/{last.pk}/", {"name": "Uso diario", "kind": "channel"})
    page = alicia.get(HERE).text
    assert "Uso diario" in page and "Avería resuelta" in page and "Nobody asks here" in page


def test_what_surveys_listen_to_is_not_deleted(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    stage = Stage.objects.create(name="Usar")
    heard = Touchpoint.objects.create(stage=stage, name="Avería")
    unused = Touchpoint.objects.create(stage=stage, name="App")
    published(kind="transactional", touchpoint=heard)
    for row in (heard, unused):
        alicia.post(f"{HERE}touchpoints/{row.pk}/delete/")
    alicia.post(f"{HERE}stages/{stage.pk}/delete/")
    assert list(Touchpoint.objects.all()) == [heard]
    assert Stage.objects.exists()


def test_a_new_organisation_starts_with_a_journey_in_its_language(cast: Cast) -> None:
    made = create_organization(slug="nueva", name="Nueva", owner=cast.carla.user, language="it")
    with entered(made):
        assert [stage.name for stage in Stage.objects.all()][:2] == ["Scoprire", "Acquistare"]
        assert Touchpoint.objects.get(name="Reclamo").moment_of_truth
