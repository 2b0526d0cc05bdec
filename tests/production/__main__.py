"""`make production-check`: prove the whole loop on the production form, and say what was measured."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tests.production.killing import kill_a_worker_in_the_middle_of_a_wave
from tests.production.loop import walk_the_loop
from tests.production.stack import Stack


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    out = Path(os.environ.get("DATA_DIR", "var")).resolve() / "production-check"
    stack = Stack(out)
    begun = time.monotonic()
    try:
        stack.start()
        say(
            f"production form up after {time.monotonic() - begun:.0f} s: PostgreSQL (two roles), Redis, web, two workers, beat, SMTP"
        )
        for line in walk_the_loop(stack, out):
            say(f"  {line}")
        for line in kill_a_worker_in_the_middle_of_a_wave(stack):
            say(f"  {line}")
    except AssertionError as error:
        say(f"production-check FAILED: {error}\n  logs and pictures: {out}")
        return 1
    finally:
        stack.stop()
    say(f"production-check: ok in {time.monotonic() - begun:.0f} s; pictures of each step in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
