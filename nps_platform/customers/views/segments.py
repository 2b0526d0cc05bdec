"""Segments and their builder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.customers.actions import delete_segment, save_segment
from nps_platform.customers.conditions import Field, fields
from nps_platform.customers.forms import SegmentForm
from nps_platform.customers.models import Segment
from nps_platform.customers.segments import COUNT_CAP, BrokenSegment, count, customers_by
from nps_platform.lib.words import fold
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

_EXAMPLES = 5


@organization_view(Right.CUSTOMERS)
def segments(request: OrganizationRequest) -> HttpResponse:
    found = sorted(Segment.objects.select_related("created_by__user"), key=lambda segment: fold(segment.name))
    known = fields()
    rows = [(segment, _count_of(segment.rules, known)) for segment in found]
    return render(request, "customers/segments.html", {"segments": rows})


def _count_of(rules: dict[str, Any], known: dict[str, Field]) -> int | None:
    """None where the rules can't be read any more."""
    try:
        return count(rules, known)
    except BrokenSegment:
        return None


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def segment_new(request: OrganizationRequest) -> HttpResponse:
    return _edit(request, Segment())


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def segment(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Segment, pk=pk))


def _edit(request: OrganizationRequest, segment: Segment) -> HttpResponse:
    form = SegmentForm(request.POST if request.method == "POST" else None, segment=segment)
    if request.method == "POST" and "save" not in request.POST:
        form.reshaped(request.POST)
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        save_segment(form.fill(), by=request.membership)
        messages.success(request, _("The segment is saved."))
        return redirect("segments", request.organization.slug)
    return render(request, "customers/segment.html", _shown(form))


@organization_view(Right.CUSTOMERS, methods=("POST",))
def segment_builder(request: OrganizationRequest) -> HttpResponse:
    """The builder while it is being filled in: nothing is saved."""
    form = SegmentForm(request.POST, segment=Segment())
    form.reshaped(request.POST)
    return render(request, "customers/_builder.html", _shown(form))


def _shown(form: SegmentForm) -> dict[str, Any]:
    found = None if form.read.problems else count(form.rules)
    examples = customers_by(form.rules).filter(erased_at=None).order_by("-pk")[:_EXAMPLES] if found else []
    return {
        "form": form,
        "segment": form.segment,
        "found": found,
        "capped": found is not None and found > COUNT_CAP,
        "examples": examples,
    }


@organization_view(Right.CUSTOMERS, methods=("POST",))
def segment_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    if delete_segment(get_object_or_404(Segment, pk=pk), by=request.membership):
        messages.success(request, _("The segment is deleted."))
        return redirect("segments", request.organization.slug)
    messages.error(request, _("A programme or an alert rule goes by this segment; change that first."))
    return redirect("segment", request.organization.slug, pk)
