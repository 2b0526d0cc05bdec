"""Notes from interviews, focus groups and observation: written here, read beside the comments."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.journey_forms import NoteForm
from surveys.models import QualitativeNote


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def note_new(request: OrganizationRequest) -> HttpResponse:
    """A new note; `?touchpoint=` or `?stage=` say where it stands."""
    initial = {name: request.GET[name] for name in ("touchpoint", "stage") if name in request.GET}
    form = NoteForm(request.POST or None, initial=initial | {"held_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        note = actions.add_note(by=request.membership, **form.cleaned_data)
        messages.success(request, _("The note was kept."))
        return redirect(_home(request, note))
    context = {"form": form, "page_title": _("New note")}
    return render(request, "surveys/note.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def note(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Change a note."""
    row: QualitativeNote = get_object_or_404(QualitativeNote.objects, pk=pk)
    form = NoteForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.change_note(row, by=request.membership, **form.cleaned_data)
        messages.success(request, _("The note was saved."))
        return redirect(_home(request, row))
    context = {"form": form, "row": row, "page_title": _("Note")}
    return render(request, "surveys/note.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("POST",))
def note_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Delete a note for good."""
    row: QualitativeNote = get_object_or_404(QualitativeNote.objects, pk=pk)
    home = _home(request, row)
    actions.delete_note(row, by=request.membership)
    messages.success(request, _("The note was deleted."))
    return redirect(home)


def _home(request: OrganizationRequest, note: QualitativeNote) -> str:
    """The map with the note's touchpoint open; it may be of another period than the comments show."""
    at = f"?at={note.touchpoint_id}#chosen" if note.touchpoint_id else ""
    return reverse("journey", args=[request.organization.slug]) + at
