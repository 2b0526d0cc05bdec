"""The product's routes as Django knows them, and their addresses in a furnished organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from nps_platform.lib.signing import Door, make_token
from tests.tenancy.routes import ARGUMENTS, BEHIND, DOORS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One leaf of the URL tree."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def routes() -> list[Route]:
    """Every route of the product; DEBUG's own are not part of it."""
    return [route for route in _walk(get_resolver().url_patterns, "", ()) if not route.pattern.startswith("debug/")]


def _walk(patterns: Iterable[URLPattern | URLResolver], before: str, outer: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        pattern = before + str(one.pattern)
        arguments = (*outer, *one.pattern.regex.groupindex) if hasattr(one.pattern, "regex") else outer
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, pattern, arguments)
        else:
            yield Route(str(one.name), pattern, arguments)


def address(
    route: Route,
    *,
    slug: str,
    organization_id: int,
    id: int,  # noqa: A002
    given: dict[str, str] | None = None,
) -> str:
    """Its address with every id set to `id`; signed tokens carry `organization_id`, so that only the id may be foreign."""
    given = given or ARGUMENTS.get(route.name, {})
    filled = {name: given.get(name, _fill(name, route, slug, organization_id, id)) for name in route.arguments}
    return reverse(route.name, kwargs=filled)


def _fill(name: str, route: Route, slug: str, organization_id: int, id_: int) -> str | int:
    if name == "slug":
        return slug
    if name == "token":
        return make_token(DOORS.get(route.name, (Door.SURVEY, ()))[0], organization_id, id_ + BEHIND.get(route.name, 0))
    return id_ + BEHIND.get(route.name, 0)


def takes_an_id(route: Route) -> bool:
    """Whether its address names a row."""
    return bool({*route.arguments} - {"slug", *ARGUMENTS.get(route.name, {})})
