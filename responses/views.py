"""The survey as its editor sees it: the customer's own page, with nothing to send."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.public_door import PublicRequest
from nps_platform.tenancy.roles import Right
from responses.public_pages import chosen_score, more_page, question_page, spoken_by, try_out_thanks
from responses.survey_page import page_language
from surveys.models import Survey


@organization_view(Right.ASK)
def survey_preview(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The draft: `?language=`, `?score=`; `?page=thanks` shows what follows that score, and with `&which=` one page of it;
    `?page=more&question=` what an earlier answer brings up. Our own pages may frame it."""
    survey: Survey = get_object_or_404(Survey.objects.select_related("touchpoint"), pk=pk)
    content = survey.draft_content
    # It reads the organisation and the address alone: the same page that customers get.
    page_request = cast(PublicRequest, request)
    score, shown = chosen_score(page_request), request.GET.get("page")
    if shown == "thanks":
        which = request.GET.get("which", "")
        return try_out_thanks(page_request, survey, 9 if score is None else score, "", framed=True, page=which)
    own = request.organization.language
    question = content.question(request.GET.get("question", ""))
    if shown == "more" and question:
        return more_page(page_request, [question], page_language(content, spoken_by(page_request), own), framed=True)
    return question_page(page_request, content, own, preview=True)
