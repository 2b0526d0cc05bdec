"""/api/docs: the schema as a page to read, drawn by the server: no script, no outside host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Value:
    """A parameter or a property: `kind` is its type in words."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Shape:
    """A named object of the schema."""

    name: str
    text: str
    values: list[Value]


@dataclass(frozen=True)
class Answer:
    status: str
    text: str
    kind: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    title: str
    text: str
    parameters: list[Value]
    body: str
    answers: list[Answer]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def short(self) -> str:
        """The path below the version."""
        return self.path.removeprefix("/api/v1")

    @property
    def successes(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status.startswith("2")]

    @property
    def problems(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.status.startswith("2")]

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').translate({ord('{'): None, ord('}'): None})}"


@dataclass(frozen=True)
class Room:
    name: str
    operations: list[Operation]


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    page = {"rooms": list(_rooms(schema)), "shapes": list(_shapes(schema))}
    return render(request, "tenancy/api_docs.html", page)


def _rooms(schema: dict[str, Any]) -> Iterator[Room]:
    rooms: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                name = path.removeprefix("/api/v1/").split("/")[0]
                rooms.setdefault(name, []).append(_operation(method, path, methods[method]))
    for name, operations in rooms.items():
        yield Room(name, operations)


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    title, _, rest = told.get("description", "").partition("\n")
    return Operation(
        method=method.upper(),
        path=path,
        title=told.get("summary") or title,
        text=rest.strip() if not told.get("summary") else told.get("description", ""),
        parameters=[_parameter(one) for one in told.get("parameters", [])],
        body=_content(told.get("requestBody", {})),
        answers=[
            Answer(status, one.get("description", ""), _content(one))
            for status, one in sorted(told.get("responses", {}).items())
        ],
    )


def _parameter(told: dict[str, Any]) -> Value:
    return Value(told["name"], _kind(told.get("schema", {})), bool(told.get("required")), told.get("description", ""))


def _content(told: dict[str, Any]) -> str:
    return next((_kind(media.get("schema", {})) for media in told.get("content", {}).values()), "")


def _shapes(schema: dict[str, Any]) -> Iterator[Shape]:
    for name, told in schema.get("components", {}).get("schemas", {}).items():
        required = set(told.get("required", []))
        values = [
            Value(key, _kind(one), key in required, one.get("description", ""))
            for key, one in told.get("properties", {}).items()
        ]
        if values:
            yield Shape(name, told.get("description", ""), values)


def _kind(told: dict[str, Any]) -> str:
    """A JSON schema in a few words: "list of Customer", "string (date-time) or null"."""
    several = told.get("oneOf") or told.get("anyOf") or told.get("allOf")
    if several:
        words = " | ".join(dict.fromkeys(_kind(one) for one in several))
    elif "$ref" in told:
        words = told["$ref"].rsplit("/", 1)[-1]
    elif told.get("type") == "array":
        words = f"[{_kind(told.get('items', {}))}]"
    elif "enum" in told:
        words = " · ".join(str(one) for one in told["enum"])
    else:
        kind = told.get("type", "any")
        words = " | ".join(kind) if isinstance(kind, list) else kind
        words += f" ({told['format']})" if "format" in told else ""
    return f"{words} | null" if told.get("nullable") else words
