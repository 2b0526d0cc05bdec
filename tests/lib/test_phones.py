"""Numbers as text messages carry them."""

from __future__ import annotations

import pytest

from nps_platform.lib.phones import masked_number, mobile_number


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("600 123 456", "ES", "+34600123456"),
        ("+34 600-123-456", "", "+34600123456"),
        ("0034 600 12 34 56", "IT", "+34600123456"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("(202) 555-0143", "US", "+12025550143"),
    ],
)
def test_what_people_write_becomes_one_number(written: str, country: str, number: str) -> None:
    assert mobile_number(written, country) == number


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("", "ES"),
        ("600 123 456", ""),  # nobody says of which country
        ("600 123", "ES"),
        ("915 55 12 34", "ES"),  # a telephone on a wall
        ("803 123 456", "ES"),  # charges whoever writes to it
        ("llámenme", "ES"),
        ("+" + "9" * 40, ""),
    ],
)
def test_what_takes_no_texts_is_no_number(written: str, country: str) -> None:
    assert mobile_number(written, country) == ""


def test_a_masked_number_says_too_little_for_others() -> None:
    assert masked_number("+34600123456") == "+34…456"
    assert masked_number("12345") == "…"
