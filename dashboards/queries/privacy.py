"""Small cells are hidden, and enough of their neighbours that no total gives them away (METHOD, "Everywhere")."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def hidden_cells(sizes: Mapping[Key, int], threshold: int) -> frozenset[Key]:
    """The keys to hide: every cell under `threshold`, then the smallest others until what is hidden reaches it together.

    Empty cells hide nobody. With a threshold of 1 nothing is hidden.
    """
    filled = {key: n for key, n in sizes.items() if n}
    hidden = {key for key, n in filled.items() if n < threshold}
    others = sorted((key for key in filled if key not in hidden), key=lambda key: filled[key])
    while hidden and others and (len(hidden) < 2 or sum(filled[key] for key in hidden) < threshold):
        hidden.add(others.pop(0))
    return frozenset(hidden)
