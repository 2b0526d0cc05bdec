"""What the thank-you page says: thanks by class, what happens next, what was said, and its correction."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from responses.actions import correctable_until
from responses.models import Response
from responses.promises import first_contact_by
from responses.public_forms import AnswerForm
from responses.survey_page import survey_page, thank_you_texts
from surveys.models import Invitation


def thanks_context(
    invitation: Invitation | None,
    response: Response,
    language: str,
    newly_chosen: int | None,
    form: AnswerForm | None,
) -> dict[str, Any]:
    """The context of public/thanks.html. Without an invitation it is a test: nothing to correct, nothing to follow."""
    context = {
        "said": response,
        "thanks": thank_you_texts(response.survey, language, response.nps_class),
        "promise": first_contact_by(response),
        "spoken": response.survey.languages,
        "page": survey_page(response.survey, language, response.score),
    }
    if invitation is None:
        return context
    address = reverse("survey_page", args=[invitation.token])
    return {
        **context,
        **correction_context(response, language, newly_chosen, form),
        "customer": response.customer,
        "loop_url": reverse("loop_page", args=[response.loop_token]),
        "privacy_url": f"{address}/privacy",
        "action": address,
    }


def correction_context(
    response: Response, language: str, newly_chosen: int | None, form: AnswerForm | None
) -> dict[str, Any]:
    """What public/_correction.html draws: `correction` is "open", "after_contact" or "" where it is too late."""
    until = correctable_until(response)
    in_time = "open" if timezone.now() <= until else ""
    score = newly_chosen if newly_chosen is not None else response.score
    kept_words = "" if response.contacted_at else response.comment
    return {
        "correction": "after_contact" if response.contacted_at else in_time,
        "until": until,
        "page": survey_page(response.survey, language, score),
        "form": form,
        "score": score,
        "comment": form["comment"].value() if form else kept_words,
        "contact": bool(form["contact"].value() if form else response.wants_contact),
        "open": bool(form) or (newly_chosen is not None and newly_chosen != response.score),
    }
