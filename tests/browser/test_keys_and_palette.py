"""The keyboard and the palette in a real browser: what the `?` sheet says is what the keys do, on every layout."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import flaws

TEXT = "Write to the customer…"
# The page's own keydown, as a Spanish or Italian keyboard sends it.
PRESS = """([key, held]) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown",
  { key, bubbles: true, cancelable: true, ...held }))"""


@pytest.fixture
def opened(inbox: Page) -> Page:
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()
    return inbox


def test_every_key_of_the_sheet_does_something_here(opened: Page) -> None:
    """Reopen alone waits for a resolved case."""
    idle = opened.evaluate(
        """() => [...document.querySelectorAll("#keys [data-shortcut]")].map(line => line.dataset.shortcut).filter(command =>
          document.dispatchEvent(new CustomEvent("command", { cancelable: true, detail: { command, asking: true } })) &&
          !document.querySelector(`[data-command="${command}"]`))"""
    )
    assert idle == ["case.send", "case.reopen", "close"]  # send and close are the browser's: a form's and a dialog's
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert flaws(opened) == []
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("]", {}),  # English
        ("]", {"ctrlKey": True, "altKey": True, "modifierAltGraph": True}),  # Windows, Spanish and Italian: AltGr
        ("]", {"altKey": True}),  # a Mac's Option
    ],
)
def test_brackets_walk_through_the_cases_on_every_layout(opened: Page, key: str, held: dict[str, bool]) -> None:
    opened.evaluate(PRESS, [key, held])
    expect(opened.get_by_role("heading", name="Tomas", level=2)).to_be_visible()
    opened.evaluate(PRESS, ["[", held])
    expect(opened.get_by_role("heading", name="Mercedes", level=2)).to_be_visible()


def test_question_mark_and_slash_are_what_was_typed_not_where_the_key_lies(opened: Page) -> None:
    opened.evaluate(PRESS, ["/", {"shiftKey": True, "code": "Digit7"}])
    expect(opened.get_by_role("searchbox")).to_be_focused()
    opened.keyboard.type("r?e/")
    expect(opened.get_by_role("searchbox")).to_have_value("r?e/")
    expect(opened.get_by_role("dialog")).to_be_hidden()
    expect(opened.get_by_label(TEXT)).not_to_be_focused()
    opened.keyboard.press("Tab")
    opened.evaluate(PRESS, ["?", {"shiftKey": True, "code": "Minus"}])
    expect(opened.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_the_browser_s_own_keys_stay_its_own(opened: Page) -> None:
    for held in ({"ctrlKey": True}, {"metaKey": True}, {"altKey": True}):
        opened.evaluate(PRESS, ["r", held])
    expect(opened.get_by_label(TEXT)).not_to_be_focused()


def test_the_palette_acts_and_leads_on_by_keyboard_alone(opened: Page) -> None:
    opened.keyboard.press("Control+k")
    field = opened.get_by_role("combobox", name=re.compile("a case’s number"))
    expect(field).to_be_focused()
    expect(opened.get_by_role("option", name="Reply r")).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    assert flaws(opened) == []
    opened.keyboard.press("ArrowDown")
    expect(opened.get_by_role("option", name="Note n")).to_have_attribute("aria-selected", "true")
    opened.keyboard.press("Enter")
    expect(opened.get_by_label("Write a note for colleagues…")).to_be_focused()

    opened.keyboard.press("Control+k")  # also while writing
    opened.keyboard.type("pregunta")
    opened.keyboard.press("Enter")
    expect(opened.get_by_label(TEXT)).to_be_focused()
    assert "Hola, Mercedes:" in opened.get_by_label(TEXT).input_value()

    opened.keyboard.press("Control+k")
    opened.keyboard.type("tom")
    expect(opened.get_by_role("option", name=re.compile("Tomas.*#2"))).to_be_visible()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="Tomas", level=2)).to_be_visible()

    opened.keyboard.press("Control+k")
    opened.keyboard.type("zzz")
    expect(opened.get_by_text("Nothing is called that.")).to_be_visible()
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog")).to_be_hidden()
    opened.keyboard.press("Control+k")
    opened.keyboard.type("collection")
    expect(opened.locator("#palette").get_by_role("option")).to_have_count(0)  # no page of Bruno's
    field.fill("comments")
    expect(opened.get_by_role("option", name="Comments")).to_be_visible()
    opened.keyboard.press("Enter")
    expect(opened).to_have_url(re.compile("/o/andina/comments/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_palette_opens_by_pointer_on_a_phone(inbox: Page, scheme: Any) -> None:
    inbox.emulate_media(color_scheme=scheme)
    inbox.set_viewport_size({"width": 360, "height": 740})
    inbox.get_by_role("button", name="Open the menu").click()
    inbox.get_by_role("button", name="Find or go to…").click()
    expect(inbox.locator("#palette").get_by_role("option").first).to_be_visible()
    assert flaws(inbox) == []
    inbox.locator("#palette").get_by_role("option", name="Overdue").click()
    expect(inbox).to_have_url(re.compile("view=overdue"))
