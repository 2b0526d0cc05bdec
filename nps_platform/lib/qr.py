"""QR codes as drawings: rows of dark modules, and their outline."""

from __future__ import annotations

from itertools import groupby

from nps_platform.lib.outlines import Stroke, box

# Light modules that a reader wants to see around the code.
QUIET = 4


def modules_of(text: str) -> list[list[bool]]:
    """The dark modules, without the quiet zone; a quarter of them may be covered or torn (level Q)."""
    from qrcode import QRCode  # noqa: PLC0415 - rarely needed
    from qrcode.constants import ERROR_CORRECT_Q  # noqa: PLC0415

    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def outline(text: str, x: float, y: float, size: float) -> list[Stroke]:
    """The code in a square of `size` at x, y, quiet zone included; neighbours in a row are one box."""
    rows = modules_of(text)
    one = size / (len(rows) + 2 * QUIET)
    strokes: list[Stroke] = []
    for down, row in enumerate(rows):
        across = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                strokes += box(x + (across + QUIET) * one, y + (down + QUIET) * one, width * one, one)
            across += width
    return strokes
