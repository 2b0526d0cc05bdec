"""Settings: the canned replies."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.actions.files import add_file, remove_files
from closeloop.models import CannedReply, CaseFile
from closeloop.refusals import CaseRefused
from closeloop.settings_forms import VARIABLES, CannedReplyForm
from nps_platform.lib.files import MOST_BYTES
from nps_platform.lib.words import fill
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS)
def canned_replies(request: OrganizationRequest) -> HttpResponse:
    page = {"replies": CannedReply.objects.select_related("touchpoint"), "here": "canned_replies"}
    return render(request, "closeloop/settings/replies.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def canned_reply_new(request: OrganizationRequest) -> HttpResponse:
    return _reply(request, CannedReply(language=request.organization.language))


@organization_view(Right.SETTINGS, methods=FORM)
def canned_reply(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _reply(request, get_object_or_404(CannedReply.objects, pk=pk))


def _reply(request: OrganizationRequest, reply: CannedReply) -> HttpResponse:
    """Make or change a canned reply, beside how it reads in a made-up case."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CannedReplyForm(*posted, instance=reply)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST and _saved(request, form):
        messages.success(request, _("The reply is saved."))
        return redirect("canned_replies", request.organization.slug)
    text, _missing = fill(str(form["text"].value() or ""), _example(request))
    files = reply.files.all() if reply.pk else []
    page = {
        "form": form,
        "reply": reply,
        "files": files,
        "preview": text,
        "variables": VARIABLES,
        "here": "canned_replies",
    }
    return render(request, "closeloop/settings/reply.html", page)


def _saved(request: OrganizationRequest, form: CannedReplyForm) -> bool:
    """With its files, or, where one is refused, nothing; the refusal stands at its field."""
    known = form.instance.pk
    try:
        with transaction.atomic():
            reply = actions.save_canned(form.save(commit=False), by=request.membership)
            for file in form.cleaned_data["file"]:
                add_file(file.name or "", file.read(MOST_BYTES + 1), canned=reply, by=request.membership)
    except CaseRefused as refusal:
        form.add_error("file", str(refusal.message))
        form.instance.pk = known
        return False
    return True


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def canned_file_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """This file no longer goes along."""
    file: CaseFile = get_object_or_404(CaseFile.objects.exclude(canned=None), pk=pk)
    remove_files(CaseFile.objects.filter(pk=file.pk))
    messages.success(request, _("The file is removed."))
    return redirect("canned_reply", request.organization.slug, file.canned_id)


def _example(request: OrganizationRequest) -> dict[str, str]:
    return {
        "customer_name": "Mercedes Aliaga",
        "agent_name": str(request.membership),
        "programme": request.organization.programme,
        "company": request.organization.name,
        "case_number": "128",
    }


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def canned_reply_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.delete_canned(get_object_or_404(CannedReply.objects, pk=pk), by=request.membership)
    messages.success(request, _("The reply is deleted."))
    return redirect("canned_replies", request.organization.slug)
