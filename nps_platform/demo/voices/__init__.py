"""What the demo's customers say, by language, topic and class. Made up; each list is one pool to draw from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from nps_platform.demo.voices import en, es, it

# language → topic → class ("promoter", "passive", "detractor") → sentences
VOICES: dict[str, dict[str, dict[str, list[str]]]] = {"es": es.VOICES, "it": it.VOICES, "en": en.VOICES}
TAILS: dict[str, dict[str, list[str]]] = {"es": es.TAILS, "it": it.TAILS, "en": en.TAILS}


def dealt(random: Random, pool: Sequence[str]) -> Iterator[str]:
    """One sentence after the other, shuffled: none comes back before all were said."""
    while True:
        yield from random.sample(pool, len(pool))
