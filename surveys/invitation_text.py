"""The text that asks, by SMS or WhatsApp: the survey's words, the person's short link, the way out.

Slots as in the mail: `first_name` fills what the company wrote, `link` is the short address.
"""

from __future__ import annotations

from dataclasses import dataclass

from nps_platform.customers.models import Customer
from nps_platform.lib.signing import Door, make_token
from nps_platform.lib.text_parts import TextSize, size_of
from nps_platform.lib.words import blanks, fill
from nps_platform.messaging.prepared import PreparedText, slot
from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import Content
from surveys.authoring.wording import filled, wording
from surveys.links import short_url, survey_url, test_token
from surveys.models import Invitation, Survey

WORDS, LINK, NAME, TEMPLATE = slot("words"), slot("link"), slot("name"), slot("template")
# As long as the links that leave: what the editor counts with before there is an invitation.
_ORDINARY_ID = 62**3


def invitation_text(language: str) -> PreparedText:
    """The text in one language, to be filled by `text_values`. The variables are those of a template WhatsApp approved, the
    survey's own where it has one: a template's words are fixed, and surveys differ in theirs."""
    organization = current_organization()
    stop = wording(language, organization)["mail"]["sms_stop"]
    return PreparedText(f"{WORDS} {LINK} {stop}", {"1": NAME, "2": organization.programme, "3": LINK}, TEMPLATE)


def text_values(
    invitation: Invitation, customer: Customer, content: Content, *, reminder: bool = False
) -> dict[str, str]:
    """What fills the slots for one person."""
    return _values(content, invitation.language, customer.first_name, short_url(invitation.short_token), reminder)


def _values(content: Content, language: str, first_name: str, link: str, reminder: bool) -> dict[str, str]:
    company = content.subject or current_organization().name
    words = words_for(content, language, first_name, reminder=reminder)
    template = content.mail_in(language).whatsapp
    return {"words": words, "link": link, "name": first_name or company, "template": template}


def words_for(content: Content, language: str, first_name: str, *, reminder: bool = False) -> str:
    """What the survey says to this person; the product's words where it says nothing, or calls a name that nobody knows."""
    own, name = content.mail_in(language), "sms_reminder" if reminder else "sms"
    text, _unfilled = fill(getattr(own, name), {"first_name": first_name})
    if text.strip() and not blanks(text):
        return text.strip()
    frame = wording(language, current_organization())["mail"]
    return filled(frame[name], {"subject": content.subject or current_organization().name})


def test_text(survey: Survey, *, language: str, name: str) -> str:
    """The draft's text as one colleague gets it: its link opens the test page."""
    words, content = name.split(), survey.draft_content
    values = _values(content, language, words[0] if words else "", survey_url(test_token(survey)), False)
    return invitation_text(language).filled(values).body


@dataclass(frozen=True)
class TextPreview:
    """A text as it would leave, and how long that is."""

    body: str
    size: TextSize


def preview_text(content: Content, language: str, first_name: str = "", *, reminder: bool = False) -> TextPreview:
    """One person's text, its link as long as those that leave."""
    link = short_url(make_token(Door.SHORT, current_organization().pk, _ORDINARY_ID))
    body = invitation_text(language).filled(_values(content, language, first_name, link, reminder)).body
    return TextPreview(body, size_of(body))
