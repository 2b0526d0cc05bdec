"""Any brand colour leaves customer pages readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_platform.lib.colour import EDGE_CONTRAST, ColourError, contrast, parse, readable, text_on

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def test_contrast_is_wcags():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@given(colours)
def test_text_on_a_button_is_always_readable(colour):
    assert contrast(text_on(colour), colour) >= 4.5


@given(colours, colours)
def test_a_colour_is_moved_until_it_reads_on_any_ground(colour, ground):
    assert contrast(readable(colour, ground), ground) >= 4.5
    assert contrast(readable(colour, ground, EDGE_CONTRAST), ground) >= 3


def test_a_colour_that_reads_already_stays_and_others_move_little():
    assert readable("#0b5c5c", "#ffffff") == "#0b5c5c"
    assert contrast(readable("#f5a623", "#ffffff"), "#ffffff") == pytest.approx(4.5, abs=0.1)
    assert parse(readable("#0b1f5c", "#111111")).luminance > parse("#0b1f5c").luminance


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#ggg", "#fff;background:url(x)", "#fff\n}"])
def test_only_a_colour_gets_into_css(text):
    with pytest.raises(ColourError):
        parse(text)
