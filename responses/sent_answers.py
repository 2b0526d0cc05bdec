"""Answers as a tablet or another site's page sends them: JSON that nobody can correct any more. What can be kept is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nps_platform.lib.nps import class_of
from responses.answers import Said, fitting
from responses.collecting import Visitor
from responses.public_forms import CommentField
from responses.survey_page import page_language
from surveys.authoring.content import Content, content_for
from surveys.models import Collector, SurveyVersion

_words = CommentField(required=False)
_shown = Signer(salt="responses.shown-version")


class Refused(ValueError):
    """It can't be recorded as it is; `reason` names the field: client_key, version, score, comment, answers."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class SentAnswer:
    """A readable answer, as `record_visit` takes it. `version`: what was on the screen; None for what is live."""

    client_key: UUID
    score: int
    comment: str = ""
    wants_contact: bool | None = None
    language: str = ""
    answers: tuple[Said, ...] = ()
    visitor: Visitor = field(default_factory=Visitor)
    answered_at: datetime | None = None
    version: SurveyVersion | None = None


def read_object(body: bytes, *, largest: int) -> dict[str, Any] | None:
    """The JSON object in `body`; None where it is none, nested without end, or longer than `largest` bytes."""
    try:
        sent = json.loads(body) if len(body) <= largest else None
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) else None


def shown_version(collector: Collector) -> str:
    """What a page sends back to say which version was on the screen; for this place alone."""
    return _shown.sign(f"{collector.pk}:{collector.survey.published_id or ''}")


def read_sent(data: Any, collector: Collector) -> SentAnswer:
    """`data` is whatever the JSON held. Raises Refused; a clock that can't be right counts as none."""
    if not isinstance(data, Mapping):
        raise Refused("score")
    version = _version(data.get("version"), collector)
    content = version.parsed if version else content_for(collector.survey)
    wish, score = data.get("wants_contact"), data.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= 10:
        raise Refused("score")
    return SentAnswer(
        client_key=_key(data.get("client_key")),
        score=score,
        comment=_comment(data.get("comment", ""), "comment"),
        wants_contact=wish if isinstance(wish, bool) else None,
        language=page_language(content, str(data.get("language", "")), collector.language),
        answers=tuple(fitting(content, class_of(score), _answers(data.get("answers", {}), content))),
        visitor=Visitor(name=_line(data.get("name"), 120), address=_line(data.get("address"), 254)),
        answered_at=_moment(data.get("answered_at"), collector),
        version=version,
    )


def _key(told: Any) -> UUID:
    try:
        return UUID(told)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused("client_key") from error


def _version(told: Any, collector: Collector) -> SurveyVersion | None:
    if not told:
        return None
    try:
        place, _colon, pk = _shown.unsign(str(told)).partition(":")
    except (BadSignature, UnicodeError) as error:  # half a character can be sent, but not signed
        raise Refused("version") from error
    found = SurveyVersion.objects.select_related("survey").filter(pk=pk).first() if pk else None
    if place != str(collector.pk) or (pk and found is None):
        raise Refused("version")
    return found


def _comment(told: Any, reason: str) -> str:
    try:
        text: str = _words.clean(told)
    except ValidationError as error:
        raise Refused(reason) from error
    return text


def _line(told: Any, longest: int) -> str:
    return " ".join(str(told or "").replace("\0", "").split()).encode(errors="replace").decode()[:longest]


def _answers(told: Any, content: Content) -> list[Said]:
    if not isinstance(told, Mapping):
        raise Refused("answers")
    found: list[Said] = []
    for question in content.extras:
        value = told.get(question.key)
        try:
            said = Said.of(question, value)
        except (ValueError, TypeError) as error:
            raise Refused("answers") from error
        if said and said.text:
            said = Said.of(question, _comment(said.text, "answers"))
        found += [said] if said else []
    return found


def _moment(told: Any, collector: Collector) -> datetime | None:
    try:
        at = parse_datetime(str(told))
    except ValueError:
        return None
    return at if at and timezone.is_aware(at) and at >= collector.created_at else None
