"""Notes from interviews beside the comments: found by the same search, marked as such, counted in no score."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.models import Segment
from nps_platform.tenancy.roles import Role
from surveys.models import QualitativeNote, Stage, SurveyKind, Touchpoint
from tests.conftest import Cast
from tests.dashboards.conftest import World

HERE = "/o/andina/comments/"


@pytest.fixture
def visit(world: World) -> Touchpoint:
    return Touchpoint.objects.create(stage=Stage.objects.create(name="Instalar"), name="Visita")


def note(touchpoint: Touchpoint | None = None, *, day: date | None = None, **fields: object) -> QualitativeNote:
    given = {
        "kind": "focus_group",
        "held_on": day or timezone.localdate() - timedelta(days=9),
        "people": 6,
        "who": "Rosa Quintana",
        "text": "Rosa Quintana esperó en rosa.quintana@mail.example toda la mañana.",
        "quotes": "Nadie avisó, 600 123 456.",
    }
    return QualitativeNote.objects.create(touchpoint=touchpoint, **(given | fields))


def test_notes_stand_beside_the_comments_and_in_no_figure(cast: Cast, world: World, visit: Touchpoint) -> None:
    note(visit)
    world.answer(world.customer(), 3, timezone.localdate() - timedelta(days=3), comment="Muy lento.")
    client = cast.sign_in(cast.alicia)
    page = client.get(HERE).text
    assert "toda la mañana" in page and "Focus group" in page and "1 comment" in page and "Muy lento." in page
    only = client.get(HERE, {"nps_class": "notes"}).text
    assert "toda la mañana" in only and "Muy lento." not in only and "1 note" in only
    detractors = client.get(HERE, {"nps_class": "detractor"}).text
    assert "toda la mañana" not in detractors and "Muy lento." in detractors
    assert client.get("/o/andina/journey/journey.csv").text.splitlines()[1].split(",")[4] == "0"


def test_one_search_finds_both(cast: Cast, world: World, visit: Touchpoint) -> None:
    note(visit, text="El técnico llegó tarde.", quotes="")
    note(visit, text="Precio alto.", quotes="Se me hizo eterno.")
    world.answer(world.customer(), 3, timezone.localdate() - timedelta(days=3), comment="El técnico no vino.")
    client = cast.sign_in(cast.alicia)
    page = client.get(HERE, {"q": "TECNICO"}).text
    assert "llegó tarde" in page and "no vino" in page and "Precio alto" not in page
    assert "Precio alto" in client.get(HERE, {"q": "eterno"}).text


def test_notes_follow_period_and_place_and_belong_to_no_segment(cast: Cast, world: World, visit: Touchpoint) -> None:
    other = Touchpoint.objects.create(stage=visit.stage, name="Cita")
    note(visit, text="De la visita.")
    note(other, text="De la cita.")
    note(None, stage=visit.stage, text="De la etapa.")
    note(None, text="Antigua.", day=timezone.localdate() - timedelta(days=400))
    client = cast.sign_in(cast.alicia)

    def shown(**asked: str | int) -> set[str]:
        page = client.get(HERE, {"nps_class": "notes", "kind": SurveyKind.TRANSACTIONAL, **asked}).text
        return {text for text in ("De la visita", "De la cita", "De la etapa", "Antigua") if text in page}

    assert shown() == {"De la visita", "De la cita", "De la etapa"}
    assert shown(touchpoint=visit.pk) == {"De la visita"}
    assert shown(stage=visit.stage_id) == {"De la visita", "De la cita", "De la etapa"}
    assert shown(q="DÉ LA VISÍTA") == {"De la visita"}, "accents and capitals make no difference"
    segment = Segment.objects.create(name="Todos", rules={"match": "all", "conditions": []})
    assert shown(segment=segment.pk) == set()


def test_readers_without_personal_data_get_no_names(cast: Cast, world: World, visit: Touchpoint) -> None:
    note(visit)
    client = cast.sign_in(cast.member(Role.COLLABORATOR))
    for address in (f"{HERE}?nps_class=notes", f"{HERE}notes.csv", f"/o/andina/journey/?at={visit.pk}"):
        page = client.get(address).text
        assert "█" in page, address
        for secret in ("Rosa", "Quintana", "mail.example", "123 456"):
            assert secret not in page, address
    # Without the right to see who wrote it, a search would tell.
    assert "toda la mañana" in client.get(HERE, {"nps_class": "notes", "q": "nowhere"}).text


def test_the_list_is_paged_and_the_file_holds_them_all(cast: Cast, world: World, visit: Touchpoint) -> None:
    day = timezone.localdate() - timedelta(days=20)
    for number in range(32):
        note(visit, text=f"Nota {number:02}.", day=day)
    client = cast.sign_in(cast.alicia)
    first = client.get(HERE, {"nps_class": "notes"})
    second = client.get(HERE + first.context["next_url"])
    texts = [one.text for page in (first, second) for one in page.context["notes"].notes]
    assert texts == [f"Nota {number:02}." for number in reversed(range(32))]
    lines = client.get(f"{HERE}notes.csv").text.strip().splitlines()
    assert len(lines) == 33 and lines[0].endswith("day,kind,people,about,text,quotes,who")
    assert client.get(HERE, {"nps_class": "notes", "cursor": "garbled"}).status_code == 200
