"""Reading an API request's body: JSON that the database can keep, bounded in size and depth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

# Only an escape can bring NUL or half a surrogate pair into valid UTF-8 JSON: no escape, no walk through the values.
_SUSPECT = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class BodyTooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request's body is too large.")
    default_code = "too_large"


class KeepableJSONParser(JSONParser):
    """JSON without NUL characters and half characters (PostgreSQL keeps neither), not endlessly deep or long."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge
        try:
            data = super().parse(BytesIO(raw), media_type, parser_context)
            keepable = not _SUSPECT.search(raw) or _is_keepable(data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if not keepable:
            raise ParseError(_("The JSON holds characters that can't be kept."))
        return data


def _is_keepable(value: Any) -> bool:
    if isinstance(value, str):
        return not _UNKEEPABLE.search(value)
    if isinstance(value, dict):
        return all(_is_keepable(key) and _is_keepable(part) for key, part in value.items())
    return not isinstance(value, list) or all(map(_is_keepable, value))
