"""What the palette (⌘K, Ctrl-K) leads to: pages, and what is found by a number or a name. Rooms bring their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.templatetags.settings_menu import PAGES

LONGEST_QUERY = 100


@dataclass(frozen=True)
class Goal:
    """One line: where it leads to, and under which heading it stands."""

    group: str
    label: str
    url: str
    note: str = ""


# Given the request: its pages; given the request and words: what is found by them.
Pages = Callable[[OrganizationRequest], Iterable[Goal]]
Finder = Callable[[OrganizationRequest, str], Iterable[Goal]]
_PAGES: list[Pages] = []
_FINDERS: list[Finder] = []


def register_pages(pages: Pages) -> None:
    """Lines that are always there; call it in your AppConfig.ready."""
    if pages not in _PAGES:
        _PAGES.append(pages)


def register_finder(finder: Finder) -> None:
    """Lines that words find; call it in your AppConfig.ready."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def goals(request: OrganizationRequest, words: str) -> list[dict[str, str]]:
    """Every page that this person may open, or what `words` find; as the palette's script reads them."""
    words = words.strip()[:LONGEST_QUERY]
    if words:
        found = [goal for finder in _FINDERS for goal in finder(request, words)]
    else:
        found = [*(goal for pages in _PAGES for goal in pages(request)), *_settings(request)]
    return [asdict(goal) for goal in found]


def _settings(request: OrganizationRequest) -> Iterator[Goal]:
    for name, label, _icon, right in PAGES:
        if request.membership.may(right):
            try:
                yield Goal(_("Settings"), str(label), reverse(name, args=[request.organization.slug]))
            except NoReverseMatch:  # a room that isn't installed
                continue
