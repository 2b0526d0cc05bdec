"""Languages by their codes: names in their own words, direction of writing, and which words stand in for missing ones."""

from __future__ import annotations

from collections.abc import Collection

from django.conf.locale import LANG_INFO

# What customer pages and the mail's frame have words of their own in.
PUBLIC_WORDS = ("en", "es", "it", "pt")
# Readers of these understand the language behind far better than English.
NEIGHBOURS = {
    "an": "es",
    "ast": "es",
    "ca": "es",
    "eu": "es",
    "gl": "es",
    "gn": "es",
    "qu": "es",
    "fur": "it",
    "sc": "it",
    "scn": "it",
}
# Known by name besides Django's own list.
MORE = {"gn": "avañeʼẽ", "qu": "runa simi", "sc": "sardu", "tl": "Tagalog", "zu": "isiZulu"}


def is_language(code: str) -> bool:
    """Whether surveys can be written in `code`: a language whose name we know, in lower case with a hyphen."""
    return code in MORE or "name_local" in LANG_INFO.get(code, {})


def own_name(code: str) -> str:
    """The language's name in itself: "العربيّة"; the code where nobody told us."""
    name: str = MORE.get(code) or LANG_INFO.get(code, {}).get("name_local", code)
    return name[:1].upper() + name[1:]


def is_right_to_left(code: str) -> bool:
    return bool(LANG_INFO.get(code, LANG_INFO.get(_base(code), {})).get("bidi", False))


def direction(code: str) -> str:
    """For the attribute `dir`."""
    return "rtl" if is_right_to_left(code) else "ltr"


def choices() -> list[tuple[str, str]]:
    """Every language surveys can be written in, by its own name."""
    codes = {*MORE, *(code for code in LANG_INFO if is_language(code))}
    return sorted(((code, own_name(code)) for code in codes), key=lambda pair: pair[1].casefold())


def understood(wanted: str, spoken: Collection[str], fallback: str) -> str:
    """The first of these that is among `spoken`: the language itself, without its region, its neighbour's, `fallback`, English."""
    for code in (wanted, _base(wanted), NEIGHBOURS.get(wanted, ""), fallback):
        if code in spoken:
            return code
    return "en"


def _base(code: str) -> str:
    return code.partition("-")[0]
