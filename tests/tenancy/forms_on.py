"""The forms on a page, as a browser would send them: name → value, and which of them choose among rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

CHOOSING = {"hidden", "checkbox", "radio"}
TYPED = {"email": "someone@example.com", "number": "1", "date": "2026-11-02", "time": "", "color": "#1f4e5f"}


@dataclass
class PageForm:
    """One form: what it sends as it stands, and the names that pick something."""

    action: str
    data: dict[str, list[str]] = field(default_factory=dict)
    choices: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self, method: str) -> None:
        super().__init__()
        self.method = method
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = ""
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(got.get("action", "")) if got.get("method", "get").lower() == self.method else None
            self.forms += [self.form] if self.form else []
        elif self.form is None:
            return
        elif tag == "select":
            self.select = got.get("name", "")
            self.form.choices.add(self.select)
            self.form.data.setdefault(self.select, [])
        elif tag == "option" and self.select and ("selected" in got or not self.form.data[self.select]):
            self.form.data[self.select] = [got.get("value", "")]
        elif tag == "textarea":
            self.area = got.get("name", "")
            self.form.data[self.area] = ["Some words"]
        elif tag in ("input", "button") and got.get("name"):
            self._control(self.form, got)

    def _control(self, form: PageForm, got: dict[str, str]) -> None:
        name, kind = got["name"], got.get("type", "text")
        if kind in CHOOSING and name != "csrfmiddlewaretoken":
            form.choices.add(name)
        if kind in ("checkbox", "radio") and "checked" not in got:
            form.data.setdefault(name, [])
        elif kind != "file":
            form.data.setdefault(name, []).append(got.get("value") or TYPED.get(kind, "Words"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_on(page: str, method: str = "post") -> list[PageForm]:
    """Every form of a page that sends by `method`."""
    parser = _Forms(method)
    parser.feed(page)
    return parser.forms
