"""What to fix first along the journey (METHOD §6)."""

from __future__ import annotations


def priority(*, importance: int, nps: float) -> float:
    """Declared importance (1–5) × room to improve, (100 − NPS) / 200: 0 where all recommend, at most 5 (METHOD §6).

    What the answers reveal about its weight is not part of it: until that is worked out, every page that orders by this
    figure says that importance is declared.
    """
    return importance * (100 - nps) / 200
