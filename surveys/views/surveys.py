"""Surveys: the list, a new one, and what can be done with one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.authoring.readiness import SETTINGS
from surveys.forms import DuplicateForm, NewSurveyForm, SendTestForm
from surveys.models import Survey
from surveys.views.editor import editor_of, refused_in_archive


@organization_view(Right.ASK)
def surveys(request: OrganizationRequest) -> HttpResponse:
    """Every survey, the archived ones on request."""
    archived = request.GET.get("show") == "archived"
    rows = Survey.objects.select_related("stage", "touchpoint", "published").order_by("-pk")
    rows = rows.annotate(waves=Count("programmes"))
    shown = rows.filter(state=Survey.State.ARCHIVED) if archived else rows.exclude(state=Survey.State.ARCHIVED)
    has_archived = rows.filter(state=Survey.State.ARCHIVED).exists()
    context = {"rows": shown, "archived": archived, "has_archived": has_archived}
    return render(request, "surveys/surveys.html", context)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def survey_new(request: OrganizationRequest) -> HttpResponse:
    """A draft from the kind's template."""
    organization = request.organization
    initial = {"kind": "relational", "languages": [organization.language], "subject_name": organization.name}
    form = NewSurveyForm(request.POST or None, initial=initial | _asked_for(request))
    if request.method == "POST" and form.is_valid():
        survey = actions.create_survey(**form.cleaned_data, by=request.membership)
        return redirect("survey", organization.slug, survey.pk)
    return render(request, "surveys/survey_new.html", {"form": form}, status=422 if form.errors else 200)


def _asked_for(request: OrganizationRequest) -> dict[str, str]:
    """From the journey: `?touchpoint=` or `?stage=` of the page's own links."""
    for name, kind in (("touchpoint", "transactional"), ("stage", "phase")):
        if value := request.GET.get(name, ""):
            return {"kind": kind, name: value}
    return {}


@organization_view(Right.ASK, methods=("POST",))
def survey_publish(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Publish the draft as the next version, `without` a language where asked; what is missing is listed where it is."""
    editor = editor_of(request, pk)
    if not editor.is_editable:
        return refused_in_archive(request, editor)
    try:
        survey = actions.publish_survey(editor.survey, by=request.membership, without=request.POST.getlist("without"))
    except actions.SurveyNotReady as refused:
        first = refused.problems[0]
        messages.error(request, first.message)
        return redirect(editor.url(part=first.part, language=first.language or editor.language))
    number = survey.published.number if survey.published else 0
    messages.success(request, _("Version %(n)d is live: who is asked from now on sees it.") % {"n": number})
    return redirect("survey", request.organization.slug, pk)


@organization_view(Right.ASK, methods=("POST",))
def survey_discard(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Back to what is live."""
    row: Survey = get_object_or_404(Survey.objects.select_related("published"), pk=pk)
    actions.discard_draft(row, by=request.membership)
    messages.success(request, _("The draft says again what the live version says."))
    return redirect("survey", request.organization.slug, pk)


@organization_view(Right.ASK, methods=("POST",))
def survey_duplicate(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A draft with the same texts."""
    original: Survey = get_object_or_404(Survey.objects, pk=pk)
    form = DuplicateForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else _("%(name)s, copy") % {"name": original.name}
    copy = actions.duplicate_survey(original, name=name[:120], by=request.membership)
    messages.success(request, _("This is the copy. Change it as you like."))
    return redirect(f"{reverse('survey', args=[request.organization.slug, copy.pk])}?part={SETTINGS}")


@organization_view(Right.ASK, methods=("POST",))
def survey_archive(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Out of the lists; what runs goes on."""
    row: Survey = get_object_or_404(Survey.objects, pk=pk)
    actions.archive_survey(row, by=request.membership)
    messages.success(request, _("The survey is in the archive."))
    return redirect("surveys", request.organization.slug)


@organization_view(Right.ASK, methods=("POST",))
def survey_restore(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Back from the archive."""
    row: Survey = get_object_or_404(Survey.objects.select_related("published"), pk=pk)
    actions.restore_survey(row, by=request.membership)
    messages.success(request, _("The survey is back."))
    return redirect("survey", request.organization.slug, pk)


@organization_view(Right.ASK, methods=("POST",))
def survey_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Send me a test."""
    editor = editor_of(request, pk)
    form = SendTestForm(request.POST, languages=editor.content.languages)
    if form.is_valid():
        actions.send_test(editor.survey, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The test is on its way to %(to)s.") % {"to": form.cleaned_data["to"]})
    else:
        why = next(iter(form.errors.get("to", [])), _("Choose one of the survey's languages."))
        messages.error(request, _("The test was not sent. %(why)s") % {"why": why})
    return redirect(editor.url())
