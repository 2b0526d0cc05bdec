"""The customer's loop page and the guest's page of a forwarded case."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import PublicRequest, public_door
from responses.models import Response
from responses.public_pages import privacy_page


@public_door(Door.LOOP, methods=("GET", "HEAD", "POST"))
def loop_page(request: PublicRequest, pk: int) -> HttpResponse:
    """What was said, where it stands."""
    return loop_privacy(request, pk)


@public_door(Door.LOOP)
def loop_privacy(request: PublicRequest, pk: int) -> HttpResponse:
    """How the answer is used."""
    response = Response.objects.select_related("survey").filter(pk=pk).first()
    if response is None:
        raise Http404
    return privacy_page(request, response.survey, response.language, request.path.removesuffix("/privacy"))
