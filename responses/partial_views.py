"""Where the survey page tells what somebody has begun."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse

from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import PublicRequest, public_door
from responses.provisional import keep_begun
from responses.public_forms import SCORES, CommentField
from responses.public_views import answer_to, open_invitation
from responses.survey_page import page_language

NOTHING_TO_SAY = 204


class BegunForm(forms.Form):
    """A score, words, or both; whatever else stands on the page is not kept before it is sent."""

    score = forms.TypedChoiceField(choices=SCORES, coerce=int, empty_value=None, required=False)
    comment = CommentField(required=False)
    language = forms.CharField(required=False, max_length=8)


@public_door(Door.SURVEY, methods=("POST",))
def partial(request: PublicRequest, pk: int) -> HttpResponse:
    """Keep it where there is something, from the page itself, of an open invitation; say nothing either way."""
    form = BegunForm(request.POST)
    invitation = open_invitation(pk)
    if answer_to(invitation) is None and form.is_valid() and _comes_from_the_page(request):
        said = form.cleaned_data
        if said["score"] is not None or said["comment"].strip():
            language = page_language(invitation.content, said["language"], invitation.language)
            keep_begun(invitation, score=said["score"], comment=said["comment"], language=language)
    return HttpResponse(status=NOTHING_TO_SAY)


def _comes_from_the_page(request: PublicRequest) -> bool:
    """Browsers say where a request comes from, and whether they only prepare a page nobody has asked for yet."""
    prepared = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and "prefetch" not in prepared
