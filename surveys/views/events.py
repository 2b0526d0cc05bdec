"""A trigger programme's events: the latest, one by hand, many by a file; and the incidents in which nobody is asked."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.customers.models import Customer
from nps_platform.customers.segments import BrokenSegment
from nps_platform.customers.wording import file_problem
from nps_platform.lib.csvio import CsvRefused
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.event_forms import EventFileForm, EventForm, IncidentForm
from surveys.event_reading import EventTally, NoColumn, tell_file
from surveys.models import Incident, Programme
from surveys.planning.rules import customers_of

SHOWN = 50


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def programme_events(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The latest events; a POST tells of one."""
    programme = _trigger(pk)
    form = EventForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        fact = actions.Fact(told["customer"], told["occurred_at"], told["event_id"].strip())
        is_known = programme.events.filter(event_id=fact.known_as).exists()
        try:
            (event,) = actions.take_events(programme, [fact], by=request.membership)
            if is_known:
                messages.info(request, _("This event was known already: nothing changed."))
            else:
                _say_what_came_of_it(request, event.get_skip_reason_display() if event.skip_reason else "")
        except (actions.WrongState, BrokenSegment):
            messages.error(request, _("The programme waits for no events now."))
        return redirect("programme_events", request.organization.slug, pk)
    return _page(request, programme, form, EventFileForm())


def _trigger(pk: int) -> Programme:
    row: Programme = get_object_or_404(Programme.objects.select_related("survey"), pk=pk, mode=Programme.Mode.TRIGGER)
    return row


def _say_what_came_of_it(request: OrganizationRequest, reason: str) -> None:
    if reason:
        messages.warning(request, _("Not asked: %(reason)s.") % {"reason": reason})
    else:
        messages.success(request, _("The question is on its way."))


def _page(request: OrganizationRequest, programme: Programme, form: Any, file_form: Any) -> HttpResponse:
    events = programme.events.select_related("customer", "invitation").order_by("-pk")[:SHOWN]
    context = {"programme": programme, "events": events, "form": form, "file_form": file_form}
    status = 422 if form.errors or file_form.errors else 200
    return render(request, "surveys/programme_events.html", context, status=status)


@organization_view(Right.ASK, methods=("POST",))
def programme_events_file(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Tell of a file's events."""
    programme = _trigger(pk)
    form = EventFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            tally = _told(request, programme, form.cleaned_data["file"])
        except CsvRefused as error:
            form.add_error("file", file_problem(error))
        except NoColumn:
            form.add_error("file", _("The file has no column “customer” with customer numbers."))
        except (actions.WrongState, BrokenSegment):
            messages.error(request, _("The programme waits for no events now."))
            return redirect("programme_events", request.organization.slug, pk)
        else:
            _say_tally(request, tally)
            return redirect("programme_events", request.organization.slug, pk)
    return _page(request, programme, EventForm(), form)


def _told(request: OrganizationRequest, programme: Programme, file: Any) -> EventTally:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_bytes(file.read())
        return tell_file(programme, path, by=request.membership)


def _say_tally(request: OrganizationRequest, tally: EventTally) -> None:
    counts = {"asked": tally.invited, "skipped": tally.skipped, "known": tally.known}
    text = _("Asked: %(asked)s. Left out, each for its reason: %(skipped)s. Known already: %(known)s.")
    messages.success(request, text % counts)
    if tally.refused:
        lines = ", ".join(str(line) for line, _code in tally.problems)
        messages.warning(
            request,
            ngettext(
                "%(n)s line can't be read: an unknown customer, or no moment. Line: %(lines)s.",
                "%(n)s lines can't be read: unknown customers, or no moment. Lines: %(lines)s.",
                tally.refused,
            )
            % {"n": tally.refused, "lines": lines},
        )


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def incidents(request: OrganizationRequest) -> HttpResponse:
    """What is broken now and was; a POST declares one."""
    form = IncidentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.declare_incident(**form.cleaned_data, by=request.membership)
        messages.success(request, _("From now on nobody there is asked."))
        return redirect("incidents", request.organization.slug)
    rows = Incident.objects.select_related("unit", "declared_by__user")[:SHOWN]
    context = {"incidents": [(row, _kept_from_being_asked(row)) for row in rows], "form": form}
    return render(request, "surveys/incidents.html", context, status=422 if form.errors else 200)


def _kept_from_being_asked(incident: Incident) -> int | None:
    """How many customers it concerns; None where it is over."""
    if incident.ends_at:
        return None
    units = [(incident.unit_id, incident.unit.path if incident.unit else None)]
    return Customer.objects.filter(customers_of(units), erased_at=None).count()


@organization_view(Right.ASK, methods=("POST",))
def incident_end(request: OrganizationRequest, pk: int) -> HttpResponse:
    """It is over."""
    incident = get_object_or_404(Incident, pk=pk)
    if actions.end_incident(incident, by=request.membership):
        messages.success(request, _("It is over: who was left out is asked while their wave is open."))
    return redirect("incidents", request.organization.slug)
