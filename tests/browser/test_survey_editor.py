"""The survey editor in a real browser: typing, ordering by keyboard and by hand, the preview that is the real page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import entered
from surveys.actions import create_survey
from surveys.models import Survey
from tests.browser.looking import flaws
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
CHOICES = [
    {"key": "price", "texts": {"en": "The price", "es": "El precio"}},
    {"key": "net", "texts": {"en": "The net", "es": "La red"}},
]


@pytest.fixture
def here(cast: Cast, live_server: Any, sign_in: SignIn) -> str:
    """Alicia at the editor of a survey in English and Spanish with a choice, its address."""
    with entered(cast.organization):
        question = {
            "key": "why",
            "kind": "choice",
            "position": 1,
            "texts": {"en": {"text": "What weighed most?"}, "es": {"text": "¿Qué pesó más?"}},
            "options": CHOICES,
        }
        survey = create_survey(kind="relational", name="R", languages=("en", "es"), by=None, questions=[question])
    sign_in(cast.alicia)
    return f"{live_server.url}/o/andina/surveys/{survey.pk}/"


def order(cast: Cast) -> list[str]:
    with entered(cast.organization):
        return [question.key for question in Survey.objects.get().draft_content.questions]


def test_what_is_typed_is_saved_and_shown_to_the_side(page: Page, here: str, cast: Cast) -> None:
    page.goto(f"{here}?part=why-detractor&language=es")
    expect(page.get_by_text("What went wrong? Tell us as it is.").first).to_be_visible()
    field = page.get_by_label("Question · Español")
    field.fill("")
    expect(page.get_by_text("1 problem prevents publishing")).to_be_visible()
    expect(page.get_by_text("Without this text v1 can't be published.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish v1")).to_be_disabled()
    expect(page.get_by_role("link", name="Español 1 missing")).to_be_visible()
    field.fill("¿Qué falló hoy?")
    expect(page.get_by_role("button", name="Publish v1")).to_be_enabled()
    preview = page.frame_locator("#preview")
    expect(preview.get_by_text("¿Qué falló hoy?")).to_be_visible()
    expect(preview.get_by_text("¿Qué pesó más?")).to_be_visible()
    page.get_by_role("link", name="9", exact=True).click()
    expect(page.frame_locator("#preview").get_by_role("radio", name="9")).to_be_checked()
    expect(page.frame_locator("#preview").get_by_text("¿Qué falló hoy?")).to_be_hidden()
    page.get_by_role("link", name="Desktop").click()
    expect(page.frame_locator("#preview").get_by_text("¿Qué pesó más?")).to_be_visible()


def test_questions_are_ordered_by_keyboard_alone(page: Page, here: str, cast: Cast) -> None:
    page.goto(f"{here}?part=why")
    page.locator("#outline a[aria-current]").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#move-down")).to_be_focused()
    expect(page.locator("#outline ol > li").nth(2)).to_contain_text("What weighed most?")
    assert order(cast) == ["nps", "why-promoter", "why-passive", "why-detractor", "why", "contact"]
    page.keyboard.press("Enter")
    expect(page.locator("#outline ol > li").nth(3)).to_contain_text("What weighed most?")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#outline ol > li").nth(2)).to_contain_text("What weighed most?")
    expect(page.locator("#move-up")).to_be_focused()


def test_a_question_is_dragged_to_another_place(page: Page, here: str, cast: Cast) -> None:
    page.goto(here)
    items = page.locator("#outline ol > li")
    items.nth(1).drag_to(items.nth(3))
    expect(items.nth(3)).to_contain_text("What weighed most?")
    assert order(cast)[-1] == "why"
    items.nth(3).drag_to(items.nth(0))
    assert order(cast)[0] == "nps", "nothing stands before the score"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_of_the_editor_can_be_used_by_everybody(page: Page, here: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    found = {}
    for part in ("nps", "why&language=es", "contact", "thanks", "mail", "settings"):
        page.goto(f"{here}?part={part}")
        found[part] = flaws(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{here}?part=why&language=es")
    found["phone"] = flaws(page)
    assert not {part: wrong for part, wrong in found.items() if wrong}


def test_what_can_not_be_saved_is_said_at_its_field_until_it_can(page: Page, here: str) -> None:
    page.goto(f"{here}?part=why&language=en")
    answers, wrong = page.get_by_label("Answers to choose from"), page.locator("#wrong-options")
    answers.fill("\n".join(str(number) for number in range(31)))
    expect(wrong.get_by_text("At most 30 answers.")).to_be_visible()
    expect(page.get_by_text("not saved: Answers to choose from: At most 30 answers.")).to_be_visible()
    answers.fill("The price\nThe net")
    expect(page.get_by_text("At most 30 answers.")).to_have_count(0)
    expect(answers).to_have_value("The price\nThe net")
