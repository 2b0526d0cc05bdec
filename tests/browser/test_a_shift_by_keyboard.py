"""A whole shift by keyboard alone: ten cases, from the first look to the last word. No pointer is touched."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from closeloop.actions import customer_verdict
from closeloop.models import Case, CaseEvent, Forward
from nps_platform.tenancy.scope import entered
from tests.browser.conftest import Arrives
from tests.conftest import Cast

NAMES = ("Ivo", "Rosa", "Lena", "Bea", "Hugo", "Nuria", "Oscar", "Zoe")


def test_ten_cases_from_first_look_to_last_word(inbox: Page, arrives: Arrives, cast: Cast) -> None:
    for score, name in enumerate(NAMES, start=1):
        arrives(name, min(score, 6), f"Soy {name}")
    inbox.reload()
    keys, timeline = inbox.keyboard, inbox.locator(".timeline")

    def to(name: str, key: str = "j") -> None:
        keys.press(key)
        expect(inbox.get_by_role("heading", name=name, level=2)).to_be_visible()

    def write(key: str, text: str) -> None:
        keys.press(key)
        expect(inbox.locator("#composer textarea:focus")).to_be_focused()
        keys.type(text)
        keys.press("Control+Enter")
        expect(timeline.get_by_text(text)).to_be_visible()
        expect(inbox.locator("#composer textarea:focus")).to_have_count(0)

    def close() -> None:
        keys.press("e")
        expect(inbox.get_by_label("Root cause")).to_be_focused()
        for choice in ("Billing", "Solved"):
            keys.type(choice)
            keys.press("Tab")
        expect(inbox.get_by_label("What the customer reads")).to_be_focused()
        keys.press("Control+a")
        keys.type("Corregimos el cobro.")
        keys.press("Control+Enter")
        expect(inbox.get_by_role("dialog")).to_be_hidden()
        expect(inbox.locator("#pane-head").get_by_role("link", name="Reopen…")).to_be_visible()

    to("Mercedes")
    keys.press("v")
    expect(inbox.locator("#pane-head")).to_contain_text("Acknowledged")
    write("r", "Va un técnico hoy.")

    to("Tomas")
    write("n", "El nodo tuvo una avería")

    to("Ivo")
    keys.press("f")
    expect(inbox.get_by_label("E-mail of whoever can help")).to_be_focused()
    keys.type("planta@andina.example")
    keys.press("Tab")
    keys.type("¿Qué pasó en su calle?")
    keys.press("Control+Enter")
    expect(timeline.get_by_text("planta@andina.example")).to_be_visible()

    to("Rosa")
    keys.press("c")
    expect(inbox.locator("#composer textarea:focus")).to_be_focused()
    keys.type("Contenta con la llamada")
    keys.press("Shift+Tab")
    keys.press("Space")
    keys.press("Control+Enter")
    expect(timeline.get_by_text("Contenta con la llamada")).to_be_visible()

    to("Lena")
    close()
    with entered(cast.organization):
        customer_verdict(Case.objects.get(customer__name="Lena"), verdict="no")
    expect(inbox.locator("#pane-head")).to_contain_text("Reopened")  # by itself
    write("r", "Lo miramos otra vez.")

    to("Bea", "]")
    close()
    keys.press("u")
    expect(inbox.get_by_label("Why it isn't over")).to_be_focused()
    keys.type("Llamó de nuevo")
    keys.press("Control+Enter")
    expect(timeline.get_by_text("Llamó de nuevo")).to_be_visible()

    to("Hugo")
    keys.press("a")
    expect(inbox.get_by_role("dialog")).to_be_visible()
    keys.type("Bruno")
    keys.press("Control+Enter")
    expect(inbox.locator("#pane-head")).to_contain_text("Bruno Salas")

    to("Nuria")
    keys.press("Control+k")
    keys.type("pregunta")
    keys.press("Enter")
    expect(inbox.get_by_label("Write to the customer…")).to_be_focused()
    keys.type("¿desde qué día?")  # over the blank, which is selected
    keys.press("Control+Enter")
    expect(timeline.get_by_text("¿desde qué día?")).to_be_visible()

    to("Oscar")
    keys.press("n")
    expect(inbox.get_by_label("Write a note for colleagues…")).to_be_focused()
    keys.type("A medias")
    keys.press("Escape")
    to("Zoe")
    to("Oscar", "[")
    keys.press("n")
    expect(inbox.get_by_label("Write a note for colleagues…")).to_have_value("A medias")
    keys.press("Control+Enter")
    expect(timeline.get_by_text("A medias")).to_be_visible()

    keys.press("/")
    keys.type("Soy Zoe")
    keys.press("Enter")
    expect(inbox).to_have_url(re.compile("q=Soy"))
    keys.press("o")
    expect(inbox.get_by_role("heading", name="Zoe", level=2)).to_be_visible()
    write("r", "Gracias por avisar.")

    with entered(cast.organization):
        done = list(CaseEvent.objects.exclude(kind="opened").order_by("id").values_list("case__number", "kind"))
        assert done == [
            (1, "acknowledged"), (1, "reply"), (2, "note"), (3, "forward"), (4, "call"),
            (5, "resolved"), (5, "told"), (5, "reopened"), (5, "reply"), (6, "resolved"), (6, "told"), (6, "reopened"),
            (7, "assigned"), (8, "reply"), (9, "note"), (10, "reply"),
        ]  # fmt: skip
        assert Forward.objects.get().email == "planta@andina.example"
