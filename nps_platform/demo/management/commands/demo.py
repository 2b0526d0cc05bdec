"""`make demo`: bring the database up, load the demo organisation once, say where everything is, serve."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from nps_platform.demo.cast import LOGINS, PASSWORD
from nps_platform.demo.load import demo_is_loaded, load_demo


class Command(BaseCommand):
    help = "Set up and serve the demo organisation in the foreground, worker and beat included."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo exists only where DEMO=1 asks for it.")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not demo_is_loaded():
            self.stdout.write("Loading the demo organisation (once, less than a minute) …")
            load_demo(say=self.stdout.write)
        self._say_where_everything_is()
        self.stdout.flush()
        os.environ["DJANGO_SETTINGS_MODULE"] = "nps_platform.settings"
        gunicorn = Path(sys.executable).with_name("gunicorn")
        os.execv(gunicorn, [str(gunicorn), "-c", "python:nps_platform.gunicorn", "nps_platform.wsgi:application"])  # noqa: S606

    def _say_where_everything_is(self) -> None:
        self.stdout.write(f"\n  Círculo      {settings.BASE_URL}/\n")
        for login, role in LOGINS:
            self.stdout.write(f"  {role:<12} {login}")
        self.stdout.write(f"  password     {PASSWORD}")
        self.stdout.write(f"  API key      {api_key_file().read_text().strip()}   (kept in {api_key_file()})")
        self.stdout.write("  Ctrl-C ends everything; the data stays. `make demo-reset` throws it away.\n")


def api_key_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-api-key"
