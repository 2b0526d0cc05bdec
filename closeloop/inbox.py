"""The inbox's list: which cases, in which order, how many, and what came in since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db.models import Q
from django.utils import timezone

from closeloop.forms import InboxFilterForm
from closeloop.models import Case, CaseEvent, Draft
from closeloop.querysets import CaseQuerySet
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.lib.folding import found_in
from nps_platform.tenancy.api_paging import rows_after
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

PAGE = 40
COUNT_CAP = 999
MOST_NEWS = 20
SOON = timedelta(days=1)
# Without an index for words (docs/decisions/0018) a search reads rows: so many cases take well under a second.
SEARCHED = 50_000
VIEWS = ("mine", "unassigned", "overdue", "open", "resolved")
ORDERINGS: dict[str, tuple[str, ...]] = {"due": ("is_at_rest", "act_by", "id"), "newest": ("-id",)}
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
        return self.narrowed(_in_view(self.view, reader), reader)

    def narrowed(self, cases: CaseQuerySet, reader: Membership) -> CaseQuerySet:
        """Those of `cases` that the further filters and the search leave."""
        for name, value in self.values.items():
            cases = cases.around(reader) if name == "whose" else _TERMS[name](cases, value)
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
    """The number, the customer or visitor, the comment, or anything written in the newest SEARCHED cases (of which each is read once)."""
    oldest = search_reaches_to()
    written = CaseEvent.objects.filter(found_in("folded", text), case__gte=oldest)
    found = Q(pk__gte=oldest) & (
        found_in("customer__folded", text)
        | found_in("account__folded", text)
        | found_in("response__visitor_folded", text)
        | found_in("response__folded", text)
        | Q(pk__in=written.values("case"))
    )
    number = number_in(text)
    return found | Q(number=number) if number else found


def number_in(text: str) -> int:
    """The case's number that `text` names ("128", "#128"); 0 where it names none."""
    number = text.removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0


def search_reaches_to() -> int:
    """The oldest case that a search reads; 0 while it reads them all."""
    newest = Case.objects.newest_first().values_list("pk", flat=True)[SEARCHED - 1 : SEARCHED + 1]
    return newest[0] if len(newest) > 1 else 0


def _by_contact(cases: CaseQuerySet, which: str) -> CaseQuerySet:
    now = timezone.now()
    return cases.untouched(before=now) if which == "late" else cases.untouched(before=now + SOON, since=now)


def _by_solution(cases: CaseQuerySet, which: str) -> CaseQuerySet:
    now = timezone.now()
    return cases.unsolved(before=now) if which == "late" else cases.unsolved(before=now + SOON, since=now)


_TERMS: dict[str, Callable[[CaseQuerySet, Any], CaseQuerySet]] = {
    "q": lambda cases, text: cases.filter(_searched(text)),
    "nps_class": lambda cases, value: cases.filter(nps_class=value),
    "survey": lambda cases, value: cases.filter(response__survey=value),
    "touchpoint": lambda cases, value: cases.filter(response__touchpoint=value),
    "unit": lambda cases, value: cases.filter(response__unit__path__startswith=value.path),
    "team": lambda cases, value: cases.filter(team=value),
    "contact": _by_contact,
    "solution": _by_solution,
}


@dataclass(frozen=True)
class Row:
    """One case in the list; `worth` is what the customer brought in twelve months, None where the reader sees no money."""

    case: Case
    worth: Decimal | None = None
    customer_spoke: bool = False
    is_news: bool = False
    has_draft: bool = False


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
    """The cases with what a row adds, in a few queries for all of them."""
    cases = list(cases)
    worth = worth_of(cases, reader)
    spoke = _customer_spoke_last(cases)
    begun = set(Draft.objects.filter(author=reader, case__in=cases).values_list("case", flat=True))
    return [
        Row(case, worth.get(case.customer_id), case.pk in spoke, is_news, has_draft=case.pk in begun) for case in cases
    ]


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
        view: filters.narrowed(_in_view(view, reader), reader).order_by()[: COUNT_CAP + 1].count()
        for view in VIEWS
        if view != "resolved"
    }


def capped(count: int) -> str:
    """A count as chips and badges show it: "999+" beyond what is counted."""
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


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
