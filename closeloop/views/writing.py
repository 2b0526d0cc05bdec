"""While one writes: the draft is kept, colleagues see each other, and what comes in meanwhile is shown."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from closeloop.actions import keep_draft
from closeloop.forms import DraftForm
from closeloop.pane import pane_of, timeline
from closeloop.presence import others_in, say_here
from closeloop.views.inbox import find_case, kept_query
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

ONLY_POST = ("POST",)
UNPROCESSABLE = 422


@organization_view(Right.CASES, methods=ONLY_POST)
def draft(request: OrganizationRequest, number: int) -> HttpResponse:
    """Keep one's words; the answer says whether any are kept now."""
    case, form = find_case(number), DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=UNPROCESSABLE)
    kept = keep_draft(case, tab=form.cleaned_data["tab"], text=form.cleaned_data["text"], by=request.membership)
    return JsonResponse({"kept": kept})


@organization_view(Right.CASES, methods=ONLY_POST)
def presence(request: OrganizationRequest, number: int) -> HttpResponse:
    """One is here; who else is, and what happened after the entry `shown`. A POST because it tells others."""
    case, person = find_case(number), request.membership
    say_here(case, person, request.POST.get("doing", ""))
    shown = _number(request.POST.get("shown", ""))
    entries = timeline(case, after=shown)
    context = {
        "pane": pane_of(case, person) if entries else None,
        "case": case,
        "entries": entries,
        "others": others_in(case, person),
        "shown": max([shown, *(entry.event.pk for entry in entries)]),
        "query": kept_query(request),
    }
    return render(request, "closeloop/presence.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
