"""What the question on a website says, in one language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from nps_platform.lib.languages import direction
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import brand_colours, speaking
from responses.public_kiosk_page import thanks_title
from responses.sent_answers import shown_version
from responses.survey_page import page_language, survey_page
from surveys.authoring.content import CLASSES, content_for
from surveys.models import Collector


def embed_data(collector: Collector, organization: Organization, asked: str, *, knows: bool) -> dict[str, Any]:
    """Everything that templates/public/_embed.js draws: the score, a reason by class, thanks. `knows`: whether we know who is
    there, and may ask if they want to be contacted. The survey's further questions are not asked on a website."""
    content = content_for(collector.survey)
    plain = asked.lower()
    language = page_language(content, collector.language, plain, plain.partition("-")[0], organization.language)
    contact = content.contact if knows else None
    with speaking(organization, language):
        page = survey_page(content, language, None, extras=False)
        reasons = {c: content.comment_for(c) for c in CLASSES}
        usual = _("What is the main reason for your score?")
        return {
            "version": shown_version(collector),
            "language": language,
            "direction": direction(language),
            "colours": brand_colours(organization.brand_colour),
            "classes": [class_of(score) for score in range(11)],
            "score": {"text": page.question, "low": page.low, "high": page.high},
            "reasons": {c: reason.text(language) or usual for c, reason in reasons.items() if reason},
            "contact": {
                "text": contact.text(language) or _("I would like to be contacted"),
                "classes": [c for c in CLASSES if contact.shown.for_class(c)],
            }
            if contact
            else None,
            "thanks": {c: thanks_title(content, c, language) for c in CLASSES},
            "words": {
                "from": organization.programme,
                "optional": _("(optional)"),
                "send": _("Send"),
                "close": _("Close"),
                "failed": _("It could not be sent. Please try again."),
                "asks": _("%(company)s asks one question.") % {"company": organization.name},
            },
        }
