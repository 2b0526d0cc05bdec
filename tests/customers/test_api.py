"""Customers and revenue over the API, as CONTRACT says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.tenancy.actions import create_api_key
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

Call = Callable[..., Any]


@pytest.fixture
def call(cast: Cast) -> Call:
    with entered(cast.organization):
        key = create_api_key(name="billing", by=None)

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        request = getattr(Client(), method)
        sent = {"data": body, "content_type": "application/json"} if body is not None else {}
        return request(f"/api/v1/{path}", **sent, headers={"Authorization": f"Bearer {key}", **headers})

    return send


MERCEDES = {
    "external_id": "100482",
    "name": "Mercedes Aliaga",
    "email": "mercedes@correo.example",
    "language": "es",
    "account": "SOL",
    "joined_on": "2019-03-14",
    "attributes": {"plan": "fibra", "tenure": 34, "vip": True},
    "permissions": [{"purpose": "feedback", "channel": "email", "basis": "contract", "at": "2026-01-02T00:00:00Z"}],
}


def test_one_customer_is_created_repeated_changed_read_and_erased(call: Call, cast: Cast) -> None:
    created = call("post", "customers", MERCEDES).json()
    assert (created["created"], created["results"][0]["status"]) == (1, "created")
    assert call("post", "customers", MERCEDES).json()["unchanged"] == 1
    assert call("post", "customers", {"external_id": "100482", "joined_on": None, "phone": "1"}).json()["updated"] == 1
    pk = created["results"][0]["id"]
    read = call("get", f"customers/{pk}").json()
    assert read["account"] == "SOL" and read["joined_on"] is None and read["phone"] == "1"
    assert read["attributes"] == {"plan": "fibra", "tenure": 34, "vip": True}
    assert [p["at"] for p in read["permissions"]] == ["2026-01-02T00:00:00Z"]
    assert [c["id"] for c in call("get", "customers?email=MERCEDES@correo.example").json()["results"]] == [pk]
    assert [c["id"] for c in call("get", "customers?external_id=100482").json()["results"]] == [pk]
    assert call("delete", f"customers/{pk}").status_code == 204
    erased = call("get", f"customers/{pk}").json()
    assert (erased["name"], erased["external_id"]) == ("", None) and erased["erased_at"]
    refused = call("post", "customers", MERCEDES)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "erased"
    assert call("get", "customers/999999999999999999999").status_code == 404


def test_of_a_list_bad_rows_are_named_and_good_ones_come_in(call: Call, cast: Cast) -> None:
    rows = [
        {"external_id": "1"},
        {"external_id": "2", "email": "a@@b"},
        "nonsense",
        {"external_id": "3", "joined_on": "31/02/2022", "attributes": {"x": {"deep": 1}}},
        {"name": "nobody"},
        {"external_id": "1"},
        {"external_id": "4", "permissions": [{"purpose": "spam", "channel": "email"}]},
    ]
    answer = call("post", "customers", rows)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["created"], body["refused"]) == (1, 6)
    assert [r["status"] for r in body["results"]] == ["created"] + ["refused"] * 6
    fields = [{e["field"] for e in r["errors"]} for r in body["results"]]
    assert fields[1:] == [
        {"email"},
        {""},
        {"joined_on", "attributes.x"},
        {"external_id"},
        {"external_id"},
        {"permissions.0.purpose"},
    ]
    for wrong in ([], [{"external_id": "1"}] * 1001):
        assert call("post", "customers", wrong).status_code == 400


def test_revenue_replaces_waits_and_refuses_row_by_row(call: Call, cast: Cast) -> None:
    call("post", "customers", {"external_id": "100482"})
    row = {"customer": "100482", "period": "2026-03", "amount": "70.35", "currency": "USD"}
    first = call("post", "revenue", [row, row | {"customer": "nobody", "amount": 1.5}]).json()
    assert (first["created"], first["unmatched"], first["refused"]) == (2, 1, 0)
    assert first["amounts"] == [{"currency": "USD", "amount": "71.85"}]
    again = call("post", "revenue", [row | {"amount": "80"}]).json()
    assert (again["created"], again["updated"]) == (0, 1)
    bad = [
        row | {"period": "03/2026"},
        row | {"amount": "1.234,5"},
        row | {"currency": "QQQ"},
        row | {"amount": True},
        7,
        {},
    ]
    answer = call("post", "revenue", [*bad, row | {"period": "2026-04"}]).json()
    assert (answer["refused"], answer["created"]) == (6, 1)
    assert [(e["index"], e["field"]) for e in answer["errors"]] == [
        (0, "period"), (1, "amount"), (2, "currency"), (3, "amount"), (4, ""), (5, "customer"),
    ]  # fmt: skip
    assert call("post", "revenue", []).status_code == 400
    with entered(cast.organization):
        assert RevenueEntry.objects.count() == 3


def test_an_idempotency_key_does_the_write_once(call: Call, cast: Cast) -> None:
    answers = [call("post", "customers", {"external_id": "1"}, **{"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["created"] == 1


def test_another_organisations_key_finds_nothing(call: Call, cast: Cast) -> None:
    with entered(cast.other):
        theirs = Customer.objects.create(external_id="1", name="Theirs")
    assert call("get", f"customers/{theirs.pk}").status_code == 404
    assert call("delete", f"customers/{theirs.pk}").status_code == 404
    assert call("get", "customers").json() == {"results": [], "next": None}
    assert Client().get("/api/v1/customers").status_code == 401
