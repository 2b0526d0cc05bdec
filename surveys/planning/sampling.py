"""How many to ask, and the cut-offs of a draw: random within strata, proportional, by the stored seed (METHOD §4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nps_platform.lib.nps import answers_needed, invitations_needed
from surveys.planning.judging import Draw, Judging, count_by

# Used where the organisation has too little past of its own; shown as an assumption.
ASSUMED_VARIANCE = 0.61
NOBODY = ""  # below every key


def wanted(sample: Mapping[str, float], available: int, eligible: int, response_rate: float) -> int:
    """How many of `available` people to ask: by number, share of the available, or wished precision in points."""
    if "number" in sample:
        return min(int(sample["number"]), available)
    if "share" in sample:
        return min(math.ceil(round(sample["share"] * available, 6)), available)
    if "precision" in sample and available:
        answers = answers_needed(ASSUMED_VARIANCE, float(sample["precision"]), eligible)
        return min(invitations_needed(answers, response_rate) if response_rate else available, available)
    return available


def allotted(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """`number` shared out among strata in proportion to their sizes: largest remainders, so that the sum is exact."""
    total = sum(sizes.values())
    if not total:
        return dict.fromkeys(sizes, 0)
    exact = {stratum: number * size / total for stratum, size in sizes.items()}
    shares = {stratum: math.floor(part) for stratum, part in exact.items()}
    by_remainder = sorted(sizes, key=lambda stratum: (shares[stratum] - exact[stratum], stratum))
    for stratum in by_remainder[: number - sum(shares.values())]:
        shares[stratum] += 1
    return shares


def available(judging: Judging) -> dict[str, int]:
    """People without any reason against them, by stratum, before the draw."""
    return {stratum: n for stratum, reason, n in count_by(judging, "stratum", "reason") if not reason}


def cutoffs(judging: Judging, shares: Mapping[str, int]) -> dict[str, str]:
    """For each stratum the key of the last one drawn."""
    found = dict.fromkeys(shares, NOBODY)
    ranks = sorted({share for share in shares.values() if share})
    if ranks:
        for stratum, key, rank in _at_ranks(judging, Draw(), ranks, "PARTITION BY stratum"):
            if shares[stratum] == rank:
                found[stratum] = key
    return found


def keys_at(judging: Judging, limits: Mapping[str, str], ranks: Sequence[int]) -> list[str]:
    """The keys of the people at these places (from 1) among all who are asked, in the order of the draw."""
    return sorted(key for _stratum, key, _rank in _at_ranks(judging, Draw(limits), ranks))


def _at_ranks(judging: Judging, draw: Draw, ranks: Sequence[int], within: str = "") -> list[tuple[str, str, int]]:
    """Stratum, key and place of those at `ranks` of the draw, among who has no reason against them."""
    marks = ", ".join(["%s"] * len(ranks))
    ranked = f"SELECT stratum, draw, row_number() OVER ({within} ORDER BY draw) AS turn FROM judged WHERE reason = ''"  # noqa: S608
    select = f"SELECT stratum, draw, turn FROM ({ranked}) AS ranked WHERE turn IN ({marks})"  # noqa: S608
    return [(stratum, key, rank) for stratum, key, rank in judging.read(select, *ranks, draw=draw)]
