"""The palette's lines."""

from __future__ import annotations

from django.http import JsonResponse

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.palette import goals


@organization_view()
def palette(request: OrganizationRequest) -> JsonResponse:
    """Without words the pages, with words what they find."""
    return JsonResponse({"goals": goals(request, request.GET.get("q", ""))})
