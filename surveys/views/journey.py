"""Editing the journey: the board on which stages and touchpoints are put in order, and their forms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.actions import Step
from surveys.board import board, losses_of_stage, losses_of_touchpoint, place_of
from surveys.journey_forms import StageForm, StageMoveForm, TouchpointForm, TouchpointMoveForm
from surveys.models import Stage, Touchpoint
from surveys.starters import usual_journey


@organization_view(Right.ASK, methods=("POST",))
def journey_adopt(request: OrganizationRequest) -> HttpResponse:
    """The ticked ones of the usual stages become the journey."""
    ticked = set(request.POST.getlist("stages"))
    usual = [stage for number, stage in enumerate(usual_journey(request.organization)) if str(number) in ticked]
    actions.adopt_journey(usual, by=request.membership)
    return redirect("journey_edit", request.organization.slug)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def journey_edit(request: OrganizationRequest) -> HttpResponse:
    """The board; a POST adds a stage."""
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stage = actions.add_stage(**form.cleaned_data, by=request.membership)
        messages.success(request, _("“%(name)s” is part of the journey.") % {"name": stage.name})
        return redirect("journey_edit", request.organization.slug)
    context = {"columns": board(), "form": form}
    return render(request, "surveys/journey_edit.html", context, status=422 if form.errors else 200)


# --- stages and touchpoints ------------------------------------------------------------------------------------------
def _form_page(request: OrganizationRequest, form: Any, **context: Any) -> HttpResponse:
    context |= {"form": form, "back_url": _back(request, context.get("row"))}
    return render(request, "surveys/journey_form.html", context, status=422 if form.errors else 200)


def _back(request: OrganizationRequest, row: Stage | Touchpoint | None) -> str:
    """To the map where one came from there (`?back=map`), else to the board."""
    slug = request.organization.slug
    if request.GET.get("back") == "map" and isinstance(row, Touchpoint):
        return reverse("journey", args=[slug]) + f"?at={row.pk}#chosen"
    return reverse("journey_edit", args=[slug])


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def stage(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Change a stage."""
    row: Stage = get_object_or_404(Stage.objects.select_related("owner__user"), pk=pk)
    form = StageForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.change_stage(row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The stage was saved."))
        return redirect(_back(request, row))
    losses = " ".join(losses_of_stage(row))
    return _form_page(request, form, row=row, page_title=row.name, delete_url="stage_delete", losses=losses)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def touchpoint_add(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A new touchpoint, in this stage unless another is chosen."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    form = TouchpointForm(request.POST or None, initial={"stage": row})
    if request.method == "POST" and form.is_valid():
        actions.add_touchpoint(by=request.membership, **form.cleaned_data)
        messages.success(request, _("The touchpoint was added."))
        return redirect("journey_edit", request.organization.slug)
    return _form_page(request, form, stage=row, page_title=_("New touchpoint"))


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def touchpoint(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Change a touchpoint, or move it to another stage."""
    row: Touchpoint = get_object_or_404(Touchpoint.objects.select_related("stage", "owner__user"), pk=pk)
    name, stage, losses = row.name, row.stage, " ".join(losses_of_touchpoint(row))
    form = TouchpointForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.change_touchpoint(row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The touchpoint was saved."))
        return redirect(_back(request, row))
    return _form_page(
        request, form, row=row, stage=stage, page_title=name, delete_url="touchpoint_delete", losses=losses
    )


@organization_view(Right.ASK, methods=("POST",))
def stage_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Delete a stage with its touchpoints."""
    actions.delete_stage(get_object_or_404(Stage.objects, pk=pk), by=request.membership)
    messages.success(request, _("The stage was deleted."))
    return redirect("journey_edit", request.organization.slug)


@organization_view(Right.ASK, methods=("POST",))
def touchpoint_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Delete a touchpoint."""
    actions.delete_touchpoint(get_object_or_404(Touchpoint.objects, pk=pk), by=request.membership)
    messages.success(request, _("The touchpoint was deleted."))
    return redirect("journey_edit", request.organization.slug)


# --- order -----------------------------------------------------------------------------------------------------------
@organization_view(Right.ASK, methods=("POST",))
def stage_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One step (`step`), or in front of another stage (`before`; empty: last)."""
    row: Stage = get_object_or_404(Stage.objects, pk=pk)
    form = StageMoveForm(request.POST)
    if not form.is_valid():
        return _moved(request, row, refused=_("The journey has changed in the meantime."))
    if form.cleaned_data["step"]:
        actions.step_stage(row, Step(form.cleaned_data["step"]), by=request.membership)
    else:
        actions.place_stage(row, before=form.cleaned_data["before"], by=request.membership)
    return _moved(request, row)


@organization_view(Right.ASK, methods=("POST",))
def touchpoint_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One step (`step`), or into `stage`, in front of another touchpoint (`before`; empty: last)."""
    row: Touchpoint = get_object_or_404(Touchpoint.objects.select_related("stage"), pk=pk)
    form = TouchpointMoveForm(request.POST)
    if not form.is_valid():
        return _moved(request, row, refused=_("The journey has changed in the meantime."))
    told = form.cleaned_data
    try:
        if told["step"]:
            actions.step_touchpoint(row, Step(told["step"]), by=request.membership)
        else:
            actions.place_touchpoint(row, stage=told["stage"], before=told["before"], by=request.membership)
    except actions.NameTaken:
        return _moved(request, row, refused=_("The stage has a touchpoint with this name."))
    return _moved(request, row)


def _moved(request: OrganizationRequest, row: Stage | Touchpoint, *, refused: str = "") -> HttpResponse:
    """The board as it now stands, which says where the row went; without script the page that holds it."""
    row.refresh_from_db()
    said = refused or place_of(row)
    if not request.htmx:
        (messages.warning if refused else messages.success)(request, said)
        return redirect(f"{reverse('journey_edit', args=[request.organization.slug])}#{row._meta.model_name}-{row.pk}")
    context = {"columns": board(), "moved": f"{row._meta.model_name}-{row.pk}", "said": said}
    response = render(request, "surveys/journey_board.html", context)
    if refused:
        trigger_client_event(response, "toast", {"text": refused, "level": "warning"})
    return response
