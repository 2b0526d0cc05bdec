"""Two organisations with one of everything: whatever id, query or body names the other's rows, nothing of it is seen or touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client

from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import IdempotencyRecord
from nps_platform.tenancy.scope import TenantModel, entered, tenant_models
from tests.conftest import Cast
from tests.tenancy.bodies import bodies, swapped
from tests.tenancy.forms_on import forms_on
from tests.tenancy.map import Route, address, routes, takes_an_id
from tests.tenancy.routes import API, INSIDE
from tests.tenancy.world import World, furnish

# They empty the cache, which several workers share where it is Redis: one worker runs them all.
pytestmark = pytest.mark.xdist_group("cache")

ROUTES = {route.name: route for route in routes()}
# Every name by which an API call may ask for a row.
NAMES: tuple[str, ...] = (
    "account",
    "assignee",
    "audience",
    "case",
    "customer",
    "id",
    "programme",
    "response",
    "root_cause",
    "rule",
)
NAMES += ("segment", "stage", "survey", "team", "touchpoint", "unit")
GONE = {404}


@dataclass
class Twin:
    """One side looking at the other."""

    own: World
    other: World
    browser: Client
    api: Client

    def at(self, route: Route, id: int) -> str:  # noqa: A002
        home = self.own.organization
        return address(route, slug=home.slug, organization_id=home.pk, id=id)


@pytest.fixture(params=["Andina looks at Otra", "Otra looks at Andina"])
def twin(cast: Cast, request: pytest.FixtureRequest) -> Iterator[Twin]:
    cache.clear()
    worlds = [
        furnish(cast.organization, cast.alicia, id=5_000_001, word="zorvalina"),
        furnish(cast.other, cast.carla, id=7_000_001, word="quimbolete"),
    ]
    own, other = worlds if request.param.startswith("Andina") else reversed(worlds)
    key = make_api_key(own.organization, name="-", by=None)
    api, browser = Client(headers={"Authorization": f"Bearer {key}"}), cast.sign_in(own.owner)
    api.raise_request_exception = browser.raise_request_exception = False
    yield Twin(own, other, browser, api)
    cache.clear()


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def _seen(twin: Twin, answer: Any) -> list[str]:
    """The other's words in an answer, and any error of ours."""
    told = f"{_text(answer)} {dict(answer.items())}".lower()
    return [word for word in twin.other.words if word in told] + (
        [f"{answer.status_code}"] if answer.status_code >= 500 else []
    )


def _digest(world: World) -> str:
    """What every table holds of an organisation."""
    with entered(world.organization):
        rows = [
            (model.__name__, sorted(map(repr, model._default_manager.values_list())))
            for model in tenant_models()
            if model is not IdempotencyRecord
        ]
    return sha256(repr(rows).encode()).hexdigest()


def _crossed(world: World) -> list[str]:
    """Rows of an organisation that point at a row of another."""
    found = []
    with entered(world.organization):
        for model in tenant_models():
            for column in model._meta.concrete_fields:
                target = column.related_model
                if (
                    isinstance(column, models.ForeignKey)
                    and isinstance(target, type)
                    and issubclass(target, TenantModel)
                ):
                    mine = target._default_manager.values("pk")
                    crossed = model._default_manager.exclude(**{column.name: None}).exclude(
                        **{f"{column.attname}__in": mine}
                    )
                    found += [f"{model.__name__}.{column.name}"] if crossed.exists() else []
    return found


def test_a_page_with_the_others_id_in_its_path_is_not_there(twin: Twin) -> None:
    wrong, before = [], _digest(twin.other)
    for name, methods in INSIDE.items():
        if not takes_an_id(ROUTES[name]):
            continue
        url = twin.at(ROUTES[name], twin.other.id)
        for method in methods:
            answer = twin.browser.generic(method, url)
            if answer.status_code not in GONE or _seen(twin, answer):
                wrong.append(f"{method} {url}: {answer.status_code} {_seen(twin, answer)}")
    assert not wrong, "\n".join(wrong)
    assert _digest(twin.other) == before


def _asked_by(page: str) -> set[str]:
    """The names that a page's own links and search forms ask with."""
    searches = {name for form in forms_on(page, "get") for name in form.data}
    return {*re.findall(r"[?&](?:amp;)?(\w+)=", page), *searches}


def test_a_page_asked_for_the_others_rows_in_its_query_shows_nothing_of_them(twin: Twin) -> None:
    wrong, asked = [], 0
    for name, methods in INSIDE.items():
        if "GET" not in methods:
            continue
        url = twin.at(ROUTES[name], twin.own.id)
        plain = twin.browser.get(url)
        names = _asked_by(_text(plain))
        asked += len(names)
        everything = dict.fromkeys(names, str(twin.other.id))
        # All at once, and one by one on one side: the other side's code is the same.
        alone = [{one: str(twin.other.id)} for one in names] if twin.own.id < twin.other.id else []
        queries = [everything, dict.fromkeys(names, twin.other.word), *alone]
        for answer, query in [(plain, {}), *((twin.browser.get(url, query), query) for query in queries)]:
            typed = twin.other.word in query.values()
            wrong += [
                f"{url} {query}: {seen}" for seen in _seen(twin, answer) if not (typed and seen == twin.other.word)
            ]
    assert not wrong, "\n".join(wrong)
    assert asked >= 20


def test_the_pages_do_show_their_own_rows(twin: Twin) -> None:
    """The tests above would pass on empty pages: most pages must hold their own organisation's word."""
    shown = [
        name
        for name, methods in INSIDE.items()
        if "GET" in methods and twin.own.word in _text(twin.browser.get(twin.at(ROUTES[name], twin.own.id)))
    ]
    expected = {
        "inbox",
        "case",
        "comments",
        "outbox",
        "message",
        "units",
        "unit",
        "teams",
        "team",
        "members",
        "member",
        "audit",
        "api_keys",
    }
    assert expected <= set(shown)


def test_no_form_takes_the_others_rows(twin: Twin) -> None:
    """Each choice of each form, pointed at the other's row while the rest is as the page gave it."""
    wrong, sent, before = [], 0, _digest(twin.other)
    for name, methods in INSIDE.items():
        if "GET" not in methods:
            continue
        url = twin.at(ROUTES[name], twin.own.id)
        for form in forms_on(_text(twin.browser.get(url))):
            if form.action.startswith(("/accounts/", "/language/")):
                continue
            for choice in form.choices:
                with transaction.atomic():
                    answer = twin.browser.post(form.action or url, {**form.data, choice: [str(twin.other.id)]})
                    seen, sent = _seen(twin, answer), sent + 1
                    if answer.status_code < 400:
                        seen += _crossed(twin.own)
                        seen += [] if _digest(twin.other) == before else ["the other's rows changed"]
                    if answer.status_code == 302:
                        seen += _seen(twin, twin.browser.get(answer["Location"]))
                    transaction.set_rollback(True)
                wrong += [f"{form.action or url} {choice}: {one}" for one in seen]
    assert not wrong, "\n".join(wrong)
    assert sent >= 10


def test_the_api_with_the_others_id_in_its_path_finds_nothing(twin: Twin) -> None:
    wrong, before = [], _digest(twin.other)
    for name, methods in API.items():
        for method in methods if takes_an_id(ROUTES[name]) else ():
            body = bodies(twin.other).get(name, {})
            answer = _call(twin, method, twin.at(ROUTES[name], twin.other.id), body)
            if answer.status_code not in GONE or _seen(twin, answer):
                wrong.append(f"{method} {name}: {answer.status_code} {_seen(twin, answer)}")
    assert not wrong, "\n".join(wrong)
    assert _digest(twin.other) == before


def test_the_api_asked_for_the_others_rows_in_its_query_finds_nothing(twin: Twin) -> None:
    wrong = []
    names = {"customer": f"{twin.other.word}-customer", "external_id": f"{twin.other.word}-customer"}
    names |= {
        "assignee": f"{twin.other.word}@{twin.other.word}.example",
        "email": f"customer@{twin.other.word}.example",
    }
    for name, methods in API.items():
        if "GET" in methods:
            for query in (
                {one: str(twin.other.id) for one in NAMES},
                *({one: str(twin.other.id)} for one in NAMES),
                names,
            ):
                answer = twin.api.get(twin.at(ROUTES[name], twin.own.id), query)
                found = answer.json().get("results") if "survey" in query or query is names else None
                seen = [one for one in _seen(twin, answer) if answer.status_code < 400 or one not in str(query)]
                wrong += [f"{name} {query}: {one}" for one in seen]
                wrong += [f"{name} {query} found {found}"] if found and str(twin.other.id) in str(found) else []
    assert not wrong, "\n".join(wrong)


def test_no_write_of_the_api_takes_the_others_rows(twin: Twin) -> None:
    """A body that is right with one's own rows, then with one name after the other pointing at the other's."""
    wrong, before = [], _digest(twin.other)
    for name, body in bodies(twin.own).items():
        method = "POST" if "POST" in API[name] else "PATCH"
        url = twin.at(ROUTES[name], twin.own.id)
        for sent in (body, *swapped(body, twin.own, twin.other)):
            with transaction.atomic():
                answer = _call(twin, method, url, [sent] if name == "api_revenue" else sent)
                seen = [one for one in _seen(twin, answer) if one not in str(sent)] + _crossed(twin.own)
                seen += (
                    [] if sent is not body or answer.status_code < 300 else [f"{answer.status_code} {answer.content!r}"]
                )
                seen += [] if _digest(twin.other) == before else ["the other's rows changed"]
                transaction.set_rollback(True)
            wrong += [f"{name} {sent}: {one}" for one in seen]
    assert not wrong, "\n".join(wrong)


def _call(twin: Twin, method: str, url: str, body: Any) -> Any:
    return twin.api.generic(method, url, json.dumps(body), content_type="application/json")


def test_a_key_of_one_organisation_lists_only_its_own(twin: Twin) -> None:
    wrong = []
    for name, methods in API.items():
        if "GET" in methods:
            answer = twin.api.get(twin.at(ROUTES[name], twin.own.id))
            assert answer.status_code in (200, 409), name  # 409: an export whose file has gone
            wrong += [f"{name}: {one}" for one in _seen(twin, answer)]
    assert not wrong, "\n".join(wrong)


def test_the_switcher_and_the_front_door_know_ones_own_organisations_only(twin: Twin) -> None:
    assert twin.browser.get("/")["Location"] == f"/o/{twin.own.organization.slug}/"
    twin.browser.cookies["organization"] = twin.other.organization.slug
    assert twin.browser.get("/")["Location"] == f"/o/{twin.own.organization.slug}/"
    for name, methods in INSIDE.items():
        if "GET" in methods and not takes_an_id(ROUTES[name]):
            there = twin.other.organization
            url = address(ROUTES[name], slug=there.slug, organization_id=there.pk, id=twin.other.id)
            answer = twin.browser.get(url)
            assert answer.status_code == 404 and twin.other.word not in _text(answer), name
