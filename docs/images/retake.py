"""Takes the README's pictures from a running demo: `.venv/bin/python docs/images/retake.py http://127.0.0.1:8000`."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
ROOMS = {"today": "", "results": "dashboards/", "value": "dashboards/money/"}


def _keep(page: Page, name: str) -> None:
    """A picture of what a screen shows, in few colours: it is read, not zoomed into."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(128)
    picture.save(HERE / f"{name}.png", optimize=True)


def _signed_in(browser: Browser, base: str, login: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light").new_page()
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", "circulo-demo")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/o/demo/**")
    return page


def main(base: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = _signed_in(browser, base, "manager@demo.example")
        for name, path in ROOMS.items():
            page.goto(f"{base}/o/demo/{path}")
            _keep(page, name)
        page.goto(f"{base}/o/demo/inbox/?view=resolved")
        page.keyboard.press("j")
        page.wait_for_selector("#composer")
        _keep(page, "inbox")
        page.goto(f"{base}/o/demo/programmes/")
        page.locator("main tbody tr", has_text="Borrador").locator("a").first.click()
        page.wait_for_selector("#simulation tbody tr")
        _keep(page, "planner")
        page.goto(f"{base}/o/demo/outbox/?kind=invitation")
        page.locator("main tbody tr", has_text="@").locator("a").first.click()
        page.wait_for_load_state("networkidle")
        link = re.search(r"/s/[\w-]+", page.content())
        if link:
            phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="es").new_page()
            phone.goto(f"{base}{link.group(0)}?score=9")
            _keep(phone, "answer")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
