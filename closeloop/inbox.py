"""The inbox's list: which cases, in which order, how many, and what came in since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db.models import Q
from django.utils import timezone

from closeloop.forms import InboxFilterForm
from closeloop.models import Case, CaseEvent
from closeloop.querysets import CaseQuerySet
from nps_platform.customers.models import Account, Customer
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.tenancy.api_paging import rows_after
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from responses.models import Response

PAGE = 40
COUNT_CAP = 999
MOST_NEWS = 20
VIEWS = ("mine", "unassigned", "overdue", "open", "resolved")
ORDERINGS: dict[str, tuple[str, ...]] = {"due": ("is_waiting", "act_by", "id"), "newest": ("-id",)}
_SALT = "closeloop.inbox"


@dataclass(frozen=True)
class InboxFilters:
    """What the address asks for; anything unreadable in it is left out."""

    view: str = "open"
    order: str = "due"
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, query: Mapping[str, str]) -> InboxFilters:
        """From an address's query."""
        form = InboxFilterForm(query)
        form.is_valid()
        values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        return cls(values.pop("view", "open"), values.pop("order", "due"), values)

    def cases(self, reader: Membership) -> CaseQuerySet:
        """The cases asked for, unordered."""
        return self.narrowed(_in_view(self.view, reader))

    def narrowed(self, cases: CaseQuerySet) -> CaseQuerySet:
        """Those of `cases` that the further filters and the search leave."""
        for name, value in self.values.items():
            cases = cases.filter(_TERMS[name](value))
        return cases

    @property
    def ordering(self) -> tuple[str, ...]:
        """Closed cases have nothing due: they stand newest first."""
        return ORDERINGS["newest" if self.view == "resolved" else self.order]


def _in_view(view: str, reader: Membership) -> CaseQuerySet:
    views = {
        "mine": lambda: Case.objects.open().of(reader),
        "unassigned": lambda: Case.objects.unassigned(),
        "overdue": lambda: Case.objects.overdue(timezone.now()),
        "open": lambda: Case.objects.open(),
        "resolved": lambda: Case.objects.filter(is_open=False),
    }
    return views[view]()


def _searched(text: str) -> Q:
    """The number, the customer, the comment, or anything written in the case: each table is read once, apart."""
    people = Q(name__icontains=text) | Q(email__icontains=text) | Q(external_id__icontains=text)
    found = (
        Q(customer__in=Customer.objects.filter(people))
        | Q(account__in=Account.objects.filter(name__icontains=text))
        | Q(response__in=Response.objects.filter(comment__icontains=text))
        | Q(pk__in=CaseEvent.objects.filter(text__icontains=text).values("case"))
    )
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 12:
        found |= Q(number=int(number))
    return found


_TERMS = {
    "q": _searched,
    "nps_class": lambda value: Q(nps_class=value),
    "survey": lambda value: Q(response__survey=value),
    "touchpoint": lambda value: Q(response__touchpoint=value),
    "unit": lambda value: Q(response__unit__path__startswith=value.path),
    "team": lambda value: Q(team=value),
}


@dataclass(frozen=True)
class Row:
    """One case in the list; `worth` is what the customer brought in twelve months, None where the reader sees no money."""

    case: Case
    worth: Decimal | None = None
    customer_spoke: bool = False
    is_news: bool = False


@dataclass(frozen=True)
class Page:
    """One stretch of the list; `after` is where the next begins, empty at the end."""

    rows: list[Row]
    after: str


def page(filters: InboxFilters, reader: Membership, *, after: str = "") -> Page:
    """Forty cases from the cursor `after` on (keyset: page 100 costs what page 1 does)."""
    ordering = filters.ordering
    cases = filters.cases(reader).with_people().order_by(*ordering)
    if bound := _read_cursor(after, ordering):
        cases = cases.filter(rows_after(ordering, bound))
    found = list(cases[: PAGE + 1])
    cursor = _cursor(found[PAGE - 1], ordering) if len(found) > PAGE else ""
    return Page(rows_of(found[:PAGE], reader), cursor)


def rows_of(cases: Iterable[Case], reader: Membership, *, is_news: bool = False) -> list[Row]:
    """The cases with what a row adds, in two queries for all of them."""
    cases = list(cases)
    worth = worth_of(cases, reader)
    spoke = _customer_spoke_last(cases)
    return [Row(case, worth.get(case.customer_id), case.pk in spoke, is_news) for case in cases]


def worth_of(cases: Iterable[Case], reader: Membership) -> dict[Any, Decimal]:
    """{customer id: revenue of the last twelve months loaded}; nothing for a reader who sees no money."""
    if not reader.may(Right.MONEY):
        return {}
    return yearly_values([case.customer for case in cases if case.customer], last_year())


def _customer_spoke_last(cases: list[Case]) -> set[int]:
    """Those whose customer wrote and waits for our word."""
    ours = ["reply", "call", "resolved"]
    kinds = [CaseEvent.Kind.CUSTOMER_REPLY, CaseEvent.Kind.REOPENED, *ours]
    events = CaseEvent.objects.filter(case__in=cases, kind__in=kinds).order_by("at", "id")
    last = {event["case"]: event for event in events.values("case", "kind", "actor")}
    return {pk for pk, event in last.items() if event["kind"] not in ours and event["actor"] is None}


def counts(filters: InboxFilters, reader: Membership) -> dict[str, int]:
    """How many each view holds under the same further filters, counted no further than COUNT_CAP + 1.

    None under a search: each count would read every case again.
    """
    if "q" in filters.values:
        return {}
    return {
        view: filters.narrowed(_in_view(view, reader)).order_by()[: COUNT_CAP + 1].count()
        for view in VIEWS
        if view != "resolved"
    }


def newest_id() -> int:
    """The last case there is: what opens later is news."""
    return Case.objects.newest_first().values_list("pk", flat=True).first() or 0


def news(filters: InboxFilters, reader: Membership, *, seen: int) -> list[Row]:
    """Cases opened after the case `seen` that belong into this list, newest first."""
    fresh = filters.cases(reader).filter(pk__gt=seen).with_people().newest_first()[:MOST_NEWS]
    return rows_of(fresh, reader, is_news=True)


def _cursor(case: Case, ordering: tuple[str, ...]) -> str:
    values = [getattr(case, name.lstrip("-")) for name in ordering]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signing.dumps([list(ordering), plain], salt=_SALT)


def _read_cursor(cursor: str, ordering: tuple[str, ...]) -> list[Any] | None:
    """Its values; None for none, and for one that is broken or of another order: the list begins anew."""
    try:
        told, values = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return values if told == list(ordering) else None
