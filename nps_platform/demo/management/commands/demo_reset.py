"""`make demo-reset`: throw the embedded demo's data away; the next start loads it again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Remove the embedded database, its files and the demo's API key from DATA_DIR."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASE_URL:
            raise CommandError("DATABASE_URL is set: the demo's reset removes only the embedded database.")
        data = Path(settings.DATA_DIR)
        for file in [*data.glob("circulo.sqlite3*"), data / "demo-api-key"]:
            file.unlink(missing_ok=True)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        self.stdout.write("The demo's data is gone. `make demo` loads it again.")
