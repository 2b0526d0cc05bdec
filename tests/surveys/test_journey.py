"""Drawing the journey: accept the usual one, add, weigh, own, reorder, delete; by form, by handle and without script."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nps_platform.tenancy.actions import create_organization
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.scope import entered
from responses.actions import record_elsewhere
from responses.models import Response
from surveys.models import QualitativeNote, Stage, Survey, Touchpoint
from tests.conftest import Cast
from tests.surveys.waves import customer, published

HERE = "/o/andina/journey/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def drawn(inside: Organization) -> dict[str, Touchpoint]:
    """Instalar: Cita, Visita, Encendido. Usar: Velocidad. Pagar: nothing yet."""
    found = {}
    for position, (stage, names) in enumerate(
        [("Instalar", ["Cita", "Visita", "Encendido"]), ("Usar", ["Velocidad"]), ("Pagar", [])]
    ):
        row = Stage.objects.create(name=stage, position=position)
        for number, name in enumerate(names):
            found[name] = Touchpoint.objects.create(stage=row, name=name, position=number)
    return found


def order() -> dict[str, list[str]]:
    return {stage.name: [t.name for t in stage.touchpoints.all()] for stage in Stage.objects.all()}


# --- a beginning -----------------------------------------------------------------------------------------------------
def test_a_new_organisation_is_offered_the_usual_journey_in_its_language(cast: Cast) -> None:
    made = create_organization(slug="nueva", name="Nueva", owner=cast.carla.user, language="it")
    client = Client()
    client.force_login(cast.carla.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    offered = client.get("/o/nueva/journey/").text
    assert "Scoprire" in offered and "Reclamo" in offered
    with entered(made):
        assert not Stage.objects.exists()
    # The second stage is unticked; a second click changes nothing.
    for _twice in range(2):
        client.post("/o/nueva/journey/adopt/", {"stages": ["0", "2", "3", "4", "99"]})
    with entered(made):
        assert [stage.name for stage in Stage.objects.all()] == ["Scoprire", "Usare", "Pagare", "Chiedere aiuto"]
        assert Touchpoint.objects.get(name="Reclamo").moment_of_truth


def test_whoever_may_not_draw_is_told_who_does(cast: Cast, inside: Organization) -> None:
    page = cast.sign_in(cast.bruno).get(HERE).text
    assert "Owners and managers do." in page and "journey/adopt" not in page


# --- stages and touchpoints ------------------------------------------------------------------------------------------
def test_stages_and_touchpoints_are_added_weighed_and_owned(alicia: Client, cast: Cast, inside: Organization) -> None:
    for name in ("Descubrir", "Usar"):
        alicia.post(f"{HERE}edit/", {"name": name, "kind": "phase", "target": "40", "owner": cast.bruno.pk})
    assert alicia.post(f"{HERE}edit/", {"name": "usar", "kind": "phase"}).status_code == 422
    assert alicia.post(f"{HERE}edit/", {"name": "Pagar", "kind": "phase", "owner": cast.carla.pk}).status_code == 422
    first, usar = Stage.objects.all()
    assert (usar.target, usar.owner) == (40, cast.bruno)
    told = {"name": "Avería", "stage": usar.pk, "importance": "5", "moment_of_truth": "on", "owner": cast.bruno.pk}
    alicia.post(f"{HERE}stages/{usar.pk}/touchpoints/", told)
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.importance, touchpoint.moment_of_truth, touchpoint.owner) == (5, True, cast.bruno)
    address = f"{HERE}touchpoints/{touchpoint.pk}/"
    for wrong in ({"importance": "6"}, {"target": "101"}, {"target": "-101"}, {"owner": cast.carla.pk}, {"name": ""}):
        assert alicia.post(address, told | wrong).status_code == 422, wrong
    assert alicia.post(f"{HERE}stages/{usar.pk}/touchpoints/", told | {"name": "avería"}).status_code == 422
    changed = {"name": "Avería resuelta", "stage": first.pk, "importance": "4", "target": "-30"}
    alicia.post(address, changed)
    touchpoint.refresh_from_db()
    assert (touchpoint.name, touchpoint.importance, touchpoint.target) == ("Avería resuelta", 4, -30)
    assert (touchpoint.moment_of_truth, touchpoint.owner, touchpoint.stage) == (False, None, first)


def test_from_the_map_one_comes_back_to_the_map(alicia: Client, drawn: dict[str, Touchpoint]) -> None:
    row = drawn["Visita"]
    told = {"name": "Visita", "stage": row.stage_id, "importance": "3"}
    answer = alicia.post(f"{HERE}touchpoints/{row.pk}/?back=map", told)
    assert answer.headers["Location"] == f"{HERE}?at={row.pk}#chosen"


# --- order -----------------------------------------------------------------------------------------------------------
def test_a_touchpoint_is_put_before_another_even_of_another_stage(alicia: Client, drawn: dict[str, Touchpoint]) -> None:
    usar = Stage.objects.get(name="Usar")
    move = f"{HERE}touchpoints/{drawn['Encendido'].pk}/move/"
    answer = alicia.post(move, {"stage": usar.pk, "before": drawn["Velocidad"].pk}, headers=HTMX)
    assert "“Encendido” is number 1 of 2 in “Usar”." in answer.text
    assert order() == {"Instalar": ["Cita", "Visita"], "Usar": ["Encendido", "Velocidad"], "Pagar": []}
    alicia.post(move, {"stage": usar.pk, "before": ""}, headers=HTMX)
    assert order()["Usar"] == ["Velocidad", "Encendido"]


def test_the_page_shows_the_order_that_was_kept(alicia: Client, drawn: dict[str, Touchpoint]) -> None:
    moved = alicia.post(f"{HERE}touchpoints/{drawn['Encendido'].pk}/move/", {"step": "up"}, headers=HTMX).text
    for text in (moved, alicia.get(f"{HERE}edit/").text):
        assert re.findall(r'class="journey-name[^>]*>([^<]+)<', text) == ["Cita", "Encendido", "Visita", "Velocidad"]


def test_arrow_steps_move_along_the_stage_and_along_the_journey(alicia: Client, drawn: dict[str, Touchpoint]) -> None:
    move = f"{HERE}touchpoints/{drawn['Visita'].pk}/move/"
    for step, expected in [
        ("up", {"Instalar": ["Visita", "Cita", "Encendido"], "Usar": ["Velocidad"], "Pagar": []}),
        ("up", {"Instalar": ["Visita", "Cita", "Encendido"], "Usar": ["Velocidad"], "Pagar": []}),
        ("back", {"Instalar": ["Visita", "Cita", "Encendido"], "Usar": ["Velocidad"], "Pagar": []}),
        ("forth", {"Instalar": ["Cita", "Encendido"], "Usar": ["Visita", "Velocidad"], "Pagar": []}),
        ("down", {"Instalar": ["Cita", "Encendido"], "Usar": ["Velocidad", "Visita"], "Pagar": []}),
        ("forth", {"Instalar": ["Cita", "Encendido"], "Usar": ["Velocidad"], "Pagar": ["Visita"]}),
        ("forth", {"Instalar": ["Cita", "Encendido"], "Usar": ["Velocidad"], "Pagar": ["Visita"]}),
    ]:
        alicia.post(move, {"step": step}, headers=HTMX)
        assert order() == expected, step


def test_stages_move_and_the_page_without_script_says_where_they_went(
    alicia: Client, drawn: dict[str, Touchpoint]
) -> None:
    instalar, usar, pagar = Stage.objects.all()
    answer = alicia.post(f"{HERE}stages/{pagar.pk}/move/", {"step": "back"}, follow=True)
    assert list(order()) == ["Instalar", "Pagar", "Usar"]
    assert "“Pagar” is stage 2 of 3." in answer.text
    alicia.post(f"{HERE}stages/{usar.pk}/move/", {"before": instalar.pk}, headers=HTMX)
    assert list(order()) == ["Usar", "Instalar", "Pagar"]
    alicia.post(f"{HERE}stages/{usar.pk}/move/", {"before": ""}, headers=HTMX)
    assert list(order()) == ["Instalar", "Pagar", "Usar"]


def test_a_move_that_can_not_be_leaves_all_in_place_and_says_why(
    alicia: Client, drawn: dict[str, Touchpoint], cast: Cast
) -> None:
    usar = Stage.objects.get(name="Usar")
    Touchpoint.objects.create(stage=usar, name="cita", position=1)
    before = order()
    answer = alicia.post(f"{HERE}touchpoints/{drawn['Cita'].pk}/move/", {"step": "forth"}, headers=HTMX)
    assert "The stage has a touchpoint with this name." in answer.text
    assert "toast" in answer.headers["HX-Trigger"]
    with entered(cast.other):
        foreign = Stage.objects.create(name="Ajena")
    for nonsense in ({}, {"step": "sideways"}, {"stage": foreign.pk}, {"stage": "x", "before": "-1"}):
        answer = alicia.post(f"{HERE}touchpoints/{drawn['Cita'].pk}/move/", nonsense, headers=HTMX)
        assert "has changed in the meantime" in answer.text, nonsense
    assert order() == before


def test_the_board_asks_few_questions_however_long_the_journey(alicia: Client, inside: Organization) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as found:
            assert alicia.get(f"{HERE}edit/").status_code == 200
        return len(found)

    stage = Stage.objects.create(name="Una")
    Touchpoint.objects.create(stage=stage, name="Primera")
    short = questions()
    for number in range(11):
        stage = Stage.objects.create(name=f"Etapa {number}", position=number)
        Touchpoint.objects.bulk_create(Touchpoint(stage=stage, name=f"Punto {n}", position=n) for n in range(6))
    assert questions() == short


def test_a_moved_touchpoint_takes_its_surveys_along_and_leaves_what_was_answered(
    alicia: Client, drawn: dict[str, Touchpoint]
) -> None:
    visit, usar, pagar = drawn["Visita"], Stage.objects.get(name="Usar"), Stage.objects.get(name="Pagar")
    survey = published(kind="transactional", touchpoint=visit)

    def answered(number: int) -> str:
        who, now = customer(number), timezone.now()
        said = record_elsewhere(survey=survey, customer=who, score=9, answered_at=now, channel="phone", by=None)
        return str(said.stage)

    places = [answered(1)]
    alicia.post(f"{HERE}touchpoints/{visit.pk}/move/", {"stage": usar.pk, "before": ""}, headers=HTMX)
    survey.refresh_from_db()
    places.append(answered(2))
    form = {"name": "Visita", "stage": pagar.pk, "importance": "3", "target": "", "owner": ""}
    alicia.post(f"{HERE}touchpoints/{visit.pk}/", form)
    survey.refresh_from_db()
    places.append(answered(3))
    assert places == ["Instalar", "Usar", "Pagar"]
    assert [str(one.stage) for one in Response.objects.order_by("pk")] == places


# --- what deleting takes away ----------------------------------------------------------------------------------------
def test_deleting_says_what_is_lost_and_leaves_surveys_and_notes(alicia: Client, drawn: dict[str, Touchpoint]) -> None:
    visit = drawn["Visita"]
    survey = published(kind="transactional", touchpoint=visit)
    note = QualitativeNote.objects.create(touchpoint=visit, held_on="2026-03-02", text="Tres visitas.")
    page = alicia.get(f"{HERE}touchpoints/{visit.pk}/").text
    assert "1 survey stays with every answer it got" in page
    assert "1 note moves to the stage “Instalar”." in page
    assert "1 survey stays with every answer" in alicia.get(f"{HERE}stages/{visit.stage_id}/").text, "counted once"
    alicia.post(f"{HERE}touchpoints/{visit.pk}/delete/")
    survey.refresh_from_db()
    note.refresh_from_db()
    assert (survey.touchpoint, note.touchpoint, str(note.stage)) == (None, None, "Instalar")

    page = alicia.get(f"{HERE}stages/{note.stage_id}/").text
    assert "2 touchpoints go with it." in page and "1 note stays, on the whole journey." in page
    alicia.post(f"{HERE}stages/{note.stage_id}/delete/")
    note.refresh_from_db()
    assert (note.stage, note.touchpoint) == (None, None)
    assert order() == {"Usar": ["Velocidad"], "Pagar": []}
    assert Survey.objects.filter(pk=survey.pk).exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"stage.deleted", "touchpoint.deleted"}
