"""What customers wrote, as much of it as the reader may see."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dashboards.queries.filters import Filters, answers_in
from dashboards.readers import Reader
from dashboards.redaction import redact
from responses.models import Response

PAGE = 30


@dataclass(frozen=True, slots=True)
class Voice:
    """One comment. `who` is empty and `text` redacted for readers without personal data; `case` only for those who work
    on cases."""

    id: int
    score: int
    nps_class: str
    text: str
    who: str
    customer_id: int | None
    where: str
    at: datetime
    case: int | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Voices:
    """A page of comments, newest first. `hidden`: too few people answered for this reader to read any."""

    voices: list[Voice]
    total: int
    next_cursor: str = ""
    hidden: bool = False


def voices(
    filters: Filters,
    reader: Reader,
    *,
    nps_class: str = "",
    words: str = "",
    cursor: str = "",
    limit: int = PAGE,
) -> Voices:
    """Comments of the filters' period. `words` looks in the text, for readers who may see who wrote it."""
    answers = answers_in(filters)
    if reader.threshold > 1 and answers.values("id")[: reader.threshold].count() < reader.threshold:
        return Voices([], 0, hidden=True)
    wanted = _wanted(answers, nps_class, words if reader.personal else "")
    page = list(_after(_with_people(wanted), cursor)[: limit + 1])
    following = _cursor(page[limit - 1]) if len(page) > limit else ""
    return Voices([_voice(answer, reader) for answer in page[:limit]], wanted.count(), following)


def _wanted(answers: QuerySet[Response], nps_class: str, words: str) -> QuerySet[Response]:
    answers = answers.exclude(comment="")
    if nps_class:
        answers = answers.filter(nps_class=nps_class)
    return answers.filter(comment__icontains=words) if words else answers


def _with_people(answers: QuerySet[Response]) -> QuerySet[Response]:
    return answers.select_related("customer", "account", "touchpoint", "survey", "case").order_by("-answered_at", "-id")


def _voice(answer: Response, reader: Reader) -> Voice:
    customer = answer.customer
    who = str(customer) if customer and reader.personal else ""
    case = getattr(answer, "case", None) if reader.cases else None
    return Voice(
        answer.pk,
        answer.score,
        answer.nps_class,
        answer.comment if reader.personal else redact(answer.comment, _names_of(answer)),
        who,
        customer.pk if customer and reader.personal and reader.customers and not customer.erased_at else None,
        answer.touchpoint.name if answer.touchpoint else answer.survey.name,
        answer.answered_at,
        case.number if case else None,
        case.due_at if case and case.is_open and not case.attempted_at else None,
    )


def sentence_of(answer: Response | None, reader: Reader) -> str:
    """One comment for a report, as much of it as the reader may see."""
    if answer is None:
        return ""
    return answer.comment if reader.personal else redact(answer.comment, _names_of(answer))


def _names_of(answer: Response) -> list[str]:
    customer, account = answer.customer, answer.account
    known = [customer.name, customer.external_id or "", customer.email.split("@")[0]] if customer else []
    return [*known, *([account.name, account.external_id] if account else [])]


# --- pages -----------------------------------------------------------------------------------------------------------
def _cursor(answer: Response) -> str:
    return base64.urlsafe_b64encode(f"{answer.answered_at.isoformat()}|{answer.pk}".encode()).decode()


def _after(answers: QuerySet[Response], cursor: str) -> QuerySet[Response]:
    """Those older than the cursor's; a cursor that can't be read shows the first page."""
    try:
        at, pk = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        moment, number = datetime.fromisoformat(at), int(pk)
    except (ValueError, binascii.Error):
        return answers
    return answers.filter(Q(answered_at__lt=moment) | Q(answered_at=moment, pk__lt=number))
