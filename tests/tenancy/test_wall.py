"""Route × role × method: everybody gets exactly what tests/tenancy/routes.py says, and nothing is missing from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.roles import Role
from tests.conftest import Cast
from tests.tenancy.map import METHODS, Route, address, routes
from tests.tenancy.routes import ALSO, API, DOORS, INSIDE, OPEN
from tests.tenancy.world import World, furnish

# They empty the cache, which several workers share where it is Redis: one worker runs them all.
pytestmark = pytest.mark.xdist_group("cache")

LETTERS = dict(zip("OMAFEC", Role, strict=True))
ROUTES = {route.name: route for route in routes()}
BROKEN = 500


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    cache.clear()
    yield furnish(cast.organization, cast.alicia, id=5_000_001, word="zorvalina")
    cache.clear()


def _ask(client: Client, method: str, url: str, **extra: Any) -> Any:
    """The answer to a request that leaves nothing behind."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.generic(method, url, **extra)
        transaction.set_rollback(True)
    return answer


def _at(world: World, route: Route, id: int | None = None, given: dict[str, str] | None = None) -> str:  # noqa: A002
    home = world.organization
    return address(route, slug=home.slug, organization_id=home.pk, id=id or world.id, given=given)


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    listed = [*INSIDE, *API, *DOORS, *OPEN]
    assert len(listed) == len(set(listed))
    assert sorted(set(ROUTES) - set(listed)) == [], "routes without a row in tests/tenancy/routes.py"
    assert sorted(set(listed) - set(ROUTES)) == [], "rows without a route"
    assert [route.pattern for route in routes() if route.pattern.startswith("o/") and route.name not in INSIDE] == []


def test_inside_each_role_may_exactly_what_its_letter_says(cast: Cast, world: World) -> None:
    nobody, stranger = Client(), cast.sign_in(cast.carla)
    people = {letter: cast.sign_in(cast.member(role)) for letter, role in LETTERS.items()}
    wrong = []
    for name, given, methods in [*((name, {}, methods) for name, methods in INSIDE.items()), *ALSO]:
        url = _at(world, ROUTES[name], given=given)
        for method in METHODS:
            if method not in methods:
                asked = {"owner": (people["O"], {405})}
            else:
                asked = {"nobody": (nobody, {302}), "stranger": (stranger, {404})}
                asked |= {
                    letter: (client, {200, 204, 302, 400, 409, 410, 422} if letter in methods[method] else {403})
                    for letter, client in people.items()
                }
            for who, (client, expected) in asked.items():
                answer = _ask(client, method, url)
                if answer.status_code not in expected:
                    wrong.append(f"{name} {method} as {who}: {answer.status_code}, not {sorted(expected)}")
                if who == "nobody" and not answer["Location"].startswith("/accounts/login/"):
                    wrong.append(f"{name} {method} as nobody leads to {answer['Location']}")
    assert not wrong, "\n".join(wrong)


def test_the_api_asks_for_a_key_and_its_scope(cast: Cast, world: World) -> None:
    keys: dict[tuple[str, ...], str] = {
        scopes: make_api_key(cast.organization, name="-", by=None, scopes=scopes)
        for scopes in ((), ("read",), ("write",), ("read", "write"))
    }
    wrong = []
    for name, methods in API.items():
        url = _at(world, ROUTES[name])
        for method in METHODS:
            cases: list[tuple[tuple[str, ...] | None, set[int]]] = [(None, {401}), (("read", "write"), {405})]
            if scope := methods.get(method):
                cases = [(None, {401}), ((), {403}), (("read",), set()), (("write",), set())]
                cases = [(scopes, expected or _scoped(scopes, scope)) for scopes, expected in cases]
            for scopes, expected in cases:
                headers = {} if scopes is None else {"Authorization": f"Bearer {keys[scopes]}"}
                answer = _ask(Client(headers=headers), method, url, data=b"{}", content_type="application/json")
                if answer.status_code not in expected:
                    wrong.append(f"{name} {method} with {scopes}: {answer.status_code}, not {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


def _scoped(scopes: tuple[str, ...] | None, wanted: str) -> set[int]:
    return {200, 201, 202, 204, 400, 409, 422} if scopes and wanted in scopes else {403}


def test_public_doors_open_to_a_right_token_alone(cast: Cast, world: World) -> None:
    wrong = []
    for name, (_door, methods) in DOORS.items():
        good, foreign = _at(world, ROUTES[name]), _at(world, ROUTES[name], id=7_000_001)
        forged = good.replace(good.split("/")[2].removesuffix(".js"), "A" * 44)
        for method in METHODS:
            for url, expected in ((good, {200, 204, 302, 303, 400, 410, 422}), (foreign, {404}), (forged, {404})):
                answer = _ask(Client(), method, url)
                if answer.status_code not in (expected if method in methods else {405}):
                    wrong.append(f"{name} {method} {'good' if url == good else 'bad'}: {answer.status_code}")
                if method == "GET" and answer.cookies and name != "join":
                    wrong.append(f"{name} sets a cookie")
    assert not wrong, "\n".join(wrong)


def test_the_other_doors_answer_as_listed(cast: Cast, world: World) -> None:
    wrong = []
    for name, methods in OPEN.items():
        url = _at(world, ROUTES[name])
        strict = not name.startswith("account_")
        for method in METHODS:
            expected = methods.get(method, (405, 405) if strict else None)
            for client, status in zip((Client(), cast.sign_in(cast.alicia)), expected or (), strict=False):
                answer = _ask(client, method, url)
                if answer.status_code != status:
                    wrong.append(f"{name} {method}: {answer.status_code}, not {status}")
    assert not wrong, "\n".join(wrong)


def test_a_deactivated_colleague_is_a_stranger(cast: Cast, world: World) -> None:
    client = cast.sign_in(cast.bruno)
    assert _ask(client, "GET", "/o/andina/").status_code == 200
    cast.bruno.is_active = False
    cast.bruno.save()
    assert {_ask(client, "GET", _at(world, ROUTES[name])).status_code for name in ("home", "inbox", "case")} == {404}
