"""Events from a file: a customer's number, when it happened, the event's number; what else stands there are its properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nps_platform.customers.models import Customer
from nps_platform.lib.chunks import in_chunks
from nps_platform.lib.csvio import Unreadable, parse_date, preview, rows, sniff
from nps_platform.lib.words import fold
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization
from surveys.actions.events import AT_ONCE, Fact, take_events
from surveys.models import Programme

# Clocks of other systems run a little ahead.
AHEAD = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CUSTOMER = ("customer", "external id", "customer number", "cliente", "numero de cliente", "codice cliente")
OCCURRED = ("occurred at", "date", "happened at", "fecha", "data", "when")
EVENT = ("event id", "event", "order", "id", "evento", "pedido", "ordine")
MOST_TOLD = 20


@dataclass
class EventTally:
    """What became of a file's rows; `problems` are the first lines that could not be read, with why."""

    invited: int = 0
    skipped: int = 0
    known: int = 0
    refused: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, code: str) -> None:
        self.refused += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append((line, code))


class NoColumn(ValueError):
    """The file has no column of customers' numbers."""


def tell_file(programme: Programme, path: Path | str, *, by: Membership | None) -> EventTally:
    """Tell `programme` of a CSV file's events, a thousand at a time; safe to repeat.

    Raises CsvRefused, NoColumn, WrongState, BrokenSegment.
    """
    dialect, tally = sniff(path), EventTally()
    header = preview(path, dialect).header
    names = [fold(cell.strip()).replace("_", " ") for cell in header]
    customer, occurred, event = (_column(names, wanted) for wanted in (CUSTOMER, OCCURRED, EVENT))
    if customer is None:
        raise NoColumn
    others = [i for i in range(len(header)) if i not in (customer, occurred, event)]
    records = islice(rows(path, dialect), 1, None)
    for some in in_chunks(records, AT_ONCE):
        known = _customers(cells[customer] for _line, cells in some if customer < len(cells))
        facts = []
        for line, cells in some:
            person = known.get(cells[customer].strip()) if customer < len(cells) else None
            at = _moment(cells[occurred]) if occurred is not None and occurred < len(cells) else timezone.now()
            if person is None:
                tally.refuse(line, "unknown_customer")
            elif at is None:
                tally.refuse(line, "moment")
            else:
                said = {header[i][:60]: cells[i][:200] for i in others if i < len(cells) and cells[i]}
                name = cells[event].strip()[:100] if event is not None and event < len(cells) else ""
                facts.append(Fact(person, at, name, said))
        _tell(programme, facts, tally, by)
    return tally


def _column(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _customers(numbers: Iterator[str]) -> dict[str, Customer]:
    found = Customer.objects.filter(external_id__in={number.strip() for number in numbers}, erased_at=None)
    return {customer.external_id or "": customer for customer in found}


def _moment(text: str) -> datetime | None:
    """A moment, or a day on the organisation's calendar; None where it is neither, in the future or long ago."""
    zone = ZoneInfo(current_organization().timezone)
    try:
        at = parse_datetime(text.strip())
        if at is None:
            at = datetime.combine(parse_date(text.strip()), time(0))
    except (ValueError, Unreadable, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return at if EARLIEST <= at <= timezone.now() + AHEAD else None


def _tell(programme: Programme, facts: list[Fact], tally: EventTally, by: Membership | None) -> None:
    before = set(programme.events.filter(event_id__in=[f.known_as for f in facts]).values_list("event_id", flat=True))
    told = {event.event_id: event for event in take_events(programme, facts, by=by)} if facts else {}
    new = [event for name, event in told.items() if name not in before]
    tally.known += len(facts) - len(new)
    tally.invited += sum(1 for event in new if not event.skip_reason)
    tally.skipped += sum(1 for event in new if event.skip_reason)
