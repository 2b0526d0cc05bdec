"""The call list: the next person, what was said, what came of the call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from responses.call_forms import CallBackForm, CallForm, OutcomeForm
from responses.call_page import Person, person_of, script_of
from responses.calling import record_call
from surveys.actions.calling import NotYours, note_call, release, take_next
from surveys.calling import call_lists, held_by, promised
from surveys.models import CallAttempt, CallTask


@organization_view(Right.CASES)
def calls(request: OrganizationRequest) -> HttpResponse:
    """Whom one has on the line, or the lists and how far they are."""
    return _page(request)


def _page(
    request: OrganizationRequest, *, form: CallForm | None = None, back: CallBackForm | None = None
) -> HttpResponse:
    now, task = timezone.now(), held_by(request.membership)
    context: dict[str, Any] = {"lists": call_lists(now), "promised": promised(now)}
    if task is None:
        context["can_call"] = any(one.due for one in context["lists"])
        return render(request, "responses/calls.html", context)
    person = person_of(task)
    form = form or CallForm(None, task.invitation.content)
    context |= {
        "callee": person,  # not "person": that is who is signed in
        "form": form,
        "script": script_of(task, form, request.membership),
        "back": back or _call_back_form(person),
    }
    wrong = bool(form.errors or (back and back.errors))
    return render(request, "responses/call.html", context, status=422 if wrong else 200)


def _call_back_form(person: Person, data: Any = None) -> CallBackForm:
    return CallBackForm(data, zone=person.zone, until=person.until, initial={"at": person.tomorrow})


@organization_view(Right.CASES, methods=("POST",))
def call_next(request: OrganizationRequest) -> HttpResponse:
    """Take the next person."""
    if take_next(request.membership) is None:
        messages.info(request, _("Nobody can be called at this moment."))
    return redirect("calls", request.organization.slug)


def _mine(request: OrganizationRequest, pk: int) -> CallTask | None:
    """Whom the page was about; None where the list went on without this interviewer."""
    get_object_or_404(CallTask, pk=pk)
    task = held_by(request.membership)
    if task is None or task.pk != pk:
        messages.warning(request, _("This person is no longer yours to call: nothing was noted."))
        return None
    return task


@organization_view(Right.CASES, methods=("POST",))
def call_answer(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What they answered; then the next person."""
    task = _mine(request, pk)
    if task is None:
        return redirect("calls", request.organization.slug)
    form = CallForm(request.POST, task.invitation.content)
    if not form.is_valid():
        return _page(request, form=form)
    try:
        record_call(task, form.answer(), said=form.said(), by=request.membership)
    except NotYours:
        messages.warning(request, _("This person is no longer yours to call: nothing was noted."))
    else:
        messages.success(request, _("The answer of %(person)s is recorded.") % {"person": task.customer})
    return _onwards(request)


@organization_view(Right.CASES, methods=("POST",))
def call_outcome(request: OrganizationRequest, pk: int) -> HttpResponse:
    """No answer, refused, wrong number; then the next person."""
    task, form = _mine(request, pk), OutcomeForm(request.POST)
    if task is None or not form.is_valid():
        return redirect("calls", request.organization.slug)
    return _note(request, task, outcome=form.cleaned_data["outcome"])


@organization_view(Right.CASES, methods=("POST",))
def call_back(request: OrganizationRequest, pk: int) -> HttpResponse:
    """They asked to be called at another time; then the next person."""
    task = _mine(request, pk)
    if task is None:
        return redirect("calls", request.organization.slug)
    form = _call_back_form(person_of(task), request.POST)
    if not form.is_valid():
        return _page(request, back=form)
    return _note(request, task, outcome=CallAttempt.Outcome.CALL_BACK, call_back_at=form.cleaned_data["at"])


def _note(request: OrganizationRequest, task: CallTask, **noted: Any) -> HttpResponse:
    try:
        attempt = note_call(task, by=request.membership, **noted)
    except NotYours:
        messages.warning(request, _("This person is no longer yours to call: nothing was noted."))
    else:
        told = {"person": task.customer, "outcome": attempt.get_outcome_display()}
        messages.success(request, _("%(person)s: %(outcome)s.") % told)
    return _onwards(request)


def _onwards(request: OrganizationRequest) -> HttpResponse:
    take_next(request.membership)
    return redirect("calls", request.organization.slug)


@organization_view(Right.CASES, methods=("POST",))
def call_release(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Put the person back without a call."""
    release(get_object_or_404(CallTask, pk=pk), by=request.membership)
    return redirect("calls", request.organization.slug)
