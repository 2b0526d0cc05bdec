"""The inbox's list: which cases, in which order, how many, and what came in since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.functional import cached_property

from closeloop.list_forms import InboxFilterForm
from closeloop.models import Case, CaseEvent, CaseTag, Draft
from closeloop.querysets import CaseQuerySet
from closeloop.searching import Found, search
from closeloop.urgency import Risk
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.tenancy.api_paging import rows_after
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

PAGE = 40
COUNT_CAP = 999
MOST_NEWS = 20
# So many cases can be worked on in one go.
CHOSEN = 5_000
SOON = timedelta(days=1)
VIEWS = ("mine", "unassigned", "overdue", "open", "resolved")
ORDERINGS: dict[str, tuple[str, ...]] = {"due": ("is_at_rest", "act_by", "id"), "newest": ("-id",)}
_SALT = "closeloop.inbox"


@dataclass(frozen=True)
class Stretch:
    """A part of the list: which cases at a moment, in an order that a keyset can follow."""

    ordering: tuple[str, ...]
    narrowed: Callable[[CaseQuerySet, datetime], CaseQuerySet] = lambda cases, _at: cases


# What is at rest is a stretch of its own: a keyset bound on a column of two values would bound nothing.
# By value, what is overdue still comes first: a small customer waits no longer than promised.
STRETCHES: dict[str, tuple[Stretch, ...]] = {
    "due": (
        Stretch(("act_by", "id"), lambda cases, _at: cases.filter(is_at_rest=False)),
        Stretch(("act_by", "id"), lambda cases, _at: cases.filter(is_at_rest=True)),
    ),
    "newest": (Stretch(ORDERINGS["newest"]),),
    "value": (
        Stretch(("act_by", "id"), lambda cases, at: cases.overdue(at)),
        Stretch(("-risk_rank", "id"), lambda cases, at: cases.filter(is_at_rest=False, act_by__gte=at)),
        Stretch(("-risk_rank", "id"), lambda cases, _at: cases.filter(is_at_rest=True)),
    ),
}


@dataclass(frozen=True)
class InboxFilters:
    """What the address asks for; anything unreadable in it is left out."""

    view: str = "open"
    order: str = "due"
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, query: Mapping[str, str], reader: Membership | None) -> InboxFilters:
        """From an address's query; nobody narrows by money who sees none."""
        form = InboxFilterForm(query, reader=reader)
        form.is_valid()
        values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        return cls(values.pop("view", "open"), values.pop("order", "due"), values)

    def cases(self, reader: Membership) -> CaseQuerySet:
        """The cases asked for, unordered."""
        return self.narrowed(_in_view(self.view, reader), reader)

    def narrowed(self, cases: CaseQuerySet, reader: Membership) -> CaseQuerySet:
        """Those of `cases` that the further filters and the search leave."""
        for name, value in self.values.items():
            if name == "q":
                cases = cases.filter(self.found.cases)
            else:
                cases = cases.around(reader) if name == "whose" else _TERMS[name](cases, value)
        return cases

    @cached_property
    def found(self) -> Found:
        """What the search finds, asked for once."""
        return search(self.values["q"])

    @property
    def is_own(self) -> bool:
        """Whether it is more than one of the usual views."""
        return bool(self.values) or self.order != "due"

    @property
    def by_value(self) -> bool:
        return self.order == "value" and self.view != "resolved"

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The list's parts, one after the other. Closed cases have nothing due: they stand newest first."""
        return STRETCHES["newest" if self.view == "resolved" else self.order]


def _in_view(view: str, reader: Membership) -> CaseQuerySet:
    views = {
        "mine": lambda: Case.objects.open().of(reader),
        "unassigned": lambda: Case.objects.unassigned(),
        "overdue": lambda: Case.objects.overdue(timezone.now()),
        "open": lambda: Case.objects.open(),
        "resolved": lambda: Case.objects.filter(is_open=False),
    }
    return views[view]()


def _by_contact(cases: CaseQuerySet, which: str) -> CaseQuerySet:
    now = timezone.now()
    return cases.untouched(before=now) if which == "late" else cases.untouched(before=now + SOON, since=now)


def _by_solution(cases: CaseQuerySet, which: str) -> CaseQuerySet:
    now = timezone.now()
    return cases.unsolved(before=now) if which == "late" else cases.unsolved(before=now + SOON, since=now)


def _midnight(day: date) -> datetime:
    """When a day begins for who looks."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


_TERMS: dict[str, Callable[[CaseQuerySet, Any], CaseQuerySet]] = {
    "nps_class": lambda cases, value: cases.filter(nps_class=value),
    "survey": lambda cases, value: cases.filter(response__survey=value),
    "touchpoint": lambda cases, value: cases.filter(response__touchpoint=value),
    "unit": lambda cases, value: cases.filter(response__unit__path__startswith=value.path),
    "team": lambda cases, value: cases.filter(team=value),
    "person": lambda cases, value: cases.filter(assignee=value),
    "priority": lambda cases, value: cases.filter(priority=value),
    "tag": lambda cases, value: cases.filter(pk__in=CaseTag.objects.filter(tag=value).values("case")),
    "wish": lambda cases, value: cases.filter(response__wants_contact=value == "yes"),
    "value_from": lambda cases, value: cases.filter(yearly_value__gte=value),
    "opened_from": lambda cases, day: cases.filter(opened_at__gte=_midnight(day)),
    "opened_to": lambda cases, day: cases.filter(opened_at__lt=_midnight(day + timedelta(days=1))),
    "contact": _by_contact,
    "solution": _by_solution,
}


@dataclass(frozen=True)
class Row:
    """One case in the list; `worth` is what the customer brought in twelve months. No money for a reader who sees none."""

    case: Case
    worth: Decimal | None = None
    risk: Risk | None = None
    customer_spoke: bool = False
    tags: tuple[str, ...] = ()
    is_news: bool = False

    @property
    def promise_is_late(self) -> bool:
        """The day by which something was promised is over."""
        day = self.case.promised_for
        return day is not None and day < timezone.localdate()

    has_draft: bool = False


@dataclass(frozen=True)
class Page:
    """One stretch of the list; `after` is where the next begins, empty at the end."""

    rows: list[Row]
    after: str


def page(filters: InboxFilters, reader: Membership, *, after: str = "") -> Page:
    """Forty cases from the cursor `after` on (keyset: page 100 costs what page 1 does)."""
    place = _read_cursor(after, filters) or Place(0, timezone.now())
    cases = filters.cases(reader).with_people()
    found: list[tuple[int, Case]] = []
    for number in range(place.stretch, len(filters.stretches)):
        stretch = filters.stretches[number]
        part = stretch.narrowed(cases, place.at).order_by(*stretch.ordering)
        if place.behind and number == place.stretch:
            part = part.filter(rows_after(stretch.ordering, place.behind))
        found += [(number, case) for case in part[: PAGE + 1 - len(found)]]
        if len(found) > PAGE:
            break
    shown = found[:PAGE]
    follows = cursor(filters, *shown[-1], place.at) if len(found) > PAGE else ""
    return Page(rows_of([case for _number, case in shown], reader), follows)


def rows_of(cases: Iterable[Case], reader: Membership, *, is_news: bool = False) -> list[Row]:
    """The cases with what a row adds, in a few queries for all of them."""
    cases = list(cases)
    worth = worth_of(cases, reader)
    spoke, tags = _customer_spoke_last(cases), tags_of(cases)
    begun = set(Draft.objects.filter(author=reader, case__in=cases).values_list("case", flat=True))
    now, money = timezone.now(), reader.may(Right.MONEY)
    return [
        Row(
            case,
            worth.get(case.customer_id),
            case.risk(now) if money else None,
            case.pk in spoke,
            tuple(tags.get(case.pk, ())),
            is_news,
            has_draft=case.pk in begun,
        )
        for case in cases
    ]


def tags_of(cases: Iterable[Case]) -> dict[int, list[str]]:
    """{case id: the names of its tags, in order}."""
    found: dict[int, list[str]] = {}
    for link in CaseTag.objects.filter(case__in=list(cases)).select_related("tag"):
        found.setdefault(link.case_id, []).append(link.tag.name)
    return found


def chosen(filters: InboxFilters, reader: Membership, most: int) -> list[int]:
    """Ids of all cases that match, the newest first."""
    return list(filters.cases(reader).newest_first().values_list("pk", flat=True)[:most])


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

    None under a search that reads rows: each count would read them again.
    """
    if "q" in filters.values and not filters.found.is_quick:
        return {}
    return {
        view: filters.narrowed(_in_view(view, reader), reader).order_by()[: COUNT_CAP + 1].count()
        for view in VIEWS
        if view != "resolved"
    }


def held(filters: InboxFilters, reader: Membership) -> int | None:
    """How many cases this list holds, counted no further than COUNT_CAP + 1; None where a search would read rows for it."""
    if "q" in filters.values and not filters.found.is_quick:
        return None
    return filters.cases(reader).order_by()[: COUNT_CAP + 1].count()


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


@dataclass(frozen=True)
class Place:
    """Where a page begins: in which stretch, behind which values; `at` is when the list was begun, so that its parts fit."""

    stretch: int
    at: datetime
    behind: list[Any] | None = None


def cursor(filters: InboxFilters, stretch: int, case: Case, at: datetime) -> str:
    """Where the page begins that follows this case."""
    ordering = filters.stretches[stretch].ordering
    values = [getattr(case, name.lstrip("-")) for name in ordering]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signing.dumps([stretch, list(ordering), at.isoformat(), plain], salt=_SALT)


def _read_cursor(given: str, filters: InboxFilters) -> Place | None:
    """None for none, and for one that is broken or of another order: the list begins anew."""
    try:
        stretch, ordering, at, values = signing.loads(given, salt=_SALT)
        place = Place(stretch, datetime.fromisoformat(at), values)
        return place if list(filters.stretches[stretch].ordering) == ordering else None
    except (signing.BadSignature, IndexError, TypeError, ValueError):
        return None
