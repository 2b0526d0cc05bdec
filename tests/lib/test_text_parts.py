"""How many parts a text is charged as."""

from __future__ import annotations

import pytest

from nps_platform.lib.text_parts import size_of


@pytest.mark.parametrize(
    ("text", "parts", "length", "room"),
    [
        ("", 1, 0, 160),
        ("a" * 160, 1, 160, 160),
        ("a" * 161, 2, 161, 306),
        ("a" * 306, 2, 306, 306),
        ("a" * 307, 3, 307, 459),
        ("¿Qué tal? Ñandú, no: Ñandu", 1, 26, 70),  # the ú
        ("¿Qué tal? Ñandu", 1, 15, 160),
        ("á" * 70, 1, 70, 70),
        ("á" * 71, 2, 71, 134),
        ("€" * 80, 1, 160, 160),
        ("€" * 81, 2, 162, 306),
        ("👍" * 35, 1, 70, 70),
        ("👍" * 36, 2, 72, 134),
    ],
)
def test_parts_follow_the_alphabet(text: str, parts: int, length: int, room: int) -> None:
    found = size_of(text)
    assert (found.parts, found.length, found.room) == (parts, length, room)


def test_the_letters_that_cost_more_are_named_once_each() -> None:
    assert size_of("Así está más o menos, así").outside == "íá"
    assert not size_of("Perché no?").is_wide
