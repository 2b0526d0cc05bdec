"""What one does in a case: each view finds it, validates a form, calls one action and draws the pane anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from closeloop import actions
from closeloop.actions.files import add_canned_files, add_file, remove_files, waiting_files
from closeloop.forms import AssignForm, CallForm, ForwardForm, ReopenForm, ReplyForm, ResolveForm, TextForm
from closeloop.models import CannedReply, Case, CaseEvent, Forward, Grant, Pledge
from closeloop.pane import pane_of
from closeloop.promise_forms import GrantForm
from closeloop.refusals import CaseRefused
from closeloop.resolution import letter_for
from closeloop.views.inbox import draw_pane, find_case, is_fragment, kept_query
from nps_platform.lib.files import MOST_BYTES
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

ONLY_POST = ("POST",)
FORM = ("GET", "HEAD", "POST")
Act = Callable[[forms.Form], object]


@organization_view(Right.CASES, methods=ONLY_POST)
def reply(request: OrganizationRequest, number: int) -> HttpResponse:
    """Write to the customer."""
    case, form = find_case(number), ReplyForm(request.POST, auto_id="reply_%s")
    sent: list[CaseEvent] = []

    def send(data: dict[str, Any]) -> None:
        for file in request.FILES.getlist("file"):  # a browser without script sends them along
            add_file(file.name or "", file.read(MOST_BYTES + 1), case=case, by=request.membership)
        sent.append(actions.send_reply(case, **data, by=request.membership, hold=actions.UNDO_FOR))

    said = _("The reply leaves in %(n)s seconds.") % {"n": int(actions.UNDO_FOR.total_seconds())}
    return _composed(request, case, "reply", form, _doing(send), said=said, undo=sent)


@organization_view(Right.CASES, methods=ONLY_POST)
def reply_undo(request: OrganizationRequest, number: int, pk: int) -> HttpResponse:
    """Take a reply back before it leaves; its words return to the composer."""
    event = get_object_or_404(CaseEvent.objects.select_related("case"), pk=pk, case__number=number)
    try:
        text = actions.undo_reply(event, by=request.membership)
    except CaseRefused as refusal:
        return done(request, number, str(refusal.message), level="error")
    forms = {"reply": ReplyForm(initial={"text": text}, auto_id="reply_%s")}
    return done(request, number, _("Taken back: nothing was sent."), forms=forms)


@organization_view(Right.CASES, methods=ONLY_POST)
def attach(request: OrganizationRequest, number: int) -> HttpResponse:
    """Files for the reply one is writing: the list of them."""
    case, refused = find_case(number), []
    for file in request.FILES.getlist("file"):
        try:
            add_file(file.name or "", file.read(MOST_BYTES + 1), case=case, by=request.membership)
        except CaseRefused as refusal:
            refused.append(str(refusal.message))
    canned = request.POST.get("canned", "")
    if not request.FILES and canned.isascii() and canned.isdigit() and len(canned) < 19:
        add_canned_files(CannedReply.objects.filter(pk=int(canned)).first(), case=case, by=request.membership)
    return _files(request, case, refused)


@organization_view(Right.CASES, methods=ONLY_POST)
def attached_remove(request: OrganizationRequest, number: int, pk: int) -> HttpResponse:
    """Not this one."""
    case = find_case(number)
    remove_files(waiting_files(case, request.membership).filter(pk=pk))
    return _files(request, case, [])


def _files(request: OrganizationRequest, case: Case, refused: list[str]) -> HttpResponse:
    if not is_fragment(request):
        for words in refused:
            messages.error(request, words)
        return redirect("case", request.organization.slug, case.number)
    context = {"case": case, "files": waiting_files(case, request.membership), "refused": refused}
    return render(request, "closeloop/compose_files.html", context)


@organization_view(Right.CASES, methods=ONLY_POST)
def note(request: OrganizationRequest, number: int) -> HttpResponse:
    """Write to colleagues."""
    case, form = find_case(number), TextForm(request.POST, auto_id="note_%s")
    act = _doing(lambda data: actions.add_note(case, **data, by=request.membership))
    return _composed(request, case, "note", form, act, said=_("Note added."))


@organization_view(Right.CASES, methods=ONLY_POST)
def call(request: OrganizationRequest, number: int) -> HttpResponse:
    """Log a call."""
    case, form = find_case(number), CallForm(request.POST, auto_id="call_%s")
    act = _doing(lambda data: actions.log_call(case, **data, by=request.membership))
    return _composed(request, case, "call", form, act, said=_("Call logged."))


@organization_view(Right.CASES, methods=ONLY_POST)
def acknowledge(request: OrganizationRequest, number: int) -> HttpResponse:
    """Say that one has seen it."""
    actions.acknowledge(find_case(number), by=request.membership)
    return done(request, number, _("Acknowledged."))


@organization_view(Right.CASES, methods=FORM)
def assign(request: OrganizationRequest, number: int) -> HttpResponse:
    """Hand it to a person or a team."""
    case = find_case(number)
    form = AssignForm(_posted(request), initial={"assignee": case.assignee_id, "team": case.team_id})
    act = _doing(lambda data: actions.assign(case, **data, by=request.membership))
    return _asked(request, case, form, act, dialog="assign", said=_("Assigned."))


@organization_view(Right.CASES, methods=FORM)
def forward(request: OrganizationRequest, number: int) -> HttpResponse:
    """Show it to somebody outside."""
    case, form = find_case(number), ForwardForm(_posted(request), reader=request.membership)
    act = _doing(
        lambda data: actions.forward_case(case, hidden_fields=data.pop("hidden"), **data, by=request.membership)
    )
    return _asked(request, case, form, act, dialog="forward", said=_("Forwarded: the link is on its way."))


@organization_view(Right.CASES, methods=ONLY_POST)
def revoke(request: OrganizationRequest, number: int, pk: int) -> HttpResponse:
    """Close a guest's link."""
    found = get_object_or_404(Forward.objects.select_related("case"), pk=pk, case__number=number)
    actions.revoke_forward(found, by=request.membership)
    return done(request, number, _("The link no longer works."))


@organization_view(Right.CASES, methods=FORM)
def resolve(request: OrganizationRequest, number: int) -> HttpResponse:
    """Close it, with root cause and outcome."""
    case = find_case(number)
    form = ResolveForm(_posted(request), letter=letter_for(case))
    act = _doing(lambda data: actions.resolve(case, **data, by=request.membership))
    return _asked(request, case, form, act, dialog="resolve", said=_("Case resolved."))


@organization_view(Right.CASES, methods=FORM)
def reopen(request: OrganizationRequest, number: int) -> HttpResponse:
    """Open it again."""
    case, form = find_case(number), ReopenForm(_posted(request))
    act = _doing(lambda data: actions.reopen(case, **data, by=request.membership))
    return _asked(request, case, form, act, dialog="reopen", said=_("Case reopened."))


@organization_view(Right.CASES, methods=ONLY_POST)
def promise_settle(request: OrganizationRequest, number: int, pk: int) -> HttpResponse:
    """What was promised was kept, or was not."""
    found = get_object_or_404(Pledge.objects.select_related("case"), pk=pk, case__number=number)
    try:
        actions.settle_promise(found, kept=request.POST.get("kept") == "True", by=request.membership)
    except CaseRefused as refusal:
        return done(request, number, str(refusal.message))
    return done(request, number, _("Noted."))


@organization_view(Right.CASES, methods=FORM)
def remedy(request: OrganizationRequest, number: int) -> HttpResponse:
    """Give something to put it right, or ask for it where it is above one's limit."""
    case, form = find_case(number), GrantForm(_posted(request))
    given: list[Grant] = []
    act = _doing(lambda data: given.append(actions.grant_remedy(case, **data, by=request.membership)))
    if request.method == "POST" and act(form):
        granted = given[0].state == Grant.State.GRANTED
        return done(request, number, _("Granted.") if granted else _("It waits for approval: you are told by mail."))
    return _asked(request, case, form, lambda _form: False, dialog="remedy", said="")


def _posted(request: OrganizationRequest) -> QueryDict | None:
    """What was sent, even where it is empty; None where nothing was."""
    return request.POST if request.method == "POST" else None


def _doing(act: Callable[[dict[str, Any]], object]) -> Act:
    """`act` with the form's values; a refusal becomes an error of the form and counts as not done."""

    def tried(form: forms.Form) -> bool:
        if not form.is_valid():
            return False
        try:
            act(form.cleaned_data)
        except CaseRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return False
        return True

    return tried


def _composed(
    request: OrganizationRequest,
    case: Case,
    tab: str,
    form: forms.Form,
    act: Act,
    *,
    said: str,
    undo: list[CaseEvent] | None = None,
) -> HttpResponse:
    """The composer's three forms: a wrong one comes back in its place. `undo`: the entry that can be taken back for a while."""
    if act(form):
        return done(request, case.number, said, written=tab, undo=undo[0] if undo else None)
    pane = pane_of(find_case(case.number), request.membership, tab=tab, forms={tab: form})
    return draw_pane(request, pane)


def _asked(
    request: OrganizationRequest, case: Case, form: forms.Form, act: Act, *, dialog: str, said: str
) -> HttpResponse:
    """A form in a dialog; without script a page of its own."""
    if request.method == "POST" and act(form):
        return done(request, case.number, said)
    context = {"case": case, "form": form, "query": kept_query(request), "content": f"closeloop/dialogs/{dialog}.html"}
    return render(request, "closeloop/dialog.html" if is_fragment(request) else "closeloop/dialog_page.html", context)


def done(
    request: OrganizationRequest,
    number: int,
    said: str,
    *,
    written: str = "",
    level: str = "success",
    undo: CaseEvent | None = None,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    """It worked: the pane anew and a word about it; without script, back to the case."""
    if is_fragment(request):
        tab = "reply" if forms else ""
        response = draw_pane(request, pane_of(find_case(number), request.membership, tab=tab, forms=forms), row=True)
        response["HX-Retarget"], response["HX-Reswap"] = "#case-pane", "innerHTML show:none"
        toast: dict[str, Any] = {"text": said, "level": level}
        if undo:
            url = reverse("case_reply_undo", args=[request.organization.slug, number, undo.pk])
            toast |= {"action": {"label": _("Undo"), "url": url}, "stays": int(actions.UNDO_FOR.total_seconds() * 1000)}
        events = {"toast": toast, "close-dialog": None, "case-written": {"case": number, "tab": written}}
        response["HX-Trigger"] = json.dumps(events)
        return response
    (messages.success if level == "success" else messages.error)(request, said)
    if forms:  # the words come back in the page itself
        return draw_pane(request, pane_of(find_case(number), request.membership, tab="reply", forms=forms))
    query = kept_query(request)
    address = reverse("case", args=[request.organization.slug, number])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
