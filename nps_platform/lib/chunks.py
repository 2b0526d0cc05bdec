"""Work in portions: statements and transactions stay short however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`, in order; none for nothing."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
