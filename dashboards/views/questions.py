"""How the further questions were answered, below the results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from dashboards.forms import FilterForm
from dashboards.queries.comments import Voice, voices
from dashboards.queries.filters import Filters
from dashboards.queries.questions import Summary, questions
from dashboards.readers import Reader
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.links import Choice, query
from surveys.models import Survey

QUOTED = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote to a further question."""

    voice: Voice
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the newest words to it, and where all of them are read."""

    summary: Summary
    quotes: list[Quote]
    url: str = ""


def further_questions(request: OrganizationRequest, form: FilterForm, reader: Reader) -> dict[str, Any]:
    """`questions`: each survey with its answers and questions; `question_classes`: the classes to narrow them to."""
    filters, nps_class = form.filters(), form.chosen_class()
    found = questions(filters, nps_class=nps_class, threshold=reader.threshold)
    shown = [
        (
            one.survey,
            one.n,
            [_asked(request, one.survey, summary, filters, nps_class, reader) for summary in one.questions],
        )
        for one in found
    ]
    return {
        "questions": shown,
        "question_classes": _classes(request, nps_class),
        "answers_url": reverse("answers_csv", args=[request.organization.slug]) + query(request, by=""),
        "export_url": reverse("export_new", args=[request.organization.slug, "responses"]) + query(request, by=""),
        "narrowed": bool(nps_class),
    }


def _asked(
    request: OrganizationRequest, survey: Survey, summary: Summary, filters: Filters, nps_class: str, reader: Reader
) -> Asked:
    if not summary.words or summary.hidden or not reader.comments:
        return Asked(summary, [])
    there = replace(filters, survey=survey)
    found = voices(there, reader, nps_class=nps_class, question=summary.key, limit=QUOTED)
    said = [(voice, {told.key: told.answer for told in voice.further}.get(summary.key, "")) for voice in found.voices]
    url = reverse("comments", args=[request.organization.slug]) + query(
        request, by="", survey=str(survey.pk), question=summary.key
    )
    return Asked(summary, [Quote(voice, text) for voice, text in said if text], url)


def _classes(request: OrganizationRequest, chosen: str) -> list[Choice]:
    names = [("", pgettext("answer classes", "All"))]
    names += [(c.value, str(c.label)) for c in NpsClass if c != NpsClass.SILENT]
    return [
        Choice(name, f"{query(request, nps_class=key) or request.path}#questions", key == chosen) for key, name in names
    ]
