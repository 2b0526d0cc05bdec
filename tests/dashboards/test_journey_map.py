"""The journey's page: where each place stands, what comes next and why, what to fix first, and for whom it is hidden."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.guided import Step
from dashboards.queries.journey import Aim, Point
from nps_platform.customers.models import Segment
from nps_platform.lib.priority import priority
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.roles import Role
from surveys.models import Stage, Survey, SurveyKind, Touchpoint
from tests.conftest import Cast
from tests.dashboards.conftest import World

HERE = "/o/andina/journey/"
TRANSACTIONAL = {"kind": SurveyKind.TRANSACTIONAL}


@pytest.fixture
def alicia(cast: Cast) -> Client:
    return cast.sign_in(cast.alicia)


@pytest.fixture
def drawn(world: World) -> dict[str, Touchpoint]:
    """Instalar: Cita (5), Visita (5, moment of truth). Usar: App (2)."""
    instalar, usar = Stage.objects.create(name="Instalar"), Stage.objects.create(name="Usar", position=1)
    rows = [
        Touchpoint(stage=instalar, name="Cita", importance=5),
        Touchpoint(stage=instalar, name="Visita", importance=5, moment_of_truth=True, position=1, target=20),
        Touchpoint(stage=usar, name="App", importance=2, target=20),
    ]
    return {row.name: row for row in Touchpoint.objects.bulk_create(rows)}


def lately() -> date:
    return timezone.localdate() - timedelta(days=10)


def before() -> date:
    return timezone.localdate() - timedelta(days=120)


def steps(client: Client, **asked: str | int) -> list[Step]:
    return client.get(HERE, asked).context["steps"]


def points(client: Client, **asked: str | int) -> dict[str, Point]:
    columns = client.get(HERE, asked).context["columns"]
    return {card.point.name: card.point for column in columns for card in column.cards}


# --- the guided order ------------------------------------------------------------------------------------------------
def test_the_company_is_asked_about_first_then_stages_then_interactions(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    company, stages, interactions = steps(alicia)
    assert [step.state for step in (company, stages, interactions)] == ["now", "later", "later"]
    assert "ask about the company first" in company.text and company.link and company.link.url.endswith("surveys/new/")
    assert stages.link is None and interactions.link is None

    draft = Survey.objects.create(name="Relacional", kind=SurveyKind.RELATIONAL)
    assert steps(alicia)[0].link.url.endswith(f"/surveys/{draft.pk}/")  # type: ignore[union-attr]
    Survey.objects.update(state=Survey.State.PUBLISHED)
    assert "Nobody has answered in this period." in steps(alicia)[0].text

    world.answers(80, 30, 20, lately())
    company, stages, interactions = steps(alicia)
    assert [step.state for step in (company, stages, interactions)] == ["done", "now", "later"]
    # Instalar holds more importance than Usar.
    assert stages.link and stages.link.url.endswith(f"?stage={drawn['Visita'].stage_id}")

    for stage in Stage.objects.all():
        Survey.objects.create(name=stage.name, kind=SurveyKind.PHASE, stage=stage, state=Survey.State.PUBLISHED)
    stages, interactions = steps(alicia)[1:]
    assert (stages.state, interactions.state) == ("done", "now")
    assert interactions.link and interactions.link.url.endswith(f"?touchpoint={drawn['Visita'].pk}")
    assert "moment of truth" in interactions.text

    world.answers(10, 20, 90, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    interactions = steps(alicia)[2]
    assert "Cita" in interactions.text and "right before the worst moment" in interactions.text
    world.answers(60, 30, 20, lately(), touchpoint=drawn["Cita"], **TRANSACTIONAL)
    assert "Fix “Visita” first." in steps(alicia)[2].text
    assert steps(alicia)[2].state == "done"


def test_whoever_may_not_ask_gets_no_link_to_ask(cast: Cast, drawn: dict[str, Touchpoint]) -> None:
    page = cast.sign_in(cast.member(Role.COLLABORATOR)).get(HERE).text
    assert "ask about the company first" in page and "surveys/new" not in page and "journey/edit" not in page


# --- scores ----------------------------------------------------------------------------------------------------------
def test_each_place_shows_its_own_kind_of_score(alicia: Client, world: World, drawn: dict[str, Touchpoint]) -> None:
    world.answers(50, 30, 20, lately())  # relational: nobody's
    world.answers(20, 30, 50, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    stage = drawn["Visita"].stage
    survey = Survey.objects.create(name="Etapa", kind=SurveyKind.PHASE, stage=stage, state=Survey.State.PUBLISHED)
    world.surveys[SurveyKind.PHASE] = survey
    world.answers(70, 30, 0, lately(), kind=SurveyKind.PHASE)
    page = alicia.get(HERE)
    column = page.context["columns"][0]
    assert column.part.reading.score.nps == 70.0
    visit = column.cards[1].point
    assert (visit.reading.score.nps, visit.reading.score.n, visit.tone) == (-30.0, 100, "detractor")
    assert visit.reading.below_zero and "−30" in page.text and "touchpoint-bad" in page.text
    assert page.context["steps"][0].reading.score.nps == 30.0


def test_a_regional_manager_sees_the_journey_of_one_unit_and_all_below_it(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    north = Unit.objects.create(name="Norte", code="n", path="/1/")
    north.path = f"/{north.pk}/"
    north.save()
    shop = Unit.objects.create(name="Tienda", code="n-1", path=f"/{north.pk}/", parent=north)
    Unit.objects.filter(pk=shop.pk).update(path=f"/{north.pk}/{shop.pk}/")
    shop.refresh_from_db()
    world.answers(60, 20, 20, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    for score in (0, 3, 10):
        world.answer(world.customer(unit=shop), score, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    assert points(alicia)["Visita"].reading.score.n == 103
    page = alicia.get(HERE, {"unit": north.pk, "at": drawn["Visita"].pk})
    (visit,) = (
        card.point for column in page.context["columns"] for card in column.cards if card.point.name == "Visita"
    )
    assert visit.reading.score.n == 3 and page.context["subtitle"].startswith("Norte · ")
    assert f"unit={north.pk}" in page.context["comments_url"]
    assert f'<option value="{shop.pk}">\u2003Tienda</option>' in page.text  # the tree
    rows = alicia.get(page.context["csv_url"]).content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[4] for row in rows if row.startswith("Instalar,Visita")] == ["3"]


def test_a_target_is_reached_or_missed_only_where_the_whole_interval_says_so(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    visit = drawn["Visita"]
    world.answers(40, 50, 18, lately(), touchpoint=visit, **TRANSACTIONAL)  # +20 of 108: the interval holds the target
    assert points(alicia)["Visita"].aim == Aim.OPEN
    world.answers(160, 0, 0, lately(), touchpoint=visit, **TRANSACTIONAL)
    assert points(alicia)["Visita"].aim == Aim.REACHED
    assert "target +20 reached" in alicia.get(HERE).text
    world.answers(0, 0, 400, lately(), touchpoint=visit, **TRANSACTIONAL)
    assert points(alicia)["Visita"].aim == Aim.MISSED
    world.answers(0, 0, 30, lately(), touchpoint=drawn["App"], **TRANSACTIONAL)
    assert points(alicia)["App"].aim == Aim.OPEN  # few answers decide nothing
    assert "touchpoint-bad" in alicia.get(HERE).text


def test_the_details_say_what_may_be_said_of_a_change(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    visit = drawn["Visita"]
    world.answers(60, 30, 30, before(), touchpoint=visit, **TRANSACTIONAL)
    world.answers(20, 30, 70, lately(), touchpoint=visit, comment="Nadie vino.", **TRANSACTIONAL)
    world.answers(60, 30, 32, before(), touchpoint=drawn["Cita"], **TRANSACTIONAL)
    world.answers(58, 30, 32, lately(), touchpoint=drawn["Cita"], **TRANSACTIONAL)
    page = alicia.get(HERE, {"at": visit.pk})
    assert page.context["finding"].tag == "down" and "Read 70 comments" in page.text
    read = alicia.get(page.context["comments_url"])
    assert read.context["comments"].total == 70
    assert alicia.get(HERE, {"at": drawn["Cita"].pk}).context["finding"].tag == "flat"
    fragment = alicia.get(HERE, {"at": visit.pk}, headers={"HX-Request": "true", "HX-Target": "chosen"})
    assert "<html" not in fragment.text and 'id="chosen"' in fragment.text and "HX-Target" in fragment.headers["Vary"]


def test_a_segment_and_a_period_narrow_the_map(alicia: Client, world: World, drawn: dict[str, Touchpoint]) -> None:
    spanish, italian = world.customer(language="es"), world.customer(language="it")
    for customer, score in ((spanish, 10), (italian, 0)):
        world.answer(customer, score, lately(), touchpoint=drawn["App"], **TRANSACTIONAL)
    rules = {"match": "all", "conditions": [{"field": "language", "operator": "is", "value": "it"}]}
    segment = Segment.objects.create(name="Italia", rules=rules)
    assert points(alicia, segment=segment.pk)["App"].reading.score.nps == -100.0
    assert points(alicia)["App"].reading.score.n == 2
    assert points(alicia, period="2019")["App"].reading.score.n == 0
    assert "This period is not known" in alicia.get(HERE, {"period": "sometime"}).text
    assert alicia.get(HERE, {"at": "9" * 30, "segment": "x"}).status_code == 200


# --- what to fix first -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("importance", "nps", "expected"), [(5, -20.0, 3.0), (4, 50.0, 1.0), (3, 100.0, 0.0)])
def test_priority_is_declared_importance_times_room(importance: int, nps: float, expected: float) -> None:
    assert priority(importance=importance, nps=nps) == expected


def test_the_urgent_ones_lead_and_few_answers_never_do(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    world.answers(30, 30, 50, lately(), touchpoint=drawn["Cita"], **TRANSACTIONAL)  # −18, importance 5
    world.answers(10, 30, 70, lately(), touchpoint=drawn["App"], **TRANSACTIONAL)  # −55, importance 2
    world.answers(0, 0, 9, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)  # −100, nine answers
    page = alicia.get(HERE)
    assert [card.point.name for card in page.context["fix_first"]] == ["App", "Visita"]
    bubbles = {bubble.point.name: bubble for bubble in page.context["matrix"].bubbles}
    assert bubbles["App"].left < bubbles["Cita"].left and bubbles["App"].top > bubbles["Cita"].top
    assert "Importance is what you declared" in page.text
    assert page.context["point"].name == "App"


def test_what_nobody_hears_is_said(alicia: Client, world: World, drawn: dict[str, Touchpoint]) -> None:
    page = alicia.get(HERE).text
    assert page.count("Nobody asks here") >= 3 and "touchpoint-mute" in page and "Nothing to weigh yet" in page
    world.answers(5, 5, 5, lately(), touchpoint=drawn["App"], **TRANSACTIONAL)
    Survey.objects.update(state=Survey.State.ARCHIVED)
    assert "No longer asked" in alicia.get(HERE).text


# --- who sees what ---------------------------------------------------------------------------------------------------
def test_too_few_answers_stay_hidden_from_readers_without_personal_data(
    cast: Cast, world: World, drawn: dict[str, Touchpoint]
) -> None:
    for name, count in (("Cita", 40), ("Visita", 4), ("App", 9)):
        world.answers(0, 0, count, lately(), touchpoint=drawn[name], comment=f"Secreto de {name}", **TRANSACTIONAL)
    client = cast.sign_in(cast.member(Role.EXECUTIVE))
    found = points(client)
    assert (found["Visita"].reading.hidden, found["Visita"].reading.score.n) == (True, 0)
    # The smallest neighbour too: nobody subtracts the total.
    assert found["App"].reading.hidden and not found["Cita"].reading.hidden
    page = client.get(HERE, {"at": drawn["Visita"].pk}).text
    assert "Secreto de Visita" not in page
    assert "Visita,5,1,,,,,,," in client.get(f"{HERE}journey.csv").text


def test_the_list_and_the_file_hold_the_whole_journey(
    alicia: Client, world: World, drawn: dict[str, Touchpoint], cast: Cast
) -> None:
    Touchpoint.objects.filter(name="Visita").update(owner=cast.bruno)
    world.answers(20, 30, 50, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    page = alicia.get(HERE, {"view": "list"}).text
    assert all(name in page for name in ("A · Cita", "B · Visita", "C · App", "Bruno Salas", "Instalar"))
    lines = alicia.get(f"{HERE}journey.csv").text.strip().splitlines()
    assert len(lines) == 4 and lines[2].startswith("Instalar,Visita,5,1,100,20,30,50,-30.0,")


def test_sixty_touchpoints_ask_no_more_of_the_database_than_three(
    alicia: Client, world: World, drawn: dict[str, Touchpoint]
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as found:
            assert alicia.get(HERE).status_code == 200
        return len(found)

    world.answers(20, 30, 50, lately(), touchpoint=drawn["Visita"], **TRANSACTIONAL)
    short = questions()
    for number in range(10):
        stage = Stage.objects.create(name=f"Etapa {number} con un nombre bastante largo", position=2 + number)
        for n in range(6):
            row = Touchpoint.objects.create(stage=stage, name=f"Punto {n}", position=n, importance=n % 5 + 1)
            world.answers(n, 3, 2, lately(), touchpoint=row, **TRANSACTIONAL)
    assert questions() == short
    assert short < 40
