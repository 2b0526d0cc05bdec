"""What a careful eye would catch on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, summary')].filter(e => {
  const box = e.getBoundingClientRect(), display = getComputedStyle(e).display;
  return box.width && display !== 'inline' && (box.width < 24 || box.height < 24);
}).map(e => (e.innerText || e.name).trim())"""

# What is on its way is dimmed on purpose, and what fades in has no contrast yet.
AT_REST = """() => !document.querySelector('.htmx-request') &&
  document.getAnimations().every(moving => moving.playState !== 'running' || moving.effect.getTiming().iterations === Infinity)"""


def flaws(page: Page) -> list[str]:
    """Violations that axe finds, sideways scrolling, targets under 24 px; once the page is at rest."""
    page.wait_for_function(AT_REST)
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found + [f"small target: {name}" for name in page.evaluate(SMALL_TARGETS)]
