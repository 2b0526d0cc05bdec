"""Programmes: the list, the page of one, and the steps of its life. A draft's page is the planner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.customers.segments import BrokenSegment
from nps_platform.lib.csvio import write_csv
from nps_platform.messaging.sending import mail_leaves
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.streams import stream_inside
from nps_platform.tenancy.templatetags.circulo import number
from surveys import actions
from surveys.models import Programme, SkipReason, Survey
from surveys.paused_mail import why_paused
from surveys.planner.facts import facts_of
from surveys.planner.fields import NewProgrammeForm, copy_name, problem_text
from surveys.planner.progress import people_of, progress_of, with_progress
from surveys.planner.said import said_of
from surveys.planner.simulation import no_gateway_text, skip_lines
from surveys.planning.rules import account_quarantine_days, quarantine_days
from surveys.views.planner import moved_on, save_plan, show_plan, show_simulation

LIVE = (Programme.State.PLANNING, Programme.State.RUNNING, Programme.State.PAUSED)


@organization_view(Right.ASK)
def programmes(request: OrganizationRequest) -> HttpResponse:
    """What is planned or runs with how far it came; what closed has a list of its own."""
    closed = Q(state=Programme.State.CLOSED)
    counts = Programme.objects.aggregate(current=Count("pk", filter=~closed), closed=Count("pk", filter=closed))
    of_closed = bool(counts["closed"]) and (request.GET.get("show") == "closed" or not counts["current"])
    shown = Programme.objects.filter(closed if of_closed else ~closed).select_related("survey", "audience")
    here = reverse("programmes", args=[request.organization.slug])
    chips = [
        Choice(_("Current programmes"), here, not of_closed, number(counts["current"])),
        Choice(pgettext("programmes", "Closed"), f"{here}?show=closed", of_closed, number(counts["closed"])),
    ]
    context = {
        "rows": with_progress(list(shown)),
        "chips": chips if counts["closed"] and counts["current"] else [],
        "has_surveys": Survey.objects.exclude(state=Survey.State.ARCHIVED).exists(),
    }
    return render(request, "surveys/programmes.html", context)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def programme_new(request: OrganizationRequest) -> HttpResponse:
    """A draft wave; the planner asks the rest."""
    form = NewProgrammeForm(request.POST or None, initial={"survey": request.GET.get("survey", "")})
    if request.method == "POST" and form.is_valid():
        created = actions.create_programme(
            **form.cleaned_data,
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
        if request.method == "POST":
            return moved_on(request, row)
        return render(request, "surveys/programme.html", _progress_context(request, row))
    return save_plan(request, row) if request.method == "POST" else show_plan(request, row)


def _progress_context(request: OrganizationRequest, row: Programme) -> dict[str, Any]:
    progress, said = progress_of(row), said_of(row)
    eligible = progress.eligible
    return {
        "programme": row,
        "progress": progress,
        "skips": skip_lines(
            progress.skipped,
            eligible,
            quarantine=quarantine_days(row),
            of_company=account_quarantine_days(row),
            channel=row.channel,
            mode=row.mode,
        ),
        "polling": progress.is_moving or row.state == Programme.State.PLANNING,
        "leaves": mail_leaves(),
        "not_begun": not eligible and row.state == Programme.State.RUNNING,
        "waiting": said.waiting(progress.held),
        "uncertain": said.uncertain(progress.uncertain),
        "failed": said.failed(progress.failed),
        "why_paused": why_paused(row),
        "facts": facts_of(row),
        "can_reserve": row.mode == Programme.Mode.WAVE and bool(row.next_at) and row.state in LIVE,
        "invited_share": progress.invited / eligible if eligible else 0,
    }


@organization_view(Right.ASK)
def programme_progress(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The moving part of a launched programme's page."""
    return render(request, "surveys/programme_progress.html", _progress_context(request, _programme(pk)))


@organization_view(Right.ASK)
def programme_simulation(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What it would do next; a draft's stands in the planner."""
    row = _programme(pk)
    if row.state == Programme.State.DRAFT:
        return redirect("programme", request.organization.slug, pk)
    return show_simulation(request, row)


@organization_view(Right.ASK)
def programme_people(request: OrganizationRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Who is asked (no `reason`), or who is skipped for `reason`, as CSV; `foreseen`: next, though it was launched."""
    row = _programme(pk)
    reason = request.GET.get("reason", "")
    reason = reason if reason in SkipReason.values else ""
    head = [_("customer number"), _("name"), _("address"), _("language"), _("reason")]

    def table() -> Any:
        yield head
        yield from people_of(row, reason, foreseen="foreseen" in request.GET)

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
    except actions.BadPlan as refused:
        messages.error(request, " ".join(problem_text(code) for code in refused.problems.values()))
    except BrokenSegment:
        messages.error(request, _("The audience's segment asks for something that is gone."))
    except actions.NoGateway as error:
        messages.error(request, no_gateway_text(error.channel))
    except actions.WrongState:
        messages.warning(request, _("That is no longer possible: the programme has moved on. This is how it stands."))
    return _back(request, pk)


def _back(request: OrganizationRequest, pk: int) -> HttpResponse:
    """To the programme on whose page it was asked for, where that is another one."""
    asked_on = request.POST.get("asked_on", "")
    is_id = asked_on.isascii() and asked_on.isdigit() and len(asked_on) < 19
    there = Programme.objects.filter(pk=asked_on).first() if is_id else None
    return redirect("programme", request.organization.slug, there.pk if there else pk)


@organization_view(Right.ASK, methods=("POST",))
def programme_launch(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Only what was seen: a plan that changed after its simulation is looked at again first."""
    seen = request.POST.get("seen")
    if seen and seen != _programme(pk).updated_at.isoformat():
        messages.warning(request, _("The plan changed after this simulation. Look at it as it is now, then launch."))
        return redirect("programme", request.organization.slug, pk)
    return _step(request, pk, actions.launch, _("The programme is on its way."))


@organization_view(Right.ASK, methods=("POST",))
def programme_reserve(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Keep the people of its next wave."""
    done = _("Its people are kept: other programmes leave them alone until it has asked.")
    return _step(request, pk, actions.reserve, done)


@organization_view(Right.ASK, methods=("POST",))
def programme_let_go(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Keep nobody for it any more."""
    return _step(request, pk, actions.let_go, _("Nobody is kept for it any more."))


@organization_view(Right.ASK, methods=("POST",))
def programme_pause(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.pause, _("Paused: nothing more leaves until you resume."))


@organization_view(Right.ASK, methods=("POST",))
def programme_resume(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.resume, _("The programme goes on."))


@organization_view(Right.ASK, methods=("POST",))
def programme_close(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.close, _("The programme is closed."))


@organization_view(Right.ASK, methods=("POST",))
def programme_duplicate(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A draft with the same settings, opened in the planner."""
    row = _programme(pk)
    copy = actions.duplicate_programme(row, name=copy_name(row), by=request.membership)
    messages.success(request, _("This is the copy, a draft. Change it as you like."))
    return redirect("programme", request.organization.slug, copy.pk)


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
