"""Every error of the API is a problem that names its fields."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from nps_platform.lib.problems import no_such_path


class Item(serializers.Serializer):
    email = serializers.EmailField()


class Order(serializers.Serializer):
    items = Item(many=True)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)

    def validate(self, attrs):
        raise serializers.ValidationError("Nothing is ever right.", code="never")


def post(body, *, raises: Exception | None = None, many: bool = False):
    class Door(APIView):
        authentication_classes = permission_classes = throttle_classes = ()

        def post(self, request):
            if raises:
                raise raises
            Order(data=request.data, many=many).is_valid(raise_exception=True)
            return Response({})

    content = body if isinstance(body, str) else json.dumps(body)
    response = Door.as_view()(APIRequestFactory().post("/", content, content_type="application/json"))
    response.render()
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["detail"]
    return response, problem


def test_nested_errors_name_the_field_by_its_path():
    _response, problem = post({"items": [{"email": "a@x.es"}, {"email": "nope"}], "tags": [1, "x"]})
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert {(e["field"], e["code"]) for e in problem["errors"]} == {("items.1.email", "invalid"), ("tags.1", "invalid")}


def test_a_list_in_the_body_is_counted_from_zero_and_the_whole_has_no_path():
    _response, problem = post([{"items": []}, {"items": [{}]}], many=True)
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("0", "never"), ("1.items.0.email", "required")]
    _response, problem = post({"items": []})
    assert problem["errors"] == [{"field": "", "code": "never", "message": "Nothing is ever right."}]


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (Http404("No Customer matches the given query."), 404, "not_found"),
        (PermissionDenied("table x"), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed(), 401, "authentication_failed"),
        (exceptions.Throttled(wait=1.2), 429, "throttled"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (ValidationError({"name": ValidationError("Too long.", code="max_length")}), 400, "max_length"),
        (ValidationError("No.", code="no"), 400, "no"),
    ],
)
def test_every_kind_of_error_has_its_status_and_code(raised, status, code):
    response, problem = post({}, raises=raised)
    assert (response.status_code, problem["errors"][0]["code"]) == (status, code)
    assert "Customer" not in problem["detail"]
    assert "table" not in problem["detail"]
    assert response.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    assert response.get("Retry-After") == ("2" if status == 429 else None)


def test_broken_json_is_a_problem_too():
    _response, problem = post("{not json")
    assert (problem["status"], problem["errors"][0]["code"]) == (400, "parse_error")


def test_our_own_mistakes_are_not_dressed_up_as_the_clients():
    with pytest.raises(ZeroDivisionError):
        post({}, raises=ZeroDivisionError())


def test_an_unknown_path_of_the_api_answers_in_its_own_words():
    response = no_such_path(RequestFactory().get("/api/v1/nothing"))
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(response.content)["errors"][0]["code"] == "not_found"
