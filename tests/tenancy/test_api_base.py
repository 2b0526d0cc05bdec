"""The API's base: the key's organisation, pages, problems in one shape, writes that repeat safely."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import include, path
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform import urls
from nps_platform.tenancy import api_base
from nps_platform.tenancy.api_base import OrganizationAPIView, idempotent
from nps_platform.tenancy.api_keys import make_api_key
from nps_platform.tenancy.models import ApiKey, IdempotencyRecord, Team
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast


class TeamSerializer(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["id", "name"]


class Teams(OrganizationAPIView):
    """A room's view as rooms write them."""

    def get(self, request: Request) -> Response:
        return self.page(Team.objects.all(), TeamSerializer, ordering=("name", "id"))

    @idempotent
    def post(self, request: Request) -> Response:
        serializer = TeamSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        team = serializer.save()
        if team.name == "refused":
            raise ValidationError({"name": "No."})
        return Response({"id": team.pk}, status=201)


urlpatterns = [path("api/v1/teams", Teams.as_view()), path("", include(urls))]
# They empty the cache, which several workers share where it is Redis: one worker runs them all.
pytestmark = [pytest.mark.urls(__name__), pytest.mark.xdist_group("cache")]
Api = Any


@pytest.fixture
def api(cast: Cast) -> Iterator[Api]:
    cache.clear()
    key = make_api_key(cast.organization, name="tests", by=None)

    def call(method: str, path: str, body: Any = None, key: str = key, **headers: str) -> Any:
        client = Client(headers={"Authorization": f"Bearer {key}", **headers})
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.generic(method, path, raw, content_type="application/json")

    yield call
    cache.clear()


def _problem(response: Any, status: int) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    told = response.json()
    assert told["status"] == status and told["title"] and isinstance(told["errors"], list)
    return told


def test_a_key_opens_its_own_organisation_and_no_other(cast: Cast, api: Api) -> None:
    foreign = make_api_key(cast.other, name="theirs", by=None)
    assert api("POST", "/api/v1/teams", {"name": "Billing"}).status_code == 201
    assert [row["name"] for row in api("GET", "/api/v1/teams").json()["results"]] == ["Billing"]
    assert api("GET", "/api/v1/teams", key=foreign).json() == {"results": [], "next": None}


def test_unknown_revoked_and_narrow_keys_are_refused(cast: Cast, api: Api) -> None:
    for key in ("", "nonsense", "circulo_zz_zz", "circulo_ñ_ñ"):
        response = api("GET", "/api/v1/teams", key=key)
        _problem(response, 401)
        assert response["WWW-Authenticate"] == "Bearer"
    _problem(
        api(
            "POST",
            "/api/v1/teams",
            {"name": "x"},
            key=make_api_key(cast.organization, name="r", by=None, scopes=("read",)),
        ),
        403,
    )
    revoked = make_api_key(cast.organization, name="old", by=None)
    ApiKey.objects.filter(name="old").update(revoked_at="2026-01-01T00:00:00Z")
    _problem(api("GET", "/api/v1/teams", key=revoked), 401)


def test_pages_meet_every_row_once_and_next_is_absolute(cast: Cast, api: Api) -> None:
    with entered(cast.organization):
        Team.objects.bulk_create(Team(name=f"Team {n:02}") for n in range(7))
    seen, url = [], "/api/v1/teams?limit=3"
    while url:
        page = api("GET", url).json()
        seen += [row["name"] for row in page["results"]]
        url = page["next"]
        assert url is None or url.startswith("http://testserver/api/v1/teams?")
    assert seen == [f"Team {n:02}" for n in range(7)]
    assert api("GET", "/api/v1/teams?limit=9999").status_code == 200
    for wrong in ("limit=0", "limit=x", "limit=-1", "cursor=abc", "cursor=%F0%9F", "x=%00"):
        _problem(api("GET", f"/api/v1/teams?{wrong}"), 400)


def test_what_can_not_be_kept_is_refused_and_never_an_error_of_ours(api: Api) -> None:
    bodies = [
        b"{",
        b"[" * 200_000,
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": NaN}',
        b"\xff",
        b"[]",
        b"null",
        b'{"name": 1e999}',
    ]
    for body in bodies:
        _problem(api("POST", "/api/v1/teams", body), 400)
    _problem(api("POST", "/api/v1/teams", b"x" * (6 * 1024 * 1024 + 1)), 413)
    _problem(api("DELETE", "/api/v1/teams"), 405)
    _problem(api("POST", "/api/v1/nothing-here", {}), 404)
    _problem(api("GET", "/api/"), 404)


def test_the_same_idempotency_key_gets_the_first_answer(cast: Cast, api: Api) -> None:
    first = api("POST", "/api/v1/teams", {"name": "Billing"}, **{"Idempotency-Key": "k1"})
    again = api("POST", "/api/v1/teams", {"name": "Billing"}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    _problem(api("POST", "/api/v1/teams", {"name": "Other"}, **{"Idempotency-Key": "k1"}), 422)
    _problem(api("POST", "/api/v1/teams", {"name": "x"}, **{"Idempotency-Key": "x" * 256}), 400)
    with entered(cast.organization):
        assert list(Team.objects.values_list("name", flat=True)) == ["Billing"]


def test_a_refused_write_leaves_nothing_and_frees_its_idempotency_key(cast: Cast, api: Api) -> None:
    _problem(api("POST", "/api/v1/teams", {"name": "refused"}, **{"Idempotency-Key": "k1"}), 400)
    with entered(cast.organization):
        assert not Team.objects.exists() and not IdempotencyRecord.objects.exists()
    assert api("POST", "/api/v1/teams", {"name": "Billing"}, **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_idempotency_key_write_once(cast: Cast, api: Api) -> None:
    def send(_: int) -> int:
        try:
            return api("POST", "/api/v1/teams", {"name": "Billing"}, **{"Idempotency-Key": "k1"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(20)))
    assert set(statuses) <= {201, 409} and 201 in statuses
    with entered(cast.organization):
        assert Team.objects.count() == 1


def test_the_throttle_says_when_to_come_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_base.KeyThrottle, "limit", 2)
    answers = [api("GET", "/api/v1/teams") for _ in range(5)]  # five: the clock minute may turn in between
    refused = answers[-1]
    _problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_the_schema_and_the_page_to_read_it_need_no_key(api: Api, client: Client) -> None:
    schema = client.get("/api/v1/schema?format=json").json()
    assert {"401", "429"} <= set(schema["paths"]["/api/v1/teams"]["get"]["responses"])
    assert any(one["name"] == "Idempotency-Key" for one in schema["paths"]["/api/v1/teams"]["post"]["parameters"])
    page = client.get("/api/docs")
    assert page.status_code == 200 and "/api/v1/teams" in page.content.decode()
    assert "script-src" in page["Content-Security-Policy"] and "cdn" not in page.content.decode()
