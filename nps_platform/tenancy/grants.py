"""Gives the application's role what it needs on tables that the migration role owns (PostgreSQL, two roles)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection


def grant_application_role(**_: Any) -> None:
    """After `migrate` as the owner: read and write for the application's role, on today's tables and tomorrow's."""
    role = unquote(urlsplit(settings.DATABASE_URL).username or "") if settings.DATABASE_URL else ""
    if connection.vendor != "postgresql" or not role or not settings.DATABASE_MIGRATION_URL:
        return
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        ):
            cursor.execute(statement)
