"""import_responses SLUG FILE [--survey ID] [--make-customers]: answers taken elsewhere, columns guessed by their headings."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from nps_platform.customers.commands import ImportCommand, guessed, inside
from nps_platform.customers.models import ImportJob
from responses.import_kind import answerable
from responses.importing import MAKE, SURVEY, UNKNOWN


class Command(ImportCommand):
    help = "Import answers taken with another tool, with their dates. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file")
        parser.add_argument("--survey", help="the survey's number; needed where several are published")
        parser.add_argument("--make-customers", action="store_true", help="make the customers that nobody knows")
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", action="store_true", help="03/04/2026 is the third of April")
        order.add_argument("--month-first", action="store_true", help="03/04/2026 is the fourth of March")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(options["slug"], "import_responses"):
            chosen = {SURVEY: _survey(options["survey"]), UNKNOWN: MAKE if options["make_customers"] else ""}
            reading: dict[str, Any] = {"options": chosen}
            if options["day_first"] or options["month_first"]:
                reading["day_first"] = bool(options["day_first"])
            self.run_import(options["file"], ImportJob.Kind.RESPONSES, lambda job: guessed(job, **reading))


def _survey(asked: str | None) -> str:
    """The one that was asked for, else the only one there is."""
    known = {str(survey.pk): survey.name for survey in answerable()}
    if asked is None and len(known) == 1:
        return next(iter(known))
    if asked not in known:
        listed = ", ".join(f"{pk} ({name})" for pk, name in known.items()) or "none is published"
        raise CommandError(f"Which survey was answered? --survey with one of: {listed}.")
    return asked
