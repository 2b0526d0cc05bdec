"""HTML mail as plain text: nothing of it is ever drawn, so nothing has to be made harmless."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "title", "template", "noscript"}
_BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "pre",
    "section",
}
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.silent: list[str] = []
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag == "blockquote":
            self._new_line()
            self.quotes += 1
        elif tag in _BLOCKS:
            self._new_line(always=tag == "br")
            if tag == "li":
                self._say("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
        elif tag == "blockquote":
            self._new_line()
            self.quotes = max(self.quotes - 1, 0)
        elif tag in _BLOCKS - {"br", "hr"}:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._say(_SPACES.sub(" ", data.replace("\n", " ")))

    def _say(self, text: str) -> None:
        if not self.lines[-1]:
            text = text.lstrip()
            if text:
                self.lines[-1] = "> " * self.quotes
        self.lines[-1] += text

    def _new_line(self, *, always: bool = False) -> None:
        if self.lines[-1].strip() or always:
            self.lines.append("")


def text_of(html: str) -> str:
    """The words, a line for each block, quoted blocks with > before them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "\n".join(line.rstrip() for line in reader.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
