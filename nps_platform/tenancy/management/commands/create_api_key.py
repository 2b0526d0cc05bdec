"""create_api_key SLUG: prints the key alone, so that a script can take it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nps_platform.tenancy.actions import create_api_key
from nps_platform.tenancy.audit import acting_as
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered


class Command(BaseCommand):
    help = "Make an API key with every scope, and print it. Nobody can read it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation {options['slug']}.")
        with entered(organization), acting_as("create_api_key"):
            self.stdout.write(create_api_key(name=options["name"], by=None))
