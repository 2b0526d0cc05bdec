"""import_revenue SLUG FILE [--month 2026-03] [--currency USD]: revenue from a CSV file, columns guessed by their headings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from nps_platform.customers.commands import ImportCommand, guessed, inside
from nps_platform.customers.comparing_revenue import CURRENCIES
from nps_platform.customers.models import ImportJob
from nps_platform.lib.csvio import Unreadable, parse_period


class Command(ImportCommand):
    help = "Import revenue from a CSV file. The same customer, month and currency again replaces."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file")
        parser.add_argument("--month", help="the month of the whole file, such as 2026-03, where no column says it")
        parser.add_argument("--currency", help="the currency of the whole file; the organisation's if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(options["slug"], "import_revenue") as organization:
            period = _month(options["month"]) if options["month"] else None
            currency = (options["currency"] or organization.currency).upper()
            if currency not in CURRENCIES:
                raise CommandError(f"{currency} is not a currency.")
            self.run_import(
                options["file"],
                ImportJob.Kind.REVENUE,
                lambda job: guessed(job, period=period, currency=currency),
            )


def _month(text: str) -> date:
    try:
        return parse_period(text)
    except Unreadable as error:
        raise CommandError(f"{text} is not a month such as 2026-03.") from error
