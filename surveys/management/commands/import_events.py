"""import_events SLUG PROGRAMME FILE: events of customers from a CSV file; told again, an event changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nps_platform.customers.commands import inside
from nps_platform.customers.segments import BrokenSegment
from nps_platform.lib.csvio import CsvRefused
from surveys.actions import WrongState
from surveys.event_reading import NoColumn, tell_file
from surveys.models import Programme


class Command(BaseCommand):
    help = "Tell a trigger programme of events from a CSV file: customer, occurred_at, event_id, further columns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("programme", type=int, help="the programme's number, as in its address")
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        with inside(options["slug"], "import_events"):
            programme = Programme.objects.filter(pk=options["programme"]).first()
            if programme is None:
                raise CommandError(f"There is no programme {options['programme']}.")
            try:
                tally = tell_file(programme, options["file"], by=None)
            except (OSError, CsvRefused) as error:
                raise CommandError(f"{options['file']} can't be read: {error}") from error
            except NoColumn as error:
                raise CommandError("The file has no column of customers' numbers.") from error
            except (WrongState, BrokenSegment) as error:
                raise CommandError("The programme waits for no events now.") from error
        for line, code in tally.problems:
            self.stderr.write(f"line {line}: {code}")
        self.stdout.write(
            f"invited {tally.invited}, skipped {tally.skipped}, known {tally.known}, refused {tally.refused}"
        )
