"""The journey by hand: moved by mouse, by finger and by keys; its map read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from surveys.models import QualitativeNote, Stage, SurveyKind, Touchpoint
from tests.browser.looking import flaws
from tests.conftest import Cast
from tests.dashboards.conftest import World

SignIn = Callable[[Membership], None]


@pytest.fixture
def drawn(cast: Cast) -> dict[str, int]:
    """Instalar: Cita, Visita. Usar: App, Velocidad. Pagar: nothing."""
    found = {}
    with entered(cast.organization):
        for position, (name, touchpoints) in enumerate(
            [("Instalar", ["Cita", "Visita"]), ("Usar", ["App", "Velocidad"]), ("Pagar", [])]
        ):
            stage = Stage.objects.create(name=name, position=position)
            for number, touchpoint in enumerate(touchpoints):
                row = Touchpoint.objects.create(stage=stage, name=touchpoint, position=number, importance=4)
                found[touchpoint] = row.pk
    return found


@pytest.fixture
def board(page: Page, live_server: Any, sign_in: SignIn, cast: Cast, drawn: dict[str, int]) -> Page:
    sign_in(cast.alicia)
    page.goto(f"{live_server.url}/o/andina/journey/edit/")
    return page


def order(cast: Cast) -> dict[str, list[str]]:
    with entered(cast.organization):
        return {stage.name: [t.name for t in stage.touchpoints.all()] for stage in Stage.objects.all()}


def grip(page: Page, name: str) -> Locator:
    return page.locator("summary[data-grip]").and_(page.get_by_label(f"Move “{name}”", exact=True))


def drag(page: Page, what: Locator, target: Locator, *, low: bool = False) -> None:
    """Picked up, carried in steps, dropped in the upper (or lower) part of `target`."""
    start, end = what.bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    y = end["y"] + end["height"] * (0.9 if low else 0.1)
    page.mouse.move(end["x"] + end["width"] / 2, y, steps=12)
    page.mouse.up()


def test_a_touchpoint_is_dragged_to_another_stage(board: Page, cast: Cast, drawn: dict[str, int]) -> None:
    drag(board, grip(board, "Cita"), board.locator(f"#touchpoint-{drawn['Velocidad']}"))
    expect(board.locator("[data-board-said]")).to_have_text("“Cita” is number 2 of 3 in “Usar”.")
    assert order(cast) == {"Instalar": ["Visita"], "Usar": ["App", "Cita", "Velocidad"], "Pagar": []}
    # Into a stage that has nothing yet.
    drag(board, grip(board, "Visita"), board.locator("section[data-board-stage]").nth(2), low=True)
    expect(board.locator("[data-board-said]")).to_have_text("“Visita” is number 1 of 1 in “Pagar”.")
    assert order(cast)["Pagar"] == ["Visita"]


def test_a_stage_is_dragged_and_a_drag_can_be_given_up(board: Page, cast: Cast) -> None:
    stages = board.locator("section[data-board-stage]")
    handle = board.get_by_label("Move the stage “Pagar”")
    drag(board, handle, stages.nth(0))
    expect(board.locator("[data-board-said]")).to_have_text("“Pagar” is stage 1 of 3.")
    assert list(order(cast)) == ["Pagar", "Instalar", "Usar"]
    start, end = grip(board, "Cita").bounding_box(), stages.nth(2).bounding_box()
    assert start and end
    board.mouse.move(start["x"] + 10, start["y"] + 10)
    board.mouse.down()
    board.mouse.move(end["x"] + 40, end["y"] + 60, steps=8)
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(stages.nth(1).locator("[data-board-card]")).to_have_count(2)
    assert order(cast)["Instalar"] == ["Cita", "Visita"]


def test_arrow_keys_move_keep_the_focus_and_are_heard(board: Page, cast: Cast) -> None:
    grip(board, "Visita").focus()
    said = board.locator("[data-board-said]")
    for key, expected in [
        ("ArrowUp", "“Visita” is number 1 of 2 in “Instalar”."),
        ("ArrowRight", "“Visita” is number 1 of 3 in “Usar”."),
        ("ArrowDown", "“Visita” is number 2 of 3 in “Usar”."),
    ]:
        board.keyboard.press(key)
        expect(said).to_have_text(expected)
        expect(grip(board, "Visita")).to_be_focused()
    assert order(cast) == {"Instalar": ["Cita"], "Usar": ["App", "Visita", "Velocidad"], "Pagar": []}
    # Pressed faster than the answers come: no step is lost.
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowLeft")
    board.keyboard.press("ArrowLeft")
    expect(said).to_have_text("“Visita” is number 1 of 2 in “Instalar”.")
    # The handle's menu does the same by mouse, by finger or with Enter.
    board.keyboard.press("Enter")
    board.get_by_role("button", name="To the next stage").and_(board.locator(":visible")).click()
    expect(said).to_have_text("“Visita” is number 1 of 3 in “Usar”.")


def test_a_finger_drags_on_a_phone(
    browser: Browser, live_server: Any, cast: Cast, drawn: dict[str, int], context: Any, sign_in: SignIn
) -> None:
    sign_in(cast.alicia)
    phone = browser.new_context(
        viewport={"width": 360, "height": 900}, has_touch=True, is_mobile=True, storage_state=context.storage_state()
    )
    page = phone.new_page()
    page.goto(f"{live_server.url}/o/andina/journey/edit/")
    start, end = (
        box.bounding_box() for box in (grip(page, "Visita"), page.locator(f"#touchpoint-{drawn['Velocidad']}"))
    )
    assert start and end
    session = phone.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [{"x": x, "y": y}] if kind != "touchEnd" else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = start["x"] + 12, start["y"] + 12
    touch("touchStart", x, y)
    for step in range(1, 11):
        touch("touchMove", x + 5, y + (end["y"] + end["height"] - 4 - y) * step / 10)
    touch("touchEnd")
    expect(page.locator("[data-board-said]")).to_have_text("“Visita” is number 3 of 3 in “Usar”.")
    assert order(cast)["Usar"] == ["App", "Velocidad", "Visita"]
    assert flaws(page) == []
    phone.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")])
def test_the_journey_s_pages_can_be_used_by_everybody(
    browser: Browser,
    live_server: Any,
    cast: Cast,
    drawn: dict[str, int],
    context: Any,
    sign_in: SignIn,
    width: int,
    scheme: Any,
) -> None:
    day = timezone.localdate() - timedelta(days=9)
    with entered(cast.organization):
        world = World(cast.organization)
        for name, counts in (("Cita", (60, 30, 20)), ("Visita", (10, 30, 90)), ("App", (3, 2, 1))):
            touchpoint = Touchpoint.objects.get(name=name)
            world.answers(*counts, day, touchpoint=touchpoint, kind=SurveyKind.TRANSACTIONAL, comment="Tarde.")
        note = QualitativeNote.objects.create(touchpoint=touchpoint, held_on=day, text="Nadie avisa.", quotes="Nada.")
        # Twelve stages, sixty touchpoints, long names.
        for number in range(9):
            stage = Stage.objects.create(
                name=f"Etapa {number} de nombre extraordinariamente largo", position=number + 3
            )
            rows = [
                Touchpoint(
                    stage=stage, name=f"Desinstalación y devolución del descodificador {n}", importance=n % 5 + 1
                )
                for n in range(6)
            ]
            Touchpoint.objects.bulk_create(rows)
    sign_in(cast.alicia)
    looking = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=context.storage_state()
    )
    page = looking.new_page()
    found = {}
    for address in ("", "?view=list", "edit/", f"notes/{note.pk}/", f"touchpoints/{drawn['App']}/"):
        page.goto(f"{live_server.url}/o/andina/journey/{address}")
        found[address] = flaws(page)
    page.goto(f"{live_server.url}/o/andina/comments/?nps_class=notes")
    found["notes"] = flaws(page)
    looking.close()
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_choosing_a_card_brings_its_details_without_leaving_the_map(
    page: Page, live_server: Any, sign_in: SignIn, cast: Cast, drawn: dict[str, int]
) -> None:
    with entered(cast.organization):
        world = World(cast.organization)
        day = timezone.localdate() - timedelta(days=9)
        for name in ("Cita", "Visita"):
            touchpoint = Touchpoint.objects.get(name=name)
            world.answers(40, 30, 60, day, touchpoint=touchpoint, kind=SurveyKind.TRANSACTIONAL)
    sign_in(cast.alicia)
    page.goto(f"{live_server.url}/o/andina/journey/?at={drawn['Visita']}")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Cita").first.click()
    expect(page.locator("#chosen")).to_contain_text("A · Cita")
    expect(page.locator(f"[data-journey-card='{drawn['Cita']}']")).to_have_attribute("aria-current", "true")
    expect(page.locator("[aria-current=true][data-journey-card]")).to_have_count(1)
    assert page.evaluate("window.stayed") and page.url.endswith(f"at={drawn['Cita']}")
