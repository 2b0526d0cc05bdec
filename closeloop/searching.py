"""Cases in which something was written: by an index of words on PostgreSQL, else by reading the newest (docs/decisions/0027).

Row-level security lets an index serve only operators that can't tell anything about other organisations' rows: `=`, `<` and
`>=` of texts are such, LIKE and text search are not. Hence a table of words, asked for by what a word begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from closeloop.models import Case, CaseEvent, CaseWord
from closeloop.models.words import LONGEST_WORD
from nps_platform.lib.folding import found_in
from nps_platform.lib.words import fold

# Read one by one: so many cases take well under a second.
SEARCHED = 50_000
# A word that stands in more cases than this is common: the newest cases hold it.
SELECTIVE = 5_000
MOST_WORDS = 6
# What parts words; closeloop_words in the migration says the same.
PARTS = re.compile(r"[\s!-/:-@\[-`{-~¡¿«»“”‘’„–—·•]+")
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """`cases` narrows to what was found; `ends_at` is how many cases were read where not all of them were, else 0."""

    cases: Q
    ends_at: int = 0
    # Whether the index gave it: then counting it costs little.
    is_quick: bool = False


def search(text: str) -> Found:
    """Cases that hold every word asked for, each in whichever of their texts; and the one of this number."""
    number = number_in(text)
    numbered = Q(number=number) if number else Q()
    if text.startswith("#") and numbered:
        return Found(numbered, is_quick=True)
    words = [word for word in PARTS.split(fold(text)) if word][:MOST_WORDS]
    if (ids := _by_index(words)) is not None:
        return Found(Q(pk__in=ids) | numbered, is_quick=True)
    oldest = oldest_read()
    return Found((Q(pk__gte=oldest) & _written(words or [text], Q(case__gte=oldest))) | numbered, oldest and SEARCHED)


def number_in(text: str) -> int:
    """The case's number that `text` names ("128", "#128"); 0 where it names none."""
    number = text.removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0


def _by_index(words: list[str]) -> list[int] | None:
    """Ids of the cases with all the words; None where the index can't say, or every word is common."""
    if connection.vendor != "postgresql" or not words:
        return None
    each = [cases for word in words if len(word) > 1 and (cases := _cases_with(word)) is not None]
    if not each:
        return None
    ids = set.intersection(*each)
    if len(each) < len(words):
        common = _written(words, Q(case__in=ids))
        ids = set(Case.objects.filter(common, pk__in=ids).values_list("pk", flat=True))
    return sorted(ids)


def _cases_with(word: str) -> set[int] | None:
    """Cases in which a word begins so; None for a common one."""
    stem = word[:LONGEST_WORD]
    rows = CaseWord.objects.filter(word__gte=stem, word__lt=stem + _LAST).order_by()
    cases = list(rows.values_list("case", flat=True)[: SELECTIVE + 1])
    return set(cases) if len(cases) <= SELECTIVE else None


def _written(words: list[str], within: Q) -> Q:
    """Every word somewhere in the case; what was written later is looked for `within` these cases' timelines."""
    found = Q()
    for word in words:
        written = CaseEvent.objects.filter(within, found_in("folded", word))
        found &= (
            found_in("customer__folded", word)
            | found_in("account__folded", word)
            | found_in("response__visitor_folded", word)
            | found_in("response__folded", word)
            | Q(pk__in=written.values("case"))
        )
    return found


def oldest_read() -> int:
    """The oldest case that is read; 0 while all of them are."""
    newest = Case.objects.newest_first().values_list("pk", flat=True)[SEARCHED - 1 : SEARCHED + 1]
    return newest[0] if len(newest) > 1 else 0
