"""What an import's page says: how far it is, what the trial foresaw beside what was written, which rows were refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nps_platform.customers.engine import MAX_ROW_ERRORS
from nps_platform.customers.import_fields import ATTRIBUTE
from nps_platform.customers.import_kinds import ImportKind, kind_of
from nps_platform.customers.models import AttributeDefinition, ImportJob
from nps_platform.customers.reading import Reading
from nps_platform.customers.rows import Tally
from nps_platform.customers.wording import job_problem, row_problem
from nps_platform.tenancy.templatetags.circulo import number

State = ImportJob.State
_STEPS = {State.UPLOADED: 2, State.CHECKING: 3, State.CHECKED: 3, State.RUNNING: 4, State.DONE: 5}


@dataclass(frozen=True)
class Line:
    """A line of the reconciliation: the trial, what was written, what is left."""

    label: str
    foreseen: int
    done: int

    @property
    def left(self) -> int:
        return self.foreseen - self.done


@dataclass(frozen=True)
class Money:
    """Accepted revenue of one currency, and how much of it belongs to nobody known."""

    currency: str
    amount: Decimal
    unmatched: Decimal

    @property
    def matched(self) -> Decimal:
        return self.amount - self.unmatched


@dataclass(frozen=True)
class Refusal:
    """Rows that were refused for the same reason: the first of them, its cell under the file's own heading, and how many."""

    row_number: int
    column: str
    cell: str
    reason: str
    count: int


class ImportReport:
    """Everything about one job that its pages show."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.foreseen = Tally.from_json(job.foreseen)
        self.written = Tally.from_json(job.counts)

    @property
    def kind(self) -> ImportKind:
        return kind_of(self.job.kind)

    @property
    def steps(self) -> list[str]:
        return [_("File"), _("Columns"), _("Trial"), _("Import")]

    @property
    def step(self) -> int:
        if self.job.state == State.FAILED:
            return 4 if self.was_writing else 3
        return _STEPS[State(self.job.state)]

    @property
    def was_writing(self) -> bool:
        return bool(self.job.counts)

    @property
    def problem(self) -> str:
        return job_problem(self.job.problem) if self.job.problem else ""

    @property
    def lines(self) -> list[Line]:
        """New, changed, unchanged; the parts of the sum below them."""
        words = {
            "created": pgettext("rows", "New"),
            "updated": pgettext("rows", "Changed"),
            "unchanged": pgettext("rows", "Unchanged"),
        }
        return [Line(word, getattr(self.foreseen, name), getattr(self.written, name)) for name, word in words.items()]

    @property
    def sum(self) -> Line:
        return Line(_("Sum"), self.foreseen.accepted, self.written.accepted)

    @property
    def agrees(self) -> bool:
        """Whether what was written is what the trial foresaw."""
        return self.job.counts == self.job.foreseen

    @property
    def outcome(self) -> str:
        """What was written, as a sentence: a repeated file says that nothing changed."""
        written = self.written
        counts = {"created": number(written.created), "updated": number(written.updated)}
        counts |= {"unchanged": number(written.unchanged), "n": number(written.accepted)}
        if written.changes_nothing:
            return ngettext(
                "Done: nothing changed, the row was in already.",
                "Done: nothing changed, all %(n)s rows were in already.",
                written.accepted,
            ) % {"n": counts["n"]}
        return _("Done. Rows that were new: %(created)s, changed: %(updated)s, unchanged: %(unchanged)s.") % counts

    @property
    def forecast(self) -> str:
        """What the trial found, as a sentence."""
        accepted = {"n": number(self.foreseen.accepted)}
        if not self.job.rows_total:
            return _("The trial is done: the file has headings, and no row below them.")
        if not self.foreseen.accepted:
            return _("The trial is done: no row can be imported as it is.")
        if self.foreseen.changes_nothing:
            return (
                ngettext(
                    "The trial is done: the row is in already, nothing would change.",
                    "The trial is done: all %(n)s rows are in already, nothing would change.",
                    self.foreseen.accepted,
                )
                % accepted
            )
        return (
            ngettext(
                "The trial is done: %(n)s row can be imported.",
                "The trial is done: %(n)s rows can be imported.",
                self.foreseen.accepted,
            )
            % accepted
        )

    @property
    def money(self) -> list[Money]:
        tally = self.written if self.job.state == State.DONE else self.foreseen
        nothing = Decimal(0)
        return [Money(c, a, tally.unmatched_amounts.get(c, nothing)) for c, a in sorted(tally.amounts.items())]

    @property
    def refused_share(self) -> float:
        total = self.foreseen.accepted + self.foreseen.refused
        return self.foreseen.refused / total if total else 0

    @property
    def seconds(self) -> float:
        """How long the last stretch took."""
        ended = self.job.finished_at or timezone.now()
        return (ended - self.job.started_at).total_seconds() if self.job.started_at else 0

    @property
    def remaining(self) -> str:
        """How long it still takes, by the speed so far; nothing while nobody can say."""
        done, total = self.job.rows_done, self.job.rows_total
        if not done or done >= total:
            return ""
        seconds = round(self.seconds / done * (total - done))
        if seconds < 90:
            return ngettext("about %(n)d second left", "about %(n)d seconds left", seconds) % {"n": seconds}
        minutes = round(seconds / 60)
        return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}

    # --- refused rows -------------------------------------------------------------------------------------------------
    @cached_property
    def refusals(self) -> list[Refusal]:
        """Grouped by reason, the most frequent first."""
        groups = (
            self.job.row_errors.values("field", "code").annotate(n=Count("pk"), first=Min("pk")).order_by("-n")[:50]
        )
        firsts = self.job.row_errors.in_bulk([group["first"] for group in groups])
        return [self._refusal(firsts[group["first"]], group["n"]) for group in groups]

    def _refusal(self, error: Any, count: int) -> Refusal:
        column, cell = self._cell(error)
        return Refusal(error.row_number, column, cell, row_problem(error.code, error.value), count)

    def _cell(self, error: Any) -> tuple[str, str]:
        """The heading of what was refused, and what stood there."""
        wanted = error.field.replace("attributes.", ATTRIBUTE)
        index = next((int(i) for i, target in self.job.mapping.items() if target == wanted), None)
        if index is None or index >= len(error.row):
            return "", error.value
        return self.job.header[index], error.row[index]

    @property
    def more_than_kept(self) -> bool:
        """Whether more rows were refused than are kept to be given back."""
        return max(self.foreseen.refused, self.written.refused) > MAX_ROW_ERRORS

    # --- columns ------------------------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> list[tuple[str, str]]:
        """Heading → what it became, for a job whose columns are fixed."""
        own = {ATTRIBUTE + d.key: d.label for d in AttributeDefinition.objects.all()}
        brought = {ATTRIBUTE + new["key"]: new["label"] for new in self.job.reading.get("new_attributes", [])}
        further = {field.target: field.label for field in self.kind.further(self.reading.options)}
        labels = {**further, **self.kind.labels, **brought, **own}
        return [
            (heading, str(labels.get(self.job.mapping.get(str(index), ""), "")))
            for index, heading in enumerate(self.job.header)
        ]

    @property
    def reading(self) -> Reading:
        return Reading.from_json(self.job.reading)

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was chosen for the whole file, in words."""
        return self.kind.told(self.reading.options)


def refused_rows(job: ImportJob) -> Iterator[list[str]]:
    """The file's own columns and one more, the reason: to be mended and uploaded again."""
    yield [*job.header, _("reason")]
    width = len(job.header)
    errors = job.row_errors.order_by("row_number", "pk").iterator()
    for _line, group in groupby(errors, key=lambda error: error.row_number):
        problems = list(group)
        cells = problems[0].row[:width]
        reasons = " ".join(row_problem(problem.code, problem.value) for problem in problems)
        yield [*cells, *([""] * (width - len(cells))), reasons]
