"""The mail that asks, as mail programs leave it: without style sheets, classes and backgrounds, in Word's idea of HTML, in the
dark. The row of scores stays in order, readable and wide enough to hit.

The programs themselves can't run here; what each of them strips is taken from their documentation (Gmail's supported CSS,
Microsoft's *Word HTML and CSS rendering capabilities*, caniemail.com) and done to the mail before a browser draws it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from nps_platform.tenancy.models import Organization
from surveys.models import Invitation
from tests.smtp import Collected, html_of, plain_of, smtp_server  # noqa: F401
from tests.surveys.waves import customer, send_everything, wave

STRIP = """unsupported => {
  document.querySelectorAll('style, link, script, meta[name*=color-scheme]').forEach(e => e.remove());
  document.querySelectorAll('*').forEach(e => {
    e.removeAttribute('class'); e.removeAttribute('id');
    for (const name of unsupported.everywhere) e.style.removeProperty(name);
    if (unsupported.inline.tags.includes(e.localName)) for (const name of unsupported.inline.names) e.style.removeProperty(name);
  });
}"""
LINKS = """() => [...document.querySelectorAll('a[href*="score="]')].map(a => {
  const box = a.getBoundingClientRect(), cell = a.closest('td').getBoundingClientRect(), style = getComputedStyle(a);
  let ground = a, back = 'rgba(0, 0, 0, 0)';
  while (ground && (back = getComputedStyle(ground).backgroundColor) === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return {text: a.innerText.trim(), label: a.getAttribute('aria-label'), size: parseFloat(style.fontSize), ink: style.color, back,
          link: [box.width, box.height], cell: [cell.width, cell.height], left: cell.left, right: cell.right, top: cell.top,
          bottom: cell.bottom, shown: style.visibility === 'visible' && box.width > 0};
})"""
IMAGES = ["background-image", "background-position", "background-size"]


@dataclass(frozen=True)
class Client:
    """What one mail program does to a mail, and how small a target may be there: fingers need more than a mouse."""

    everywhere: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    word: bool = False
    strips: bool = True
    ground: str = ""
    scheme: Any = "light"
    width: int = 640
    target: int = 40


CLIENTS = {
    "gmail on the web": Client((*IMAGES, "position")),
    "gmail app, dark": Client((*IMAGES, "position"), ground="#1f1f1f", scheme="dark", width=360),
    "outlook for windows": Client(
        (*IMAGES, "border-radius", "max-width", "box-shadow", "opacity", "position", "float"),
        inline=("display", "padding", "width", "height", "max-height", "overflow"),
        word=True,
        target=24,
    ),
    "outlook.com, dark": Client((*IMAGES, "position", "border-radius"), ground="#292929", scheme="dark", width=900),
    "apple mail": Client(strips=False, width=390),
    "apple mail, dark": Client(strips=False, scheme="dark", width=390),
    "a small phone": Client(strips=False, width=320),
}


@pytest.fixture
def mail(inside: Organization, smtp_server: Collected) -> Any:  # noqa: F811
    """The mail that Mercedes got."""
    inside.postal_address, inside.sender_name, inside.brand_colour = "Calle del Puerto 14, Madrid", "Tu Voz", "#63305e"
    inside.save()
    customer(1)
    wave()
    send_everything()
    return smtp_server.messages[0]


def as_shown(html: str, client: Client) -> str:
    """What is decided before any DOM: Word reads what is written for it alone; a dark program brings its ground and ink."""
    if client.word:
        html = re.sub(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", r"\1", html, flags=re.DOTALL)
    if client.ground:
        html = html.replace("<body", f"<body bgcolor='{client.ground}' text='#e8e8e8' link='#8ab4f8'", 1)
    return html


def drawn(browser: Browser, html: str, client: Client) -> Page:
    page = browser.new_page(viewport={"width": client.width, "height": 900}, color_scheme=client.scheme)
    page.set_content(as_shown(html, client))
    if client.strips:
        tags = ["a", "div", "p", "span"] if client.word else []
        inline = {"tags": tags, "names": list(client.inline)}
        page.evaluate(STRIP, {"everywhere": list(client.everywhere), "inline": inline})
    return page


def luminance(colour: str) -> float:
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)][:3]
    linear = [p / 255 / 12.92 if p / 255 <= 0.04045 else ((p / 255 + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, back: str) -> float:
    light, dark = sorted((luminance(ink), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", CLIENTS)
def test_the_row_of_scores_survives(browser: Browser, mail: Any, name: str) -> None:
    client = CLIENTS[name]
    page = drawn(browser, html_of(mail), client)
    found = page.evaluate(LINKS)
    assert [link["text"] for link in found] == [str(score) for score in range(11)]
    # Where a program brings no ground of its own, the browser's does: white, or black in the dark.
    usual = "rgb(18, 18, 18)" if client.scheme == "dark" else "rgb(255, 255, 255)"
    for link in found:
        back = usual if link["back"] == "rgba(0, 0, 0, 0)" else link["back"]
        assert link["shown"] and link["size"] >= 14
        assert contrast(link["ink"], back) >= 4.5, f"{link['text']}: {link['ink']} on {back}"
        assert min(link["cell"]) >= 40, "a cell big enough to aim at"
        assert min(link["link"][0], link["link"][1] if not client.word else 24) >= client.target
    for one, other in pairwise(found):
        same_row = abs(one["top"] - other["top"]) < 4
        assert other["left"] >= one["right"] - 1 if same_row else other["top"] >= one["bottom"] - 1, (
            "in order, none over another"
        )
    assert found[0]["label"].startswith("0") and "10" in found[-1]["label"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    text = page.inner_text("body")
    assert "¿Qué probabilidad hay" in text and "Calle del Puerto 14" in text
    page.close()


def test_nothing_is_fetched_and_the_twin_in_plain_text_can_do_the_same(mail: Any) -> None:
    html, text = html_of(mail), plain_of(mail)
    assert not re.search(r"<img|<link|<script|@import|url\(|src=", html)
    token = Invitation.objects.get().token
    for score in range(11):
        assert f"/s/{token}?score={score}\n" in text and f"/s/{token}?score={score}" in html
    for address in (f"/u/{Invitation.objects.get().unsubscribe_token}", f"/s/{token}/privacy"):
        assert address in text and address in html
    assert "¿Qué probabilidad hay" in text and "Calle del Puerto 14" in text
    assert "#63305e" in html


def test_the_headers_are_what_a_signature_and_bulk_rules_ask_for(mail: Any) -> None:
    once = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Reply-To"]
    once += ["List-Unsubscribe", "List-Unsubscribe-Post"]
    assert [name for name in once if len(mail.get_all(name) or []) != 1] == []
    sender = mail["From"].addresses[0]
    assert sender.display_name == "Tu Voz" and str(mail["Reply-To"]) == "tuvoz@andina.example"
    # DKIM and DMARC: the name behind the @ is one and the same for sender and Message-ID.
    assert mail["Message-ID"].strip("<>").rpartition("@")[2] == sender.domain
    stop = str(mail["List-Unsubscribe"])
    assert stop.startswith("<http") and stop.endswith(f"/u/{Invitation.objects.get().unsubscribe_token}>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = mail.as_bytes()
    assert all(len(line) <= 998 for line in raw.splitlines()) and raw.isascii()
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
