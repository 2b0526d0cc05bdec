"""create_organization SLUG --name … --owner EMAIL [--currency EUR] [--timezone …] [--language es]"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from nps_platform.tenancy.actions import create_organization
from nps_platform.tenancy.audit import acting_as
from nps_platform.tenancy.models import Language, User


class Command(BaseCommand):
    help = (
        "Found an organisation. An owner without an account gets one: they choose a password by “forgotten password”."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--programme", default="", help="what customers see as the sender")
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--timezone", default="Europe/Madrid")
        parser.add_argument("--language", default="en", choices=Language.values)
        parser.add_argument("--country", default="ES")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with acting_as("create_organization"):
                organization = create_organization(
                    slug=options["slug"],
                    name=options["name"],
                    owner=_owner(options["owner"].lower()),
                    language=options["language"],
                    currency=options["currency"].upper(),
                    timezone=options["timezone"],
                    country=options["country"].upper(),
                    programme_name=options["programme"],
                )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"/o/{organization.slug}/")


def _owner(email: str) -> User:
    """The account of this address; a new one has no password yet."""
    validate_email(email)
    return User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
