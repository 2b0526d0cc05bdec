"""Programmes: the list, the wave planner with its simulator, and how a launched wave stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.customers.segments import BrokenSegment
from nps_platform.lib.csvio import write_csv
from nps_platform.messaging.sending import mail_leaves
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.streams import stream_inside
from surveys import actions
from surveys.forms import SendTestForm
from surveys.models import Programme, SkipReason, Survey
from surveys.planning import Simulation
from surveys.programme_forms import NewProgrammeForm, ProgrammeForm
from surveys.progress import people_of, progress_of, with_progress
from surveys.simulation import rate_lines, skip_lines


@organization_view(Right.ASK)
def programmes(request: OrganizationRequest) -> HttpResponse:
    """Every programme with how far it came."""
    rows = with_progress(list(Programme.objects.select_related("survey", "audience")))
    has_surveys = Survey.objects.exclude(state=Survey.State.ARCHIVED).exists()
    return render(request, "surveys/programmes.html", {"rows": rows, "has_surveys": has_surveys})


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def programme_new(request: OrganizationRequest) -> HttpResponse:
    """A draft wave; the planner asks the rest."""
    form = NewProgrammeForm(request.POST or None, initial={"survey": request.GET.get("survey", "")})
    if request.method == "POST" and form.is_valid():
        created = actions.create_programme(
            **form.cleaned_data,
            audience=None,
            quarantine_days=None,
            reminder_days=None,
            open_days=21,
            by=request.membership,
        )
        return redirect("programme", request.organization.slug, created.pk)
    context = {"form": form, "has_surveys": form.fields["survey"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "surveys/programme_new.html", context, status=422 if form.errors else 200)


def _programme(pk: int) -> Programme:
    rows = Programme.objects.select_related("survey", "audience", "launched_by__user")
    row: Programme = get_object_or_404(rows, pk=pk)
    return row


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def programme(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The planner while it is a draft (a POST saves it), its progress afterwards."""
    row = _programme(pk)
    if row.state != Programme.State.DRAFT:
        return render(request, "surveys/programme.html", _progress_context(request, row))
    form = ProgrammeForm(request.POST if request.method == "POST" else None, programme=row)
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "surveys/planner.html", _planner_context(request, row, form), status=422)
        actions.change_programme(row, by=request.membership, **form.cleaned_data)
        row = _programme(pk)
        form = ProgrammeForm(programme=row)
        if not request.htmx:
            return redirect("programme", request.organization.slug, pk)
    template = "surveys/planner_plan.html" if request.htmx else "surveys/planner.html"
    return render(request, template, _planner_context(request, row, form))


def _planner_context(request: OrganizationRequest, row: Programme, form: ProgrammeForm) -> dict[str, Any]:
    simulation = _simulated(row)
    return {
        "programme": row,
        "form": form,
        "simulation": simulation,
        "skips": skip_lines(simulation.skipped, simulation.eligible, quarantine=simulation.quarantine_days)
        if simulation
        else [],
        "rates": rate_lines(simulation) if simulation else [],
        "ready": row.survey.state == Survey.State.PUBLISHED,
        "test_form": SendTestForm(languages=row.survey.languages, initial={"to": request.user.email}),
        "leaves": mail_leaves(),
    }


def _simulated(row: Programme) -> Simulation | None:
    """None where the segment asks for something that is gone."""
    try:
        return actions.simulate(row)
    except BrokenSegment:
        return None


def _progress_context(request: OrganizationRequest, row: Programme) -> dict[str, Any]:
    progress = progress_of(row)
    eligible = progress.eligible
    return {
        "programme": row,
        "progress": progress,
        "skips": skip_lines(progress.skipped, eligible),
        "polling": progress.is_moving or row.state == Programme.State.PLANNING,
        "leaves": mail_leaves(),
        "invited_share": progress.invited / eligible if eligible else 0,
    }


@organization_view(Right.ASK)
def programme_progress(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The moving part of a launched programme's page."""
    return render(request, "surveys/programme_progress.html", _progress_context(request, _programme(pk)))


@organization_view(Right.ASK)
def programme_people(request: OrganizationRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Who is asked (no `reason`), or who is skipped for `reason`, as CSV."""
    row = _programme(pk)
    reason = request.GET.get("reason", "")
    reason = reason if reason in SkipReason.values else ""
    head = [_("customer number"), _("name"), _("e-mail"), _("language"), _("reason")]

    def table() -> Any:
        yield head
        yield from people_of(row, reason)

    answer = StreamingHttpResponse(stream_inside(request.organization, write_csv(table())), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="programme-{row.pk}-{reason or "invited"}.csv"'
    return answer


def _step(request: OrganizationRequest, pk: int, action: Callable[..., object], done: str) -> HttpResponse:
    row = _programme(pk)
    try:
        action(row, by=request.membership)
        messages.success(request, done)
    except actions.ProgrammeNotReady:
        messages.error(request, _("Publish the survey first: what is not published can't be asked."))
    except actions.WrongState:
        messages.warning(request, _("That is no longer possible: the programme has moved on. This is how it stands."))
    return redirect("programme", request.organization.slug, pk)


@organization_view(Right.ASK, methods=("POST",))
def programme_launch(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.launch, _("The wave is on its way."))


@organization_view(Right.ASK, methods=("POST",))
def programme_pause(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.pause, _("Paused: nothing more leaves until you resume."))


@organization_view(Right.ASK, methods=("POST",))
def programme_resume(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.resume, _("The wave goes on."))


@organization_view(Right.ASK, methods=("POST",))
def programme_close(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.close, _("The wave is closed."))


@organization_view(Right.ASK, methods=("POST",))
def programme_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Only a draft."""
    row = _programme(pk)
    try:
        actions.delete_programme(row, by=request.membership)
    except actions.WrongState:
        messages.warning(request, _("A programme that was launched stays on the record."))
        return redirect("programme", request.organization.slug, pk)
    messages.success(request, _("The draft was deleted."))
    return redirect(reverse("programmes", args=[request.organization.slug]))
