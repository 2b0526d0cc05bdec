"""The survey as its editor sees it: the customer's own page, with nothing to send."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.public_door import PublicRequest
from nps_platform.tenancy.roles import Right
from responses.public_pages import chosen_score, question_page, try_out_thanks
from surveys.models import Survey


@organization_view(Right.ASK)
def survey_preview(request: OrganizationRequest, pk: int) -> HttpResponse:
    """`?language=`, `?score=`; `?page=thanks` shows what follows that score. Our own pages may frame it."""
    survey = get_object_or_404(Survey.objects.select_related("touchpoint"), pk=pk)
    # It reads the organisation and the address alone: the same page that customers get.
    page_request = cast(PublicRequest, request)
    score = chosen_score(page_request)
    if request.GET.get("page") == "thanks":
        return try_out_thanks(page_request, survey, 9 if score is None else score, "", framed=True)
    return question_page(page_request, survey, request.organization.language, preview=True)
