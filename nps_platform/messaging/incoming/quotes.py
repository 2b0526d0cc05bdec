"""What somebody wrote in a mail, apart from what they quote (English, Spanish, Italian).

Line by line and in one pass. The libraries for this were tried: mail-parser-reply 1.36 and email-reply-parser 0.5 leave Gmail's
and Outlook's Spanish quotes standing.
"""

from __future__ import annotations

import re

# "On Tue, Nov 3, 2026 at 9:12 AM X <x@y> wrote:", "El mar, 3 nov 2026 a las 9:12, X (<x@y>) escribió:", "Il giorno … ha scritto:"
_BEGINS = re.compile(r"\s*(on|el|le|il|in data|op|am|a[ \t]+las)\b", re.IGNORECASE)
_ENDS = re.compile(r"(wrote|escribi[oó]|ha scritto|scrive)\s*:\s*$", re.IGNORECASE)
_WHEN_OR_WHO = re.compile(r"\d{1,2}:\d\d|\d{4}|@")
_RULE = re.compile(
    r"\s*(-{2,}\s*(original message|mensaje original|messaggio originale|forwarded message|mensaje reenviado"
    r"|messaggio inoltrato)\s*-{2,}|_{10,})\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*[*>]?\s*(from|de|da)\s*:\*?\s.*\S", re.IGNORECASE)
_HEADS = re.compile(
    r"\s*[*>]?\s*(sent|date|to|cc|subject|enviado(?: el)?|fecha|para|asunto|inviato|data|a|oggetto)\s*:", re.IGNORECASE
)
_QUOTED = re.compile(r"\s?>")
_MOST_LINES_OF_A_HEAD = 3
_LOOK_AHEAD = 4


def split_quote(text: str) -> tuple[str, str]:
    """Their words and the quote below them. Words between quoted lines are theirs, and keep what they answer."""
    lines = text.split("\n")
    starts = next((index for index in range(len(lines)) if _starts_quote(lines, index)), len(lines))
    if starts == len(lines):
        starts = _last_run(lines)
    own, quote = "\n".join(lines[:starts]).strip(), "\n".join(lines[starts:]).strip()
    return own, quote


def _starts_quote(lines: list[str], index: int) -> bool:
    """Whether everything from this line on is the mail that they answer."""
    line = lines[index]
    if len(line) > 500:
        return False
    if _RULE.match(line):
        return True
    if _FROM.match(line):
        heads = sum(1 for below in lines[index + 1 : index + 1 + _LOOK_AHEAD] if _HEADS.match(below[:80]))
        return heads >= 2
    return _is_attribution(lines, index) and _only_quote_follows(lines, index)


def _is_attribution(lines: list[str], index: int) -> bool:
    """ "El …, X escribió:", which a mail program may have broken into up to three lines."""
    if not _BEGINS.match(_QUOTED.sub("", lines[index], count=1)[:40]):
        return False
    for many in range(1, _MOST_LINES_OF_A_HEAD + 1):
        whole = " ".join(lines[index : index + many])[:600]
        if _ENDS.search(whole):
            return bool(_WHEN_OR_WHO.search(whole))
    return False


def _only_quote_follows(lines: list[str], index: int) -> bool:
    """A sentence that ends like an attribution is followed by words of their own, not by quoted lines or the end."""
    ends = next(at for at in range(index, index + _MOST_LINES_OF_A_HEAD) if _ENDS.search(lines[at]))
    below = [line for line in lines[ends + 1 :] if line.strip()]
    if not below or not any(_QUOTED.match(line) for line in below[:1]):
        return "@" in " ".join(lines[index : ends + 1]) or not below
    # Answers between the quoted lines: all of it stays.
    return not any(not _QUOTED.match(line) for line in below)


def _last_run(lines: list[str]) -> int:
    """Where the quoted lines that end the mail begin; the mail's end where it ends in words."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or _QUOTED.match(lines[at - 1])):
        at -= 1
    quoted = any(_QUOTED.match(line) for line in lines[at:])
    inside = any(_QUOTED.match(line) for line in lines[:at])
    return at if quoted and not inside else len(lines)
