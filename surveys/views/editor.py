"""The survey editor: what is typed changes the draft; what is live changes by publishing."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.authoring import drafting
from surveys.authoring.content import NextStep, QuestionKind
from surveys.authoring.editor import Editor
from surveys.authoring.question_forms import QuestionForm
from surveys.authoring.readiness import MAIL, THANKS
from surveys.authoring.text_forms import MailForm, SegmentPageForm, ThanksForm
from surveys.forms import SendTestForm, SettingsForm
from surveys.invitation_mail import test_mail
from surveys.invitation_text import TextPreview, preview_text
from surveys.models import Survey

ASKED = ("part", "language", "score", "device", "which")


def editor_of(request: OrganizationRequest, pk: int, **changes: str) -> Editor:
    """The editor where the address says."""
    rows = Survey.objects.select_related("stage", "touchpoint", "published")
    survey: Survey = get_object_or_404(rows, pk=pk)
    asked = {name: request.GET.get(name, "") for name in ASKED} | changes
    organization = request.organization
    return Editor(survey, slug=organization.slug, home=organization.language, asked=asked)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def survey(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Outline, texts of one part in one language, preview. A POST saves that part."""
    editor = editor_of(request, pk)
    if request.method != "POST":
        return _show(request, editor, editor.form())
    if not editor.is_editable:
        return refused_in_archive(request, editor)
    form = editor.form(only_touched(request.POST, editor))
    if not form.is_valid():
        if request.htmx:
            return render(
                request, "surveys/editor_refused.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        return _show(request, editor, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _save(request, editor, form)
    return _saved(request, pk, editor)


def only_touched(told: QueryDict, editor: Editor) -> QueryDict:
    """What was typed in this window; of the rest, what stands now: another window may have changed it meanwhile.

    `touched` names the fields, separated by spaces; without a script it is missing, and all of the form counts.
    """
    if "touched" not in told:
        return told
    data, touched = told.copy(), set(told.get("touched", "").split())
    shown = editor.form()
    for name in shown.fields.keys() - touched:
        value = shown[name].value()
        kept = value if isinstance(value, list) else [] if value in (None, False) else [value]
        data.setlist(name, [str(one) for one in kept])
    return data


def refused_in_archive(request: OrganizationRequest, editor: Editor) -> HttpResponse:
    """Nothing changes there; the page says so."""
    messages.warning(request, _("A survey in the archive no longer changes. Bring it back to go on."))
    return redirect(editor.url())


def _save(request: OrganizationRequest, editor: Editor, form: forms.Form) -> None:
    if isinstance(form, SettingsForm):
        actions.update_survey(editor.survey, by=request.membership, **form.cleaned_data)
    elif isinstance(form, QuestionForm | ThanksForm | MailForm):
        actions.edit_draft(editor.survey, form.changed, by=request.membership, what=editor.part)


def _saved(request: OrganizationRequest, pk: int, editor: Editor) -> HttpResponse:
    """Without a script back to the page; with one, what has changed around the form."""
    if not request.htmx:
        messages.success(request, _("Saved."))
        return redirect(editor.url())
    fresh = editor_of(request, pk)
    return _show(request, fresh, fresh.form(), template="surveys/editor_saved.html")


def _show(
    request: OrganizationRequest,
    editor: Editor,
    form: forms.Form,
    *,
    status: int = HTTPStatus.OK,
    template: str = "surveys/editor.html",
) -> HttpResponse:
    context = {
        "editor": editor,
        "survey": editor.survey,
        "form": form,
        "rows": editor.rows(form),
        "test_form": SendTestForm(
            languages=editor.content.languages, initial={"to": request.user.email, "language": editor.language}
        ),
        "texts": _texts(request, editor) if editor.part == MAIL else [],
        "page_form": SegmentPageForm() if editor.part == THANKS else None,
        "steps": NextStep,
    }
    return render(request, template, context, status=status)


def _texts(request: OrganizationRequest, editor: Editor) -> list[tuple[str, TextPreview]]:
    """The SMS and its reminder, as this colleague would get them."""
    first_name = request.user.name.split()[0] if request.user.name.strip() else ""
    content, language = editor.content, editor.language
    return [
        (_("The SMS"), preview_text(content, language, first_name)),
        (_("The reminder's SMS"), preview_text(content, language, first_name, reminder=True)),
    ]


@organization_view(Right.ASK)
def survey_mail(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The invitation as it would arrive, for the editor's frame."""
    editor = editor_of(request, pk)
    mail = test_mail(editor.survey, language=editor.language, name=request.user.name)
    response = HttpResponse(mail.html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@organization_view(Right.ASK, methods=("POST",))
def question_add(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A new question of a kind, behind the one that is open."""
    editor = editor_of(request, pk)
    kind = request.POST.get("kind", "")
    if kind not in dict(editor.addable):
        messages.error(request, _("This question can't be added here."))
        return redirect(editor.url())
    _content, key = drafting.added(editor.content, kind, editor.part)
    actions.edit_draft(
        editor.survey, lambda content: drafting.added(content, kind, editor.part)[0], by=request.membership, what=key
    )
    return redirect(editor.url(part=key))


@organization_view(Right.ASK, methods=("POST",))
def question_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Ask a question no longer; what was answered to it stays."""
    editor = editor_of(request, pk)
    question = editor.content.question(request.POST.get("key", ""))
    if question is None or question.kind == QuestionKind.NPS or not editor.is_editable:
        return refused_in_archive(request, editor) if not editor.is_editable else redirect(editor.url())
    key = question.key
    actions.edit_draft(editor.survey, lambda content: drafting.removed(content, key), by=request.membership, what=key)
    messages.success(request, _("The question is no longer asked. Answers given to it stay."))
    return redirect(editor.url(part=""))


@organization_view(Right.ASK, methods=("POST",))
def question_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A question to another place: `up`, `down`, or `to` a place from 1; the score stays first."""
    editor = editor_of(request, pk)
    if not editor.is_editable:
        return refused_in_archive(request, editor)
    key, to = request.POST.get("key", ""), _target(request, editor)
    actions.edit_draft(editor.survey, lambda content: drafting.moved(content, key, to), by=request.membership, what=key)
    return _saved(request, pk, editor)


def _target(request: OrganizationRequest, editor: Editor) -> int:
    now = editor.place(request.POST.get("key", ""))
    if "up" in request.POST:
        return max(now - 1, 1)
    if "down" in request.POST:
        return now + 1
    to = request.POST.get("to", "")
    return int(to) if to.isascii() and to.isdigit() and len(to) < 4 else now


@organization_view(Right.ASK, methods=("POST",))
def thanks_page(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Add a thank-you page for a segment, or take one away (`remove`)."""
    editor = editor_of(request, pk, part=THANKS)
    if not editor.is_editable:
        return refused_in_archive(request, editor)
    if key := request.POST.get("remove", ""):
        actions.edit_draft(
            editor.survey, lambda content: drafting.without_page(content, key), by=request.membership, what=THANKS
        )
        return redirect(editor.url())
    form = SegmentPageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a class and a segment for the page."))
        return redirect(editor.url())
    nps_class, segment = form.cleaned_data["nps_class"], form.cleaned_data["segment"]
    actions.edit_draft(
        editor.survey,
        lambda content: drafting.with_page(content, nps_class, segment.pk),
        by=request.membership,
        what=THANKS,
    )
    return redirect(editor.url(which=f"{nps_class}-{segment.pk}"))
