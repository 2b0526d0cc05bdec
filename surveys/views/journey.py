"""The journey: stages and touchpoints as a list that is edited in place."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.forms import StageForm, TouchpointForm
from surveys.models import Stage, Touchpoint


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def journey(request: OrganizationRequest) -> HttpResponse:
    """Every stage with its touchpoints; a POST adds a stage."""
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stage = actions.add_stage(**form.cleaned_data, by=request.membership)
        messages.success(request, _("“%(name)s” is part of the journey.") % {"name": stage.name})
        return redirect("journey", request.organization.slug)
    touchpoints = Touchpoint.objects.annotate(listening=Count("surveys")).select_related("stage")
    by_stage: dict[int, list[Touchpoint]] = {}
    for touchpoint in touchpoints:
        by_stage.setdefault(touchpoint.stage_id, []).append(touchpoint)
    stages = list(Stage.objects.annotate(listening=Count("surveys")))
    context = {
        "stages": [(stage, by_stage.get(stage.pk, [])) for stage in stages],
        "form": form,
        "touchpoint_count": len(touchpoints),
        "heard": sum(1 for touchpoint in touchpoints if touchpoint.listening),
    }
    return render(request, "surveys/journey.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def stage(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Rename a stage."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    form = StageForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.change_stage(row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The stage was saved."))
        return redirect("journey", request.organization.slug)
    context = {"form": form, "row": row, "page_title": row.name, "delete_url": "stage_delete"}
    return render(request, "surveys/journey_form.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def touchpoint_add(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A new touchpoint of one stage."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    form = TouchpointForm(request.POST or None, stage=row)
    if request.method == "POST" and form.is_valid():
        actions.add_touchpoint(stage=row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The touchpoint was added."))
        return redirect("journey", request.organization.slug)
    context = {"form": form, "stage": row, "page_title": _("New touchpoint")}
    return render(request, "surveys/journey_form.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def touchpoint(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Change a touchpoint."""
    row: Touchpoint = get_object_or_404(Touchpoint.objects.select_related("stage"), pk=pk)
    form = TouchpointForm(request.POST or None, instance=row, stage=row.stage)
    if request.method == "POST" and form.is_valid():
        actions.change_touchpoint(row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The touchpoint was saved."))
        return redirect("journey", request.organization.slug)
    context = {
        "form": form,
        "row": row,
        "stage": row.stage,
        "page_title": row.name,
        "delete_url": "touchpoint_delete",
    }
    return render(request, "surveys/journey_form.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("POST",))
def stage_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One place up or down (`up` in the form)."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    actions.move_stage(row, up="up" in request.POST, by=request.membership)
    return redirect("journey", request.organization.slug)


@organization_view(Right.ASK, methods=("POST",))
def touchpoint_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One place up or down within its stage."""
    row: Touchpoint = get_object_or_404(Touchpoint.objects.select_related("stage"), pk=pk)
    actions.move_touchpoint(row, up="up" in request.POST, by=request.membership)
    return redirect("journey", request.organization.slug)


@organization_view(Right.ASK, methods=("POST",))
def stage_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Delete an unused stage."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    try:
        actions.delete_stage(row, by=request.membership)
        messages.success(request, _("The stage was deleted."))
    except actions.InUse:
        messages.warning(request, _("The stage still has touchpoints or surveys: it stays."))
    return redirect("journey", request.organization.slug)


@organization_view(Right.ASK, methods=("POST",))
def touchpoint_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Delete an unused touchpoint."""
    row: Touchpoint = get_object_or_404(Touchpoint.objects, pk=pk)
    try:
        actions.delete_touchpoint(row, by=request.membership)
        messages.success(request, _("The touchpoint was deleted."))
    except actions.InUse:
        messages.warning(request, _("Surveys listen to this touchpoint: it stays."))
    return redirect("journey", request.organization.slug)
