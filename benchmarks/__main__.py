"""`make bench`: on a throwaway database; DATABASE_URL chooses PostgreSQL, without which its benchmark is passed over aloud."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_platform.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else each handler warns that it is missing
    from benchmarks.session import run  # noqa: PLC0415  models need the set-up above

    return run()


if __name__ == "__main__":
    sys.exit(main())
