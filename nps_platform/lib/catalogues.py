"""Translation catalogues without gettext's own tools: collect texts, compile them, and say what is missing.

`python -m nps_platform.lib.catalogues update [language]|compile|check`. Babel reads Python, enmerkar the templates; both come by wheel, so
that a fresh machine needs nothing else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from nps_platform.lib.stock_texts import STOCK

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "it")
# Languages that only customers read: they hold the texts of the public pages, found by where they stand.
PUBLIC = ("pt",)
PUBLIC_PLACES = (
    "templates/public/",
    "surveys/collecting/posters.py",
    "responses/public_",
    "responses/survey_page.py",
    "responses/thanks_page.py",
    "closeloop/public_",
    "closeloop/loop_page.py",
    "closeloop/guest_page.py",
    "closeloop/held.py",
    "closeloop/data_page.py",
    "responses/held.py",
    "surveys/held.py",
    "nps_platform/customers/held.py",
    "nps_platform/messaging/held.py",
    "nps_platform/lib/formats.py",
    "nps_platform/messaging/answers_by_text.py",
)
# Words that customers read in another form of address: they hold only what differs from the language they vary.
VARIANTS = {"es_TU": "es", "es_Vos": "es"}
ROOMS = ("nps_platform", "surveys", "responses", "closeloop", "dashboards", "templates")
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LONE_PERCENT = re.compile(r"%(?!\()")
METHODS = [
    ("**.py", "python"),
    ("**.html", "enmerkar.extract:extract_django"),
    ("**.txt", "enmerkar.extract:extract_django"),
]


def collect() -> Catalog:
    """Every text for people in the project's code and templates, and what the libraries' forms say."""
    catalog = Catalog(project="Círculo", charset="utf-8")
    for room in ROOMS:
        found = extract_from_dir(
            ROOT / room, METHODS, keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
        )
        for file, _line, texts, comments, context in found:
            if not file.endswith(".py"):
                texts = _as_templates_ask(texts)
            catalog.add(texts, locations=[(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    for text in STOCK:
        catalog.add(text, locations=[("nps_platform/lib/stock_texts.py", 0)])
    return catalog


def _as_templates_ask(texts: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Django doubles a template's own percent signs before it looks a text up."""
    if isinstance(texts, str):
        return LONE_PERCENT.sub("%%", texts)
    return tuple(LONE_PERCENT.sub("%%", text) for text in texts)


def public_part(template: Catalog) -> Catalog:
    """The texts of the pages that customers see."""
    part = Catalog(project=template.project, charset="utf-8")
    for message in template:
        if message.id and any(file.startswith(PUBLIC_PLACES) for file, _line in message.locations):
            part.add(message.id, locations=message.locations, context=message.context)
    return part


def po_file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=VARIANTS.get(language, language))


def merged(variant: str) -> Catalog:
    """The language with the variant's words over it: what Django loads, as it would ask other catalogues in between."""
    catalog = load(VARIANTS[variant])
    for message in load(variant):
        if message.id and (found := catalog.get(message.id, message.context)):
            found.string = message.string
    return catalog


def update(languages: tuple[str, ...] = LANGUAGES) -> None:
    """Bring the catalogues up to date: new texts empty, gone ones dropped, nothing guessed."""
    template = collect()
    for language in (*languages, *PUBLIC):
        file = po_file(language)
        catalog = load(language) if file.exists() else Catalog(locale=language, charset="utf-8")
        part = public_part(template) if language in PUBLIC else template
        # Without a date of its own: a run that finds nothing new changes nothing.
        catalog.update(part, no_fuzzy_matching=True, update_creation_date=False)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as target:
            write_po(
                target,
                catalog,
                omit_header=False,
                include_lineno=False,
                sort_output=True,
                ignore_obsolete=True,
                width=100,
            )
    for variant in VARIANTS:
        _drop_gone(variant, template)


def _drop_gone(variant: str, template: Catalog) -> None:
    """A variant keeps what somebody still says; new texts come into it by hand, where the form of address shows."""
    catalog = load(variant)
    for gone in [m for m in catalog if m.id and template.get(m.id, m.context) is None]:
        catalog.delete(gone.id, gone.context)
    with po_file(variant).open("wb") as target:
        write_po(target, catalog, no_location=True, sort_output=True, width=100)


def compile_all() -> None:
    """Write the .mo files that Django reads, where the .po is newer."""
    for language in (*LANGUAGES, *PUBLIC):
        _compile(language, [po_file(language)], load)
    for variant, language in VARIANTS.items():
        _compile(variant, [po_file(variant), po_file(language)], merged)


def _compile(name: str, sources: list[Path], catalog: Callable[[str], Catalog]) -> None:
    target = po_file(name).with_suffix(".mo")
    if not all(source.exists() for source in sources):
        return
    if not target.exists() or target.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        with target.open("wb") as file:
            write_mo(file, catalog(name))


def problems() -> Iterator[str]:
    """What keeps the catalogues from being complete: texts missing, empty, fuzzy, or with other placeholders than the source."""
    template = collect()
    for language in (*LANGUAGES, *PUBLIC):
        catalog = load(language)
        for message in public_part(template) if language in PUBLIC else template:
            if message.id:
                yield from _problems_of(language, catalog.get(message.id, message.context), message)
    for variant in VARIANTS:
        for message in load(variant):
            if message.id and template.get(message.id, message.context) is None:
                yield f"{variant}: nobody says it any more: {message.id!r}"
            elif message.id:
                yield from _problems_of(variant, message, message)


def _problems_of(language: str, found: Message | None, wanted: Message) -> Iterator[str]:
    name = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
    string = found.string if found else None
    texts = [string] if isinstance(string, str) else list(string or ())
    if not texts or not all(texts):
        yield f"{language}: not translated: {name!r}"
    elif found is not None and found.fuzzy:
        yield f"{language}: fuzzy: {name!r}"
    elif found is not None:
        yield from (f"{language}: {name!r}: {error}" for error in found.check())


def main(command: str, *languages: str) -> int:
    if command == "update":
        update(languages or LANGUAGES)
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = list(problems())
        sys.stdout.writelines(f"{line}\n" for line in found[:40])
        sys.stdout.write(f"translations: {len(found)} problems in {', '.join((*LANGUAGES, *PUBLIC))}\n")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
