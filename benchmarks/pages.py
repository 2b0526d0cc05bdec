"""What a customer's phone fetches, against the limit of 14 KB compressed; and how long the server takes to make it."""

from __future__ import annotations

import gzip
from statistics import median
from time import perf_counter

from django.test import Client

from benchmarks.report import Result
from surveys.models import Invitation

LIMIT = 14 * 1024
TIMED = 50


def customer_page_bytes(invitation: Invitation) -> Result:
    """The whole answer page, gzipped: it loads nothing else."""
    client, address, seconds = Client(), f"/s/{invitation.token}?score=2", []
    for _again in range(TIMED):
        begun = perf_counter()
        answer = client.get(address)
        seconds.append(perf_counter() - begun)
    if answer.status_code != 200:
        raise AssertionError(f"the answer page said {answer.status_code}")
    size = len(gzip.compress(answer.content, 6))
    return Result(
        "customer page bytes",
        size / LIMIT,
        1,
        f"{size:,} of {LIMIT:,} bytes gzipped, {len(answer.content):,} plain; "
        f"made in {median(seconds) * 1000:.1f} ms (median of {TIMED}, middleware included)",
        less_is_better=True,
    )
