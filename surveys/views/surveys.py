"""Surveys: the list, a new one, the editor, and what can be done with one."""

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
from surveys.editor import SETTINGS, Editor
from surveys.forms import DuplicateForm, NewSurveyForm, SendTestForm
from surveys.invitation_mail import test_mail
from surveys.models import Survey


@organization_view(Right.ASK)
def surveys(request: OrganizationRequest) -> HttpResponse:
    """Every survey, the archived ones on request."""
    archived = request.GET.get("show") == "archived"
    rows = Survey.objects.select_related("stage", "touchpoint").annotate(waves=Count("programmes"))
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


def _editor(request: OrganizationRequest, pk: int) -> Editor:
    survey: Survey = get_object_or_404(Survey.objects.select_related("stage", "touchpoint"), pk=pk)
    asked = {name: request.GET.get(name, "") for name in ("part", "language", "score")}
    organization = request.organization
    return Editor(survey, slug=organization.slug, home=organization.language, **asked)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def survey(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The editor: outline, texts of one part in one language, preview. A POST saves that part."""
    editor = _editor(request, pk)
    if request.method != "POST":
        return _show_editor(request, editor, editor.form())
    form = editor.form(request.POST)
    if not editor.is_draft:
        messages.warning(request, _("A published survey no longer changes. Duplicate it to go on."))
        return redirect(editor.url())
    if not form.is_valid():
        if request.htmx:
            return render(request, "surveys/editor_refused.html", {"form": form}, status=422)
        return _show_editor(request, editor, form, status=422)
    changes = form.cleaned_data if editor.part == SETTINGS else form.changes()  # type: ignore[attr-defined]
    actions.update_survey(editor.survey, by=request.membership, **changes)
    if not request.htmx:
        messages.success(request, _("Saved."))
        return redirect(editor.url())
    fresh = _editor(request, pk)
    return _show_editor(request, fresh, fresh.form(), saved=True)


def _show_editor(
    request: OrganizationRequest, editor: Editor, form: object, *, status: int = 200, saved: bool = False
) -> HttpResponse:
    survey = editor.survey
    context = {
        "editor": editor,
        "survey": survey,
        "form": form,
        "rows": editor.rows(form) if editor.part not in (SETTINGS, "thanks") else [],  # type: ignore[arg-type]
        "test_form": SendTestForm(
            languages=survey.languages, initial={"to": request.user.email, "language": editor.language}
        ),
        "saved": saved,
    }
    template = "surveys/editor_saved.html" if saved else "surveys/editor.html"
    return render(request, template, context, status=status)


@organization_view(Right.ASK)
def survey_mail(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The invitation as it would arrive, for the editor's frame."""
    editor = _editor(request, pk)
    mail = test_mail(editor.survey, language=editor.language, name=request.user.name)
    response = HttpResponse(mail.html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@organization_view(Right.ASK, methods=("POST",))
def survey_publish(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Publish; what is missing is listed where it is."""
    editor = _editor(request, pk)
    try:
        actions.publish_survey(editor.survey, by=request.membership)
    except actions.SurveyNotReady:
        return redirect(editor.placed_problems()[0].url)
    messages.success(request, _("The survey is published: it can be asked now."))
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
def survey_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Send me a test."""
    editor = _editor(request, pk)
    form = SendTestForm(request.POST, languages=editor.survey.languages)
    if form.is_valid():
        actions.send_test(editor.survey, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The test is on its way to %(to)s.") % {"to": form.cleaned_data["to"]})
    else:
        messages.error(request, _("The test was not sent: give a valid address and one of the survey's languages."))
    return redirect(editor.url())
