"""`make bench`: on a throwaway database; DATABASE_URL chooses PostgreSQL, without which its benchmark is passed over aloud."""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_platform.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from benchmarks.session import run  # noqa: PLC0415  models need the set-up above

    return run()


if __name__ == "__main__":
    sys.exit(main())
