"""What stands behind a case: the customer, and their answer on the page they gave it on."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import render

from closeloop.about import about as about_customer
from closeloop.views.inbox import find_case, is_fragment, kept_query
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.public_door import PublicRequest
from nps_platform.tenancy.roles import Right
from responses.public_pages import answered_page


@organization_view(Right.CASES)
def about(request: OrganizationRequest, number: int) -> HttpResponse:
    """The customer of a case: beside it for htmx, else on a page of its own."""
    case = find_case(number)
    if case.customer is None:
        raise Http404
    context = {"about": about_customer(case, case.customer, request.membership), "query": kept_query(request)}
    return render(request, "closeloop/about.html" if is_fragment(request) else "closeloop/about_page.html", context)


@organization_view(Right.CASES)
def answer(request: OrganizationRequest, number: int) -> HttpResponse:
    """The survey's page as it was filled in, in its language and version; our own pages frame it."""
    return answered_page(cast(PublicRequest, request), find_case(number).response)
