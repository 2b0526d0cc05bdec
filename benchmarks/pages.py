"""What a customer's phone fetches, against the limit of 14 KB compressed."""

from __future__ import annotations

import gzip

from django.test import Client

from benchmarks.report import Result
from surveys.models import Invitation

LIMIT = 14 * 1024


def customer_page_bytes(invitation: Invitation) -> Result:
    """The whole answer page, gzipped: it loads nothing else."""
    answer = Client().get(f"/s/{invitation.token}?score=2")
    if answer.status_code != 200:
        raise AssertionError(f"the answer page said {answer.status_code}")
    size = len(gzip.compress(answer.content, 6))
    return Result(
        "customer page bytes",
        size / LIMIT,
        1,
        f"{size:,} of {LIMIT:,} bytes gzipped, {len(answer.content):,} plain",
        less_is_better=True,
    )
