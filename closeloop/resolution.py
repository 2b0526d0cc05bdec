"""The words with which a resolution reaches the customer: a draft in their language, for the agent to finish."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from closeloop.models import Case, LoopSettings
from closeloop.reach import reply_address, reply_language, reply_name
from closeloop.refusals import Unreachable
from nps_platform.tenancy.address import addressed
from nps_platform.tenancy.scope import current_organization


@dataclass(frozen=True)
class Letter:
    """What the dialog begins with. `unreachable`: why no mail can go; `sends`: whether one is proposed."""

    text: str
    sends: bool
    unreachable: object


def letter_for(case: Case) -> Letter:
    """Nothing is proposed to whom no mail can go; what was done can still be shown on their page."""
    try:
        reply_address(case)
    except Unreachable as why:
        return Letter("", False, why.message)
    sends = LoopSettings.current().writes_when_resolved
    return Letter(_draft(case) if sends else "", sends, "")


def _draft(case: Case) -> str:
    """Its blank has to be filled: no mail says only that something was done."""
    name = reply_name(case)
    with translation.override(addressed(reply_language(case), current_organization())):
        # Translators: how a mail to a customer begins
        hello = _("Hello, %(name)s:") % {"name": name} if name else _("Hello:")
        # Translators: the words in brackets are a blank that the agent fills
        return hello + "\n\n" + _("Thank you for telling us. [What was done]")
