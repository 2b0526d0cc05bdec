"""Reading an API request's body: JSON that the database can keep, bounded in depth."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# Only an escape can bring NUL or half a surrogate pair into valid UTF-8 JSON: no escape, no walk through the values.
_SUSPECT = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class KeepableJSONParser(JSONParser):
    """JSON without NUL, half characters or infinity (no database keeps them), not endlessly deep."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read()
        try:
            data = json.loads(raw.decode(), parse_float=_finite, parse_constant=_finite)
            keepable = not _SUSPECT.search(raw) or _is_keepable(data)
        except ValueError as error:
            raise ParseError(_("This is not valid JSON.")) from error
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if not keepable:
            raise ParseError(_("The JSON holds characters that can't be kept."))
        return data


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _is_keepable(value: Any) -> bool:
    if isinstance(value, str):
        return not _UNKEEPABLE.search(value)
    if isinstance(value, dict):
        return all(_is_keepable(key) and _is_keepable(part) for key, part in value.items())
    return not isinstance(value, list) or all(map(_is_keepable, value))
