"""Answers taken with another tool, from a file: set beside the table, or written, a batch at a time.

The same customer, survey, moment and number of the other tool is the same answer: `client_key` is made of them, so that its
constraint lets a file that comes twice, or two workers at once, write it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from nps_platform.customers.actions.upsert import write_customers
from nps_platform.customers.batches import Sorted, accepted, remember, sort
from nps_platform.customers.comparing import compare_customers
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_kinds import Keys
from nps_platform.customers.models import Customer, ImportJob
from nps_platform.customers.reading import Reading, Record
from nps_platform.customers.rows import CustomerRow, RowProblem, RowResult, RowStatus, Tally
from nps_platform.customers.seen import SeenKeys
from responses.actions import new_response
from responses.answers import Said, rows_of
from responses.models import Answer, Response
from responses.recording import announce
from responses.signals import NEWS
from surveys.invitations import close_invitations_before
from surveys.models import Survey

SURVEY, UNKNOWN, MAKE = "survey", "unknown", "make"
# A column that answers one of the survey's questions; its key follows.
ANSWER = "answer:"
_OURS = UUID("6c1f6a0e-8f5f-4b7e-9d55-0d6b2f1f7a11")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as a file says it. `customer` is its person's number; without one, `email` says who it is."""

    customer: str
    email: str
    score: int
    answered_at: datetime
    comment: str = ""
    answer_id: str = ""
    name: str | None = None
    phone: str | None = None
    language: str = ""
    wants_contact: bool | None = None
    answers: tuple[Said, ...] = ()

    @property
    def who(self) -> str:
        """How the file names the person."""
        return f"n:{self.customer}" if self.customer else f"e:{self.email}"

    @property
    def told_apart_by(self) -> list[str]:
        return [f"{self.who}\n{self.answered_at.isoformat()}\n{self.answer_id}"]


ANSWER_KEYS = Keys(lambda row: row.told_apart_by, lambda row: row.told_apart_by, lambda _row: "answered_at")


def take_answers(
    records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool
) -> Tally:
    """Set answers beside the table, or write them in the caller's transaction."""
    options = Reading.from_json(job.reading).options
    survey = Survey.objects.select_related("published", "touchpoint").get(pk=options[SURVEY])
    batch = sort(records, seen, ANSWER_KEYS)
    people = _People(batch.rows, directory, make=options.get(UNKNOWN) == MAKE, write=write)
    try:
        with transaction.atomic():
            tally = _take(batch, survey, people, write=write)
    except IntegrityError:  # a twin of this import was quicker: what it wrote is found now
        tally = _take(batch, survey, people, write=write)
    tally.add(batch.tally)
    tally.errors += batch.tally.errors
    good = accepted(records, tally)
    tally.made = _new_people(good, people, seen)
    remember(good, seen, ANSWER_KEYS)
    return tally


def _take(batch: Sorted, survey: Survey, people: _People, *, write: bool) -> Tally:
    tally, fresh, more = Tally(), [], list[Answer]()
    keys = {place: _key(survey, people.known[row.who], row) for place, row in _of_known(batch, people)}
    standing = _standing(list(keys.values()))
    for place, row in zip(batch.places, batch.rows, strict=True):
        if problems := people.problems.get(row.who):
            tally.refuse(place, *problems)
        elif (kept := standing.get(keys.get(place))) is None:
            tally.created += 1
            fresh.append((keys.get(place), row))
        elif differs := _differs(kept, row):
            tally.refuse(place, differs)
        else:
            missing = _missing(kept, row)
            tally.updated += bool(missing)
            tally.unchanged += not missing
            more += missing
    if write:
        _write(survey, people, fresh)
        Answer.objects.bulk_create(more)
    return tally


def _standing(keys: list[UUID]) -> dict[UUID | None, Response]:
    """What is in already, with its further answers."""
    found = Response.objects.filter(client_key__in=keys).only("client_key", "score", "comment", "organization_id")
    return {answer.client_key: answer for answer in found.prefetch_related("answers")}


def _differs(kept: Response, row: AnswerRow) -> RowProblem | None:
    """What the file says otherwise than what is in."""
    if (kept.score, kept.comment) != (row.score, row.comment):
        return RowProblem("score", "answered_otherwise", str(kept.score))
    known = {answer.key: answer for answer in kept.answers.all()}
    for new in rows_of(kept, row.answers):
        if new.key in known and known[new.key].value != new.value:
            return RowProblem(f"{ANSWER}{new.key}", "told_otherwise")
    return None


def _missing(kept: Response, row: AnswerRow) -> list[Answer]:
    """The further answers that an earlier file had no columns for."""
    known = {answer.key for answer in kept.answers.all()}
    return [new for new in rows_of(kept, row.answers) if new.key not in known]


def _of_known(batch: Sorted, people: _People) -> list[tuple[int, AnswerRow]]:
    return [(place, row) for place, row in zip(batch.places, batch.rows, strict=True) if row.who in people.known]


def _key(survey: Survey, customer: Customer, row: AnswerRow) -> UUID:
    parts = (survey.organization_id, survey.pk, customer.pk, row.answered_at.isoformat(), row.answer_id)
    return uuid5(_OURS, "\n".join(map(str, parts)))


def _write(survey: Survey, people: _People, fresh: Sequence[tuple[UUID | None, AnswerRow]]) -> None:
    """What `record_elsewhere` writes, for many; what is no news is settled at once."""
    now = timezone.now()
    languages = survey.languages
    made: list[Response] = []
    further: list[Answer] = []
    latest: dict[int, datetime] = {}
    for key, row in fresh:
        customer = people.known[row.who]
        answer = new_response(survey, customer, score=row.score, comment=row.comment, answered_at=row.answered_at)
        answer.client_key, answer.channel, answer.wants_contact = key, Response.Channel.IMPORT, row.wants_contact
        answer.language = row.language or customer.language_for(languages)
        answer.followed_up_at = now if now - row.answered_at > NEWS else None
        made.append(answer)
        further += rows_of(answer, row.answers)
        latest[customer.pk] = max(row.answered_at, latest.get(customer.pk, row.answered_at))
    Response.objects.bulk_create(made)
    Answer.objects.bulk_create(further)
    close_invitations_before(survey, latest)
    for number, answer in enumerate(one for one in made if one.followed_up_at is None):
        announce(answer.pk, answer.organization_id, told=number > 0)


def _new_people(good: Sequence[Record], people: _People, seen: SeenKeys) -> int:
    """How many customers these records bring along: a dry run meets the same one in several batches."""
    new = {f"p:{record.row.who}": record.line for record in good if record.row and record.row.who in people.new}
    first = set(new) - set(seen.lines(new))
    seen.add((name, new[name]) for name in first)
    return len(first)


class _People:
    """Who a batch's rows are: `known` customers by how the file names them, why others are refused, and who is `new`."""

    def __init__(self, rows: Sequence[AnswerRow], directory: Directory, *, make: bool, write: bool) -> None:
        self.problems: dict[str, tuple[RowProblem, ...]] = {}
        self.known: dict[str, Customer] = {}
        self.new: set[str] = set()
        by_name = {row.who: row for row in rows}
        ids = self._look_up(by_name, directory)
        unknown = [who for who in by_name if who not in ids and who not in self.problems]
        if not make:
            self.problems |= {who: (_unknown(by_name[who]),) for who in unknown}
        elif unknown:
            ids |= self._make([by_name[who] for who in unknown], directory, write=write)
        found = Customer.objects.select_related("account", "organization").in_bulk(set(ids.values()))
        self.known = {who: found[pk] for who, pk in ids.items()}

    def _look_up(self, by_name: dict[str, AnswerRow], directory: Directory) -> dict[str, int]:
        identities = [CustomerRow(row.customer, email=None if row.customer else row.email) for row in by_name.values()]
        ids = {}
        for who, compared in zip(by_name, compare_customers(identities, directory), strict=True):
            if compared.status == RowStatus.REFUSED:
                self.problems[who] = compared.errors
            elif compared.customer and compared.customer.pk:
                ids[who] = compared.customer.pk
        return ids

    def _make(self, rows: Sequence[AnswerRow], directory: Directory, *, write: bool) -> dict[str, int]:
        wanted = [
            CustomerRow(
                row.customer, email=row.email or None, name=row.name, phone=row.phone, language=row.language or None
            )
            for row in rows
        ]
        results: Sequence[RowResult]
        results = (
            write_customers(wanted, directory) if write else [c.result() for c in compare_customers(wanted, directory)]
        )
        ids = {}
        for row, result in zip(rows, results, strict=True):
            if result.status == RowStatus.REFUSED:
                self.problems[row.who] = result.errors
            elif result.id:
                ids[row.who] = result.id
            if result.status == RowStatus.CREATED:
                self.new.add(row.who)
        return ids


def _unknown(row: AnswerRow) -> RowProblem:
    return RowProblem("external_id" if row.customer else "email", "unknown_customer", (row.customer or row.email)[:200])
