"""What holds for every template."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "templates"
# A row's id right behind a quote, a dash or a query's "=": part of an address or of an element's name.
BARE_ID = re.compile(r"[\"'=#-]\{\{ *(?:[\w.]+\.)?(?:pk|id|(?!auto_|external_|message_)\w+_id) *\}\}")
# Names of elements, never of rows.
NAMES = re.compile(r"\{\{ *(?:chart|widget\.attrs|attrs)\.id *\}\}|\{\{ *id *\}\}")


def test_no_id_of_a_row_is_written_as_a_number_for_people() -> None:
    """Numbers are grouped: the row 1234 would be asked for as "1,234" or "1.234"."""
    bare = [
        f"{path.relative_to(TEMPLATES)}: {found[0]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for found in BARE_ID.finditer(path.read_text())
        if not NAMES.search(found[0])
    ]
    assert not bare
