"""The planner: a draft's sentences that save themselves, and what a launch would do beside them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect, reswap

from nps_platform.customers.segments import BrokenSegment
from nps_platform.messaging.sending import mail_leaves
from nps_platform.tenancy.access import OrganizationRequest
from surveys import actions
from surveys.breaker import ENOUGH
from surveys.forms import SendTestForm
from surveys.models import Programme, Survey
from surveys.paused_mail import BOUNCES, COMPLAINTS, LIMITS
from surveys.planner.form import ProgrammeForm
from surveys.planner.said import said_of
from surveys.planner.simulation import answers_margin, calendar_of, cap_for_the_team, people_lines, skip_lines
from surveys.planning.occasions import coming, next_at
from surveys.planning.rules import EVENT_WAITS, account_quarantine_days
from surveys.planning.simulating import Simulation


def show_plan(request: OrganizationRequest, row: Programme) -> HttpResponse:
    """The page of a draft."""
    return _page(request, row, ProgrammeForm(programme=row))


def save_plan(request: OrganizationRequest, row: Programme) -> HttpResponse:
    """What was changed; with script only what changes on the page, sentences among it where others stand there now."""
    form = ProgrammeForm(request.POST, programme=row)
    try:
        saved = _is_saved(request, row, form)
    except actions.WrongState:
        return moved_on(request, row)
    if not saved:
        return _refused(request, row, form)
    if not request.htmx:
        return redirect("programme", request.organization.slug, row.pk)
    fresh = Programme.objects.select_related("survey", "audience").get(pk=row.pk)
    form = ProgrammeForm(programme=fresh)
    answer = render(request, "surveys/planner_plan.html", _context(request, fresh, form))
    # Drawn again under somebody's hands, an open list would close: only where other sentences stand there now.
    return reswap(answer, "none") if request.POST.get("shape") == form.shape else answer


def moved_on(request: OrganizationRequest, row: Programme) -> HttpResponse:
    """It was launched meanwhile: no plan any more."""
    target = redirect("programme", request.organization.slug, row.pk)
    return HttpResponseClientRedirect(target.url) if request.htmx else target


def _is_saved(request: OrganizationRequest, row: Programme, form: ProgrammeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.change_programme(row, by=request.membership, **form.settings)
    except actions.BadPlan as problem:
        form.refuse(problem)
        return False
    return True


def _refused(request: OrganizationRequest, row: Programme, form: ProgrammeForm) -> HttpResponse:
    row = Programme.objects.select_related("survey", "audience").get(pk=row.pk)
    if request.htmx:
        context = _plan(row, form)
        return render(request, "surveys/planner_refused.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, row, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: OrganizationRequest, row: Programme, form: ProgrammeForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "surveys/planner.html", _context(request, row, form), status=status)


def _plan(row: Programme, form: ProgrammeForm) -> dict[str, Any]:
    """What the sentences need."""
    limits = {"bounces": LIMITS[BOUNCES], "complaints": LIMITS[COMPLAINTS], "enough": ENOUGH}
    return {"programme": row, "form": form, "limits": limits, "event_waits": EVENT_WAITS.days}


def _context(request: OrganizationRequest, row: Programme, form: ProgrammeForm) -> dict[str, Any]:
    simulation = simulated(row)
    return _plan(row, form) | {
        "ready": row.survey.state == Survey.State.PUBLISHED,
        "test_form": SendTestForm(languages=row.survey.languages, initial={"to": request.user.email}),
        "leaves": mail_leaves(),
        "simulation": simulation,
        **(figures(row, simulation) if simulation else {}),
    }


def show_simulation(request: OrganizationRequest, row: Programme) -> HttpResponse:
    """What a launched programme would do next, by the code that does it."""
    comes = row.state != Programme.State.CLOSED and (row.mode == Programme.Mode.TRIGGER or bool(next_at(row)))
    simulation = simulated(row) if comes else None
    context = {
        "programme": row,
        "simulation": simulation,
        "is_broken": comes and simulation is None,
        "foreseen": True,
        "is_trigger": row.mode == Programme.Mode.TRIGGER,
    }
    return render(
        request, "surveys/programme_simulation.html", context | (figures(row, simulation) if simulation else {})
    )


def simulated(row: Programme) -> Simulation | None:
    """None where the segment asks for something that is gone."""
    try:
        return actions.simulate(row)
    except BrokenSegment:
        return None


def figures(row: Programme, simulation: Simulation) -> dict[str, Any]:
    """What the panels of a simulation need."""
    now = timezone.now()
    waves = coming(row, now=now)
    return {
        "skips": skip_lines(
            simulation.skipped,
            simulation.eligible,
            quarantine=simulation.quarantine_days,
            of_company=account_quarantine_days(row),
            channel=row.channel,
            mode=row.mode,
        ),
        "people": people_lines(simulation),
        "calendar": calendar_of(simulation.days),
        "answers_margin": answers_margin(simulation),
        "team_cap": cap_for_the_team(simulation),
        "coming": waves[1:],
        "a_day": -(-simulation.recipients // row.period_days),
        "can_reserve": row.mode == Programme.Mode.WAVE and bool(waves) and waves[0] > now,
        "is_trigger": row.mode == Programme.Mode.TRIGGER,
    } | _words(row, simulation, now)


def _words(row: Programme, simulation: Simulation, now: datetime) -> dict[str, Any]:
    """What is said of mails, messages or calls."""
    said, calendar, cap = said_of(row), calendar_of(simulation.days), cap_for_the_team(simulation)
    is_later = bool(simulation.first_at and simulation.first_at > now)
    first = simulation.days[0].invitations if simulation.days else simulation.recipients
    return {
        "is_later": is_later,
        "amount": said.amount(calendar.messages) if calendar else "",
        "more": said.more_until(calendar.later, calendar.last) if calendar and calendar.later and calendar.last else "",
        "too_late": said.after_close(simulation.after_close) if simulation.after_close else "",
        "keeps_up": said.keeps_up(simulation.cases.spread_days, cap) if cap and simulation.cases.spread_days else "",
        "first_leave": said.first_leave(first, simulation.first_at if is_later else None),
        "launch_label": said.schedule(simulation.recipients),
    }
