"""import_customers SLUG FILE: customers from a CSV file, columns guessed by their headings."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from nps_platform.customers.commands import ImportCommand, guessed, inside
from nps_platform.customers.models import ImportJob


class Command(ImportCommand):
    help = "Import customers from a CSV file. Known customers are updated; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file")
        parser.add_argument("--attributes", action="store_true", help="keep columns that nobody knows as attributes")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(options["slug"], "import_customers"):
            self.run_import(
                options["file"],
                ImportJob.Kind.CUSTOMERS,
                lambda job: guessed(job, attributes=options["attributes"]),
            )
