"""What the API says of a count of answers, wherever it says it."""

from __future__ import annotations

from typing import Any

from nps_platform.lib.nps import Counts, score


def scored(counts: Counts) -> dict[str, Any]:
    """n, the three classes, and the NPS in points with its interval; both null where nobody answered (METHOD §1, §2)."""
    found = score(counts)
    return {
        "n": counts.n,
        "promoters": counts.promoters,
        "passives": counts.passives,
        "detractors": counts.detractors,
        "nps": found.nps,
        "interval": None if found.nps is None else [found.low, found.high],
    }
