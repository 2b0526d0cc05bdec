"""What a chat room is told. Who it was and what they said only where the room may hear it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closeloop.digests import Digest, Line
from closeloop.models import Case
from nps_platform.tenancy.scope import current_organization
from responses.models import Response

MOST_LINES = 10
MOST_WORDS = 300
# Slack reads <…> as commands ("<!channel>" rings everybody's bell) and & as the beginning of a sign; others read @names.
_SIGNS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_NAMES = re.compile(r"@(?=\w)")
_NOTHING = "\u200b"


def plain(text: str) -> str:
    """Words of a customer that do nothing in a chat."""
    for sign, written in _SIGNS:
        text = text.replace(sign, written)
    return _NAMES.sub("@" + _NOTHING, text)


def single(response: Response, case: Case | None, *, tells_who: bool) -> str:
    """One answer."""
    head = [_("%(score)s of 10") % {"score": response.score}, plain(str(response.touchpoint or response.survey))]
    if response.wants_contact:
        head.append(_("Wants to be contacted"))
    lines = [" · ".join(head)]
    if tells_who:
        who = [plain(response.who)] if response.who else []
        said = Truncator(" ".join(response.comment.split())).chars(MOST_WORDS)
        lines.append(" · ".join([*who, *([f"“{plain(said)}”"] if said else [])]))
    if case:
        lines.append(_case(case))
    return _joined(lines)


def digest(gathered: Digest, *, tells_who: bool, subject: str) -> str:
    """Many in one message: the first MOST_LINES one by one."""
    shown = gathered.lines[:MOST_LINES]
    lines = [subject, *(_line(line, tells_who=tells_who) for line in shown)]
    if further := gathered.total - len(shown):
        lines.append(ngettext("and %(n)s more", "and %(n)s more", further) % {"n": further})
    lines.append(settings.BASE_URL + reverse("inbox", args=[current_organization().slug]))
    return _joined(lines)


def _line(line: Line, *, tells_who: bool) -> str:
    score = [] if line.score is None else [_("%(score)s of 10") % {"score": line.score}]
    who = [plain(line.who)] if tells_who and line.who else []
    # What became of an invitation is nobody's secret; what a customer wrote is.
    words = [plain(line.words)] if line.words and (tells_who or line.score is None) else []
    case = [_case(line.case)] if line.case else []
    return "• " + " · ".join([*score, *who, *words, *case])


def _case(case: Case) -> str:
    return settings.BASE_URL + reverse("case", args=[current_organization().slug, case.number])


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
