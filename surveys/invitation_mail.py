"""The mail that asks: a template built once per programme and language, with slots for what is personal.

Slots: `greeting`, `token` (the personal link) and `stop` (the way out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html

from nps_platform.customers.models import Customer
from nps_platform.lib import colour
from nps_platform.lib.languages import direction, is_right_to_left
from nps_platform.lib.words import blanks, fill
from nps_platform.messaging.prepared import Mail, slot
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import Content
from surveys.authoring.wording import wording, words_language
from surveys.links import privacy_url, survey_url, test_token, unsubscribe_url
from surveys.models import Invitation, Survey

INVITATION_KIND, REMINDER_KIND, TEST_KIND = "invitation", "reminder", "test_invitation"
TOKEN, STOP, GREETING, SUBJECT = slot("token"), slot("stop"), slot("greeting"), slot("subject")


@dataclass(frozen=True)
class Cell:
    """One number of the scale and its link."""

    score: int
    label: str
    url: str


def invitation_template(content: Content, language: str, *, reminder: bool = False) -> Mail:
    """The mail of one version in one language, for `PreparedMail` or to be filled by `values_for`."""
    organization = current_organization()
    context = _context(content, language, organization, reminder=reminder)
    cells = _cells(content, language, organization)
    return Mail(
        subject=SUBJECT,
        text=render_to_string("mail/invitation.txt", {"mail": context, "cells": cells}),
        html=render_to_string("mail/invitation.html", {"mail": context, "first": cells[:6], "second": cells[6:]}),
        from_name=organization.sender_name or organization.programme,
        reply_to=organization.reply_to,
        headers={
            "List-Unsubscribe": f"<{unsubscribe_url(STOP)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def values_for(invitation: Invitation, customer: Customer, content: Content) -> dict[str, str]:
    """What fills the slots for one person."""
    return {"token": invitation.token, "stop": invitation.unsubscribe_token} | _greeting(
        content, invitation.language, customer.first_name
    )


def test_mail(survey: Survey, *, language: str, name: str) -> Mail:
    """The draft's mail as one colleague gets it: the links open the test page, and nobody is unsubscribed."""
    token, content = test_token(survey), survey.draft_content
    words = name.split()
    mail = invitation_template(content, language).filled(
        {"token": token, "stop": token} | _greeting(content, language, words[0] if words else "")
    )
    test_page = survey_url(token)
    return Mail(
        subject=mail.subject,
        text=mail.text.replace(unsubscribe_url(token), test_page),
        html=mail.html.replace(unsubscribe_url(token), test_page),
        from_name=mail.from_name,
        reply_to=mail.reply_to,
    )


def _greeting(content: Content, language: str, first_name: str) -> dict[str, str]:
    """Subject and greeting with the person's name; where none is known, the greeting that needs none."""
    own = content.mail_in(language)
    frame = wording(language, current_organization())["mail"]
    known = {"first_name": first_name}
    greeting, missing = fill(own.greeting or frame["greeting"], known)
    subject, _unfilled = fill(own.subject, known)
    if blanks(subject):
        subject = content.subject or current_organization().name
    return {"greeting": frame["plain_greeting"] if missing else greeting, "subject": subject}


def _context(content: Content, language: str, organization: Organization, *, reminder: bool) -> dict[str, Any]:
    frame = wording(language, organization)["mail"]
    own = content.mail_in(language)
    brand = colour.readable(organization.brand_colour, colour.WHITE, colour.EDGE_CONTRAST)
    why = frame["why"] if organization.reply_to else frame["why_unread"]
    return {
        **frame,
        "language": language,
        "direction": direction(language),
        "start": "right" if is_right_to_left(language) else "left",
        "end": "left" if is_right_to_left(language) else "right",
        "ours": _frame_language(words_language(language, organization), language),
        "subject": SUBJECT,
        "greeting": GREETING,
        "opening": (own.reminder or frame["reminder"]) if reminder else own.intro,
        "signature": own.signature,
        "question": content.nps.text(language),
        **_ends(content, language, organization),
        "brand": brand,
        "on_brand": colour.text_on(brand),
        "initial": organization.name[:1].upper(),
        "programme": organization.programme,
        "company": organization.name,
        "why": why.replace("{company}", organization.name),
        "postal": organization.postal_address,
        "survey_url": survey_url(TOKEN),
        "privacy_url": privacy_url(TOKEN),
        "unsubscribe_url": unsubscribe_url(STOP),
    }


def _frame_language(ours: str, language: str) -> str:
    """The frame's own words may stand in another language than the company's texts: said where they do."""
    same = ours == language.partition("-")[0]
    return "" if same else format_html(' lang="{}" dir="{}"', ours, direction(ours))


def _ends(content: Content, language: str, organization: Organization) -> dict[str, str]:
    """The words at 0 and at 10."""
    usual = wording(language, organization)["scale"]
    return {end: content.nps.text(language, end) or usual[end] for end in ("low", "high")}


def _cells(content: Content, language: str, organization: Organization) -> list[Cell]:
    """Each cell's label is its number; the ends carry their words."""
    label = wording(language, organization)["scale"]["cell"]
    ends = _ends(content, language, organization)
    words = {0: f", {ends['low'].lower()}", 10: f", {ends['high'].lower()}"}
    return [
        Cell(score, label.replace("{n}", str(score)) + words.get(score, ""), f"{survey_url(TOKEN)}?score={score}")
        for score in range(11)
    ]
