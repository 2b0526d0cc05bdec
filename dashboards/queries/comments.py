"""What customers wrote, as much of it as the reader may see."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from dashboards.queries.filters import Filters, answers_in
from dashboards.readers import Reader
from dashboards.redaction import redact
from nps_platform.lib.folding import found_in
from responses.answers import Told, told_in
from responses.models import Answer, Response
from surveys.authoring.content import QuestionKind

PAGE = 30
# Without an index for words (docs/decisions/0018) a search reads comments: the newest so many, well under a second.
SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody wrote: a comment, words to a further question, or both. `who` is empty and `text` redacted for readers
    without personal data; `case` only for those who work on cases."""

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
    further: list[Told] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The comment, else what was written first."""
        return self.text or next((told.answer for told in self.further if told.in_words), "")


@dataclass(frozen=True, slots=True)
class Voices:
    """A page of comments, newest first. `hidden`: too few people answered for this reader to read any; `searched`: the
    search read that many of the newest and no more, 0 where it read them all.
    """

    voices: list[Voice]
    total: int
    next_cursor: str = ""
    hidden: bool = False
    searched: int = 0


def voices(
    filters: Filters,
    reader: Reader,
    *,
    nps_class: str = "",
    words: str = "",
    question: str = "",
    cursor: str = "",
    limit: int = PAGE,
    wrote: bool = True,
) -> Voices:
    """What was written in the filters' period. `words` looks in it, for readers who may see who wrote it; `question` keeps to
    who wrote something to that further question; `wrote` False: every answer, also without a word."""
    answers = answers_in(filters)
    if reader.threshold > 1 and answers.values("id")[: reader.threshold].count() < reader.threshold:
        return Voices([], 0, hidden=True)
    answers = answers.filter(nps_class=nps_class) if nps_class else answers
    if question or wrote:
        answers = answers.filter(_written(question))
    words = words if reader.personal else ""
    beyond = _beyond_search(answers) if words else None
    wanted = answers.filter(_said(words), **({"answered_at__gt": beyond} if beyond else {}))
    page = list(_after(_with_people(wanted), cursor)[: limit + 1])
    following = _cursor(page[limit - 1]) if len(page) > limit else ""
    shown = [_voice(answer, reader) for answer in page[:limit]]
    return Voices(shown, wanted.count(), following, searched=SEARCHED if beyond else 0)


def _written(question: str) -> Q:
    """Who wrote a comment or to a further question; with `question`, to that one."""
    further = Answer.objects.filter(response=OuterRef("pk"), kind=QuestionKind.TEXT).exclude(text="")
    return Q(Exists(further.filter(key=question))) if question else ~Q(comment="") | Q(Exists(further))


def _said(words: str) -> Q:
    """`words` stand in the comment or in a further answer."""
    if not words.split():
        return Q()
    further = Answer.objects.filter(found_in("folded", words), response=OuterRef("pk"))
    return found_in("folded", words) | Q(Exists(further))


def _beyond_search(answers: QuerySet[Response]) -> datetime | None:
    """When the newest comment was written that a search no longer reads; None while it reads them all."""
    moments = answers.order_by("-answered_at").values_list("answered_at", flat=True)
    return next(iter(moments[SEARCHED : SEARCHED + 1]), None)


def _with_people(answers: QuerySet[Response]) -> QuerySet[Response]:
    related = ("customer", "account", "touchpoint", "survey__published", "version", "case", "collector")
    return answers.select_related(*related).prefetch_related("answers").order_by("-answered_at", "-id")


def _voice(answer: Response, reader: Reader) -> Voice:
    customer = answer.customer
    who = (str(customer) if customer else answer.visitor) if reader.personal else ""
    case = getattr(answer, "case", None) if reader.cases else None
    return Voice(
        answer.pk,
        answer.score,
        answer.nps_class,
        answer.comment if reader.personal else redact(answer.comment, _names_of(answer)),
        who,
        customer.pk if customer and reader.personal and reader.customers and not customer.erased_at else None,
        _where(answer),
        answer.answered_at,
        case.number if case else None,
        case.due_at if case and case.is_open and not case.attempted_at else None,
        _further(answer, reader),
    )


def _where(answer: Response) -> str:
    """What it is about, and the place where whoever came by said it."""
    about = answer.touchpoint.name if answer.touchpoint else answer.survey.name
    return f"{about} · {answer.collector}" if answer.collector else about


def _further(answer: Response, reader: Reader) -> list[Told]:
    """Answers to the survey's other questions; free words as redacted as the comment."""
    told = told_in(answer, get_language() or "")
    if reader.personal:
        return told
    return [replace(one, answer=redact(one.answer, _names_of(answer))) for one in told]


def sentence_of(answer: Response | None, reader: Reader) -> str:
    """One comment for a report, as much of it as the reader may see."""
    if answer is None:
        return ""
    return answer.comment if reader.personal else redact(answer.comment, _names_of(answer))


def _names_of(answer: Response) -> list[str]:
    customer, account = answer.customer, answer.account
    known = [customer.name, customer.external_id or "", customer.email.split("@")[0]] if customer else []
    if answer.visitor:
        known += [answer.visitor_name, answer.visitor_address.partition("@")[0]]
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
