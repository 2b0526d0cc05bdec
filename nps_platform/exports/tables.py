"""What each kind of export holds: its right, its head, and its rows, read in portions so that memory stays flat.

Columns are named for programs, in English, like those of the API. Moments stand in the organisation's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone

from closeloop.inbox import InboxFilters
from closeloop.models import Case, CaseEvent
from closeloop.querysets import CaseQuerySet
from dashboards.forms import FilterForm
from dashboards.queries.comments import voices
from dashboards.queries.filters import answers_in
from dashboards.readers import Reader
from dashboards.redaction import redact
from dashboards.tables import voice_head, voice_row
from nps_platform.customers.models import AttributeDefinition, Customer, RevenueEntry
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.exports.models import Export
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization
from responses.models import Answer

PORTION = 500
Row = Sequence[object]
M = TypeVar("M", bound=Model)
EVERYTHING = Reader(personal=True, comments=True, cases=True, money=True, customers=True)


@dataclass(frozen=True)
class Asked:
    """Whose eyes the table is made for, and what they asked for. No member: a program with a key, which the API shows all."""

    query: QueryDict
    member: Membership | None

    @property
    def reader(self) -> Reader:
        return Reader.of(self.member) if self.member else EVERYTHING

    def may(self, right: Right) -> bool:
        return self.member is None or self.member.may(right)


@dataclass(frozen=True)
class Table:
    """One kind of export. `count` foresees the rows."""

    rights: tuple[Right, ...]
    count: Callable[[Asked], int]
    head: Callable[[Asked], Sequence[str]]
    rows: Callable[[Asked], Iterator[Row]]


def _portions(rows: QuerySet[M]) -> Iterator[list[M]]:
    """All of them, oldest first, a statement each PORTION."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:PORTION]):
        yield some
        last = some[-1].pk


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None


# --- cases -----------------------------------------------------------------------------------------------------------
_CASE = (
    *("case", "state", "class", "score", "answered", "comment", "survey", "touchpoint", "unit", "account"),
    *("team", "assignee", "priority", "opened", "due", "acknowledged", "attempted", "reached", "resolved"),
    *("confirmed", "reopened", "root_cause", "outcome"),
)
_PERSON = ("customer", "name", "email", "phone")
_WORTH = ("revenue_12_months", "currency")


def _cases(asked: Asked) -> CaseQuerySet:
    """Those of the inbox's list; without a view, open and closed ones."""
    filters = InboxFilters.read(asked.query, asked.member)
    if asked.member is None or not asked.query.get("view"):
        narrowing = {name: value for name, value in filters.values.items() if asked.member or name != "whose"}
        return InboxFilters(values=narrowing).narrowed(Case.objects.all(), asked.member)  # type: ignore[arg-type]
    return filters.cases(asked.member)


def _case_head(asked: Asked) -> Sequence[str]:
    return (*_CASE, *(_PERSON if asked.reader.personal else ()), *(_WORTH if asked.reader.money else ()))


def _case_rows(asked: Asked) -> Iterator[Row]:
    window = last_year() if asked.reader.money else None
    for cases in _portions(_cases(asked).with_people().select_related("response__unit", "root_cause")):
        customers = [case.customer for case in cases if case.customer]
        worth = yearly_values(customers, window) if asked.reader.money else {}
        for case in cases:
            person = _person(case) if asked.reader.personal else ()
            value = _value(worth, case) if asked.reader.money else ()
            yield (*_case_row(case, asked.reader), *person, *value)


def _value(worth: dict[int, Decimal], case: Case) -> Row:
    brought = worth.get(case.customer_id) if case.customer_id else None
    return (None if brought is None else round(brought, 2), current_organization().currency)


def _case_row(case: Case, reader: Reader) -> Row:
    answer = case.response
    said = answer.comment if reader.personal else redact(answer.comment, [case.who])
    times = (case.opened_at, case.owed_by, case.acknowledged_at, case.attempted_at, case.reached_at, case.resolved_at)
    return (
        *(case.number, str(case.state), case.nps_class, answer.score, _local(answer.answered_at), said),
        *(str(part or "") for part in (answer.survey, answer.touchpoint, answer.unit, case.account)),
        *(str(case.team or ""), str(case.assignee or ""), int(case.priority)),
        *map(_local, (*times, case.confirmed_at, case.reopened_at)),
        case.root_cause.key if case.root_cause else "",
        case.outcome,
    )


def _person(case: Case) -> Row:
    customer = case.customer
    if customer is None:
        return ("", case.response.visitor_name, case.response.visitor_address, "")
    return (customer.external_id or "", customer.name, customer.email, customer.phone)


# --- timelines and notes ---------------------------------------------------------------------------------------------
_TOLD = ("rule", "assignee_name", "team_name", "root_cause", "outcome", "verdict", "before", "after", "contact")


def _events(asked: Asked) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(case__in=_cases(asked)).select_related("case")


def _notes(asked: Asked) -> QuerySet[CaseEvent]:
    return _events(asked).filter(kind=CaseEvent.Kind.NOTE)


def _event_rows(asked: Asked) -> Iterator[Row]:
    for events in _portions(_events(asked)):
        for event in events:
            told = "; ".join(f"{name}: {event.data[name]}" for name in _TOLD if event.data.get(name) not in (None, ""))
            yield (event.case.number, _local(event.at), event.kind, event.actor_label, event.text, told)


def _note_rows(asked: Asked) -> Iterator[Row]:
    for notes in _portions(_notes(asked)):
        for note in notes:
            yield (note.case.number, _local(note.at), note.actor_label, note.text)


# --- answers ---------------------------------------------------------------------------------------------------------
def _form(asked: Asked) -> FilterForm:
    return FilterForm(asked.query)


def _answer_count(asked: Asked) -> int:
    form = _form(asked)
    return voices(form.filters(), asked.reader, nps_class=_class(asked), limit=1, wrote=False).total


def _class(asked: Asked) -> str:
    return _form(asked).chosen_class()


def _questions(asked: Asked) -> list[str]:
    """The keys of the further questions that were answered, each a column."""
    answers = answers_in(_form(asked).filters())
    return sorted(set(Answer.objects.filter(response__in=answers).order_by().values_list("key", flat=True).distinct()))


def _answer_head(asked: Asked) -> Sequence[str]:
    return voice_head(_questions(asked), with_who=asked.reader.personal)


def _answer_rows(asked: Asked) -> Iterator[Row]:
    filters, questions, cursor = _form(asked).filters(), _questions(asked), ""
    while True:
        found = voices(filters, asked.reader, nps_class=_class(asked), cursor=cursor, limit=PORTION, wrote=False)
        for voice in found.voices:
            yield voice_row(voice, questions, with_who=asked.reader.personal)
        cursor = found.next_cursor
        if not cursor:
            return


# --- customers and revenue -------------------------------------------------------------------------------------------
_CUSTOMER = ("customer", "name", "email", "phone", "language", "account", "unit", "joined", "country", "timezone")


def _customers(_asked: Asked) -> QuerySet[Customer]:
    return Customer.objects.filter(erased_at=None)


def _attributes() -> list[str]:
    return list(AttributeDefinition.objects.order_by("key").values_list("key", flat=True))


def _customer_rows(asked: Asked) -> Iterator[Row]:
    keys = _attributes()
    for customers in _portions(_customers(asked).select_related("account", "unit")):
        for one in customers:
            known = (one.external_id or "", one.name, one.email, one.phone, one.language)
            place = (str(one.account or ""), str(one.unit or ""), one.joined_on, one.country, one.timezone)
            yield (*known, *place, *(_plain(one.attributes.get(key)) for key in keys))


def _plain(value: Any) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _revenue_rows(asked: Asked) -> Iterator[Row]:
    for entries in _portions(RevenueEntry.objects.all()):
        for entry in entries:
            of = "" if entry.is_erased else entry.customer_ref
            yield (of, f"{entry.period:%Y-%m}", entry.amount, entry.currency, int(entry.customer_id is not None))


TABLES: dict[str, Table] = {
    Export.Kind.CASES: Table((Right.CASES,), lambda asked: _cases(asked).count(), _case_head, _case_rows),
    Export.Kind.TIMELINES: Table(
        (Right.CASES,),
        lambda asked: _events(asked).count(),
        lambda _asked: ("case", "at", "kind", "who", "text", "details"),
        _event_rows,
    ),
    Export.Kind.NOTES: Table(
        (Right.CASES,), lambda asked: _notes(asked).count(), lambda _asked: ("case", "at", "who", "text"), _note_rows
    ),
    Export.Kind.RESPONSES: Table((Right.COMMENTS,), _answer_count, _answer_head, _answer_rows),
    Export.Kind.CUSTOMERS: Table(
        (Right.CUSTOMERS,),
        lambda asked: _customers(asked).count(),
        lambda _asked: (*_CUSTOMER, *_attributes()),
        _customer_rows,
    ),
    Export.Kind.REVENUE: Table(
        (Right.MONEY, Right.LOAD_REVENUE),
        lambda _asked: RevenueEntry.objects.count(),
        lambda _asked: ("customer", "month", "amount", "currency", "matched"),
        _revenue_rows,
    ),
}
