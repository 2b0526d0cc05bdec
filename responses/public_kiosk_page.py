"""What a tablet is given once and keeps: the survey in each of its languages, and the words around it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.lib.languages import direction, own_name
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import speaking
from responses.kiosk_staff import staff_words
from responses.sent_answers import shown_version
from responses.survey_page import survey_page
from responses.walked import thanks_title, way_through, words_of
from surveys.authoring.content import CLASSES, Content, content_for
from surveys.models import Collector

# Of an idle screen's time, the last seconds are counted aloud.
WARNED = 10


def kiosk_data(collector: Collector, organization: Organization, address: str) -> dict[str, Any]:
    """Everything that templates/public/_kiosk.js draws. The same for the same survey, settings and code, so that a tablet can
    tell whether what it keeps is still right."""
    content = content_for(collector.survey)
    languages = kiosk_languages(collector, content, organization)
    return {
        "address": address,
        "version": shown_version(collector),
        "idle": collector.idle_seconds,
        "warned": min(WARNED, collector.idle_seconds // 2),
        "pin": collector.pin,
        **way_through(content),
        "texts": {code: _texts(content, code, organization) for code in languages},
        "staff": staff_words(organization),
        "staff_language": organization.language,
    }


def kiosk_languages(collector: Collector, content: Content, organization: Organization) -> list[str]:
    """What the screen can be had in; it comes back to the first for the next person."""
    spoken = list(content.languages)
    first = next((code for code in (collector.language, organization.language) if code in spoken), None)
    return [first, *(code for code in spoken if code != first)] if first else spoken


def asks_who(content: Content) -> bool:
    """Whether anything on the way asks for a name or an address."""
    return content.contact is not None


def _texts(content: Content, code: str, organization: Organization) -> dict[str, Any]:
    """The survey's own texts in `code`, and ours in the nearest language that has them."""
    with speaking(organization, code):
        first = survey_page(content, code, None, extras=False)
        return {
            "name": own_name(code),
            "direction": direction(code),
            "score": {"text": first.question, "low": first.low, "high": first.high},
            "questions": {q.key: words_of(q, code) for q in content.questions},
            "thanks": {c: thanks_title(content, c, code) for c in CLASSES},
            "words": _words(organization, content),
        }


def _words(organization: Organization, content: Content) -> dict[str, str]:
    """Translators: Spanish here speaks impersonally, neither tú nor usted. %(seconds)s stays as it is."""
    who = _("It carries a name only where one was left here.") if asks_who(content) else _("It carries no name.")
    return {
        "hint": _("Tap a number."),
        "next": pgettext("to the question after", "Next"),
        "send": _("Send"),
        "skip": _("Skip"),
        "back": pgettext("to the page before", "Back"),
        "missing": _("An answer is missing here."),
        "name": _("Name (optional)"),
        "reach": _("E-mail or telephone"),
        "unreachable": _("Write an e-mail address or a telephone number."),
        "no": _("No, thank you"),
        "another": _("Next person"),
        "there": _("Still there?"),
        "over": _("What was begun here is wiped in %(seconds)s s."),
        "stay": _("Go on"),
        "closed": _("No answers are taken here at the moment."),
        "usage": _("How we use your answer"),
        "used": " ".join(
            [
                _("People who work at %(company)s read the score and the words, to act on them and to improve.")
                % {"company": organization.name},
                who,
                _("It is not published and not sold, and nothing of it stays on this device once it was sent."),
            ]
        ),
        "close": _("Close"),
    }
