"""The main job, once, as its people do it: import, ask, answer, case, reply, figure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.production.stack import Stack

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a-long-enough-pass-7"
OWNER, MANAGER, AGENT, CUSTOMER = (
    "owner@andina.example",
    "manager@andina.example",
    "agent@andina.example",
    "mercedes@correo.example",
)
COMMENT = "Tres técnicos en una semana y sigo sin internet."
REPLY = "Hola, Mercedes: hoy a las 12 va un técnico con equipo de repuesto."


def walk_the_loop(stack: Stack, out: Path) -> Iterator[str]:
    """Each line says what was seen; an AssertionError says what was not."""
    stack.manage("create_organization", "andina", "--name", "Andina Telecom", "--owner", OWNER, "--programme", "Tu Voz")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield from _Walk(stack, browser, out).steps()
        finally:
            browser.close()


class _Walk:
    def __init__(self, stack: Stack, browser: Browser, out: Path) -> None:
        self.stack, self.browser, self.out = stack, browser, out
        self.home = f"{stack.base}/o/andina/"
        self.shots = 0

    def steps(self) -> Iterator[str]:
        owner = self._owner_sets_a_password()
        yield "the owner chose a password by mail and signed in"
        manager, agent = self._invite(owner, MANAGER, "manager"), self._invite(owner, AGENT, "agent")
        yield "a manager and an agent joined by invitation mail"
        self._import_customers(manager)
        yield "the manager imported 21 customers from a CSV file"
        self._publish_a_survey(manager)
        self._launch_a_wave(manager)
        yield "the manager published a survey and launched a wave"
        self._shot(self._page(owner, "settings/alerts/"), "alert-rules")
        inbox = self._page(agent, "inbox/")
        link = self._invitation_link()
        seconds = self._answer(link, inbox)
        yield f"the mail's link was answered with 2 on a phone; the case stood in the agent's open inbox after {seconds:.1f} s"
        yield f"the alert mail came {self._alert_after():.1f} s after the answer"
        yield f"the agent's reply reached the customer after {self._reply(inbox):.1f} s"
        self._see_the_figure(manager)
        yield "the dashboard counts the answer"

    def _context(self, *, phone: bool = False) -> BrowserContext:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        return self.browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]

    def _shot(self, page: Page, name: str) -> None:
        self.shots += 1
        page.screenshot(path=self.out / f"{self.shots:02d}-{name}.png", full_page=True)

    def _page(self, context: BrowserContext, path: str) -> Page:
        page = context.new_page()
        page.goto(self.home + path)
        return page

    def _owner_sets_a_password(self) -> BrowserContext:
        context = self._context()
        page = context.new_page()
        page.goto(f"{self.stack.base}/accounts/password/reset/")
        page.fill("input[name=email]", OWNER)
        page.locator("main button.btn-primary, form button.btn-primary").first.click()
        page.goto(self.stack.mailbox.wait_for(OWNER).link("/accounts/password/reset/key/"))
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.locator("form button.btn-primary").first.click()
        page.wait_for_load_state()
        if page.locator("input[name=login]").count() == 0 and "/o/" not in page.url:
            page.goto(f"{self.stack.base}/accounts/login/")
        if page.locator("input[name=login]").count():
            page.fill("input[name=login]", OWNER)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
        self._confirm_address(page, OWNER)
        page.goto(self.home)
        expect(page.locator("h1")).to_be_visible()
        self._shot(page, "home")
        return context

    def _confirm_address(self, page: Page, address: str) -> None:
        """Where sign-in asks for it, follow the confirmation mail and sign in."""
        page.wait_for_load_state()
        if "confirm-email" not in page.url:
            return
        page.goto(self.stack.mailbox.wait_for(address, after=1).link("/accounts/confirm-email/"))
        page.locator("form button.btn-primary").first.click()
        page.wait_for_load_state()
        if page.locator("input[name=login]").count():
            page.fill("input[name=login]", address)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_load_state()

    def _invite(self, owner: BrowserContext, address: str, role: str) -> BrowserContext:
        page = self._page(owner, "settings/members/")
        page.fill("input[name=email]", address)
        page.locator(f"select[name=role], input[name=role][value={role}]").first.evaluate(
            "(e, role) => { if (e.tagName === 'SELECT') e.value = role; else e.checked = true; }", role
        )
        page.get_by_role("button", name="Send the invitation").click()
        page.wait_for_load_state()
        context = self._context()
        guest = context.new_page()
        guest.goto(self.stack.mailbox.wait_for(address).link(r"/join/[\w-]+"))
        if guest.locator("input[name=name]").count():
            guest.fill("input[name=name]", f"{role.title()} Test")
        for field in guest.locator("input[type=password]").all():
            field.fill(PASSWORD)
        guest.get_by_role("button", name="Open the account and join").click()
        guest.wait_for_url("**/o/andina/**")
        return context

    def _import_customers(self, manager: BrowserContext) -> None:
        file = self.out / "customers.csv"
        rows = ["NRO_CLIENTE;NOMBRE;CORREO;IDIOMA;FEC_ALTA", f"C1;Mercedes Aliaga;{CUSTOMER};es;14/03/2019"]
        rows += [f"C{n};Persona {n};persona{n}@correo.example;es;01/02/2020" for n in range(2, 22)]
        file.write_text("\n".join(rows), encoding="cp1252")
        page = self._page(manager, "customers/imports/new/customers/")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Look into the file").click()
        page.get_by_role("button", name="Try it out").click()
        start = page.locator("form[action$='/start/'] button")
        start.wait_for(timeout=20_000)
        self._shot(page, "import-dry-run")
        start.click()
        expect(page.get_by_text("21", exact=True).first).to_be_visible(timeout=20_000)
        expect(page.locator("form[action$='/start/']")).to_have_count(0, timeout=20_000)
        limit = time.monotonic() + 20
        while self.stack.query("SELECT count(*) FROM customers_customer")[0][0] < 21:
            assert time.monotonic() < limit, "the import did not finish within 20 s"
            time.sleep(0.2)
        page.reload()
        self._shot(page, "import-done")

    def _publish_a_survey(self, manager: BrowserContext) -> None:
        page = self._page(manager, "surveys/new/")
        page.fill("input[name=name]", "Relational 2026")
        for box in page.locator("input[name=languages]").all():
            box.check(force=True)
        page.get_by_role("button", name="Create the draft").click()
        page.wait_for_load_state("networkidle")
        self._shot(page, "survey-editor")
        page.locator("#publish").click()
        page.locator("#confirm [data-yes]").click()
        expect(page.get_by_role("link", name="Plan a programme")).to_be_visible(timeout=10_000)

    def _launch_a_wave(self, manager: BrowserContext) -> None:
        page = self._page(manager, "surveys/")
        page.goto(self.home + "programmes/new/")
        page.fill("input[name=name]", "Wave 1")
        page.locator("select[name=survey]").select_option(index=page.locator("select[name=survey] option").count() - 1)
        page.get_by_role("button", name="Plan it").click()
        launch = page.locator("form[action$='/launch/'] button")
        launch.wait_for(timeout=10_000)
        self._shot(page, "wave-planner")
        launch.click()
        page.locator("#confirm [data-yes]").click()
        page.wait_for_load_state()
        self._shot(page, "wave-running")

    def _invitation_link(self) -> str:
        mail = self.stack.mailbox.wait_for(CUSTOMER)
        (self.out / "invitation.eml").write_bytes(mail.message.as_bytes())
        page = self._context().new_page()
        page.set_content(mail.html)
        self._shot(page, "mail")
        assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "no one-click unsubscribe header"
        return mail.link(r"/s/[\w-]+")

    def _answer(self, link: str, inbox: Page) -> float:
        page = self._context(phone=True).new_page()
        page.goto(link.split("?")[0] + "?score=2")
        expect(page.locator("input[name=score][value='2']")).to_be_checked()
        page.fill("textarea[name=comment]", COMMENT)
        page.locator("input[type=checkbox][name=contact]").check(force=True)  # else nobody may reply
        self._shot(page, "answer-page")
        self.answered_at = time.monotonic()
        page.locator("form button").first.click()
        inbox.get_by_text(COMMENT[:24]).first.wait_for(timeout=15_000)
        seconds = time.monotonic() - self.answered_at
        self._shot(page, "thanks")
        self._shot(inbox, "inbox-new-case")
        assert seconds <= 5, f"the case came into the open inbox only after {seconds:.1f} s"
        return seconds

    def _alert_after(self) -> float:
        mail = self.stack.mailbox.wait_for(MANAGER, after=1, within=15)
        return mail.at - self.answered_at

    def _reply(self, inbox: Page) -> float:
        inbox.get_by_text(COMMENT[:24]).first.click()
        inbox.locator("textarea[name=text]").first.fill(REPLY)
        self._shot(inbox, "case")
        before, at = len(self.stack.mailbox.to(CUSTOMER)), time.monotonic()
        inbox.locator("#composer form[action*='/reply/'] button[type=submit]").click()
        mail = self.stack.mailbox.wait_for(CUSTOMER, after=before, within=15)
        assert REPLY in mail.text, "the reply's words are not in the mail"
        self._shot(inbox, "case-replied")
        phone = self._context(phone=True).new_page()
        phone.goto(mail.link(r"/c/[\w-]+"))
        expect(phone.get_by_text(REPLY[:30]).first).to_be_visible()
        self._shot(phone, "loop-page")
        return mail.at - at

    def _see_the_figure(self, manager: BrowserContext) -> None:
        page = self._page(manager, "dashboards/")
        expect(page.get_by_text("n = 1").first).to_be_visible()
        self._shot(page, "results")
