"""The same done to many cases: what is chosen, a dialog for what to do, then progress and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from closeloop import inbox as lists
from closeloop.actions.bulk import begin_bulk, run_bulk, take_back
from closeloop.actions.talking import blanks_in
from closeloop.bulk_panel import panel_context
from closeloop.forms import AssignForm, ClosingForm
from closeloop.list_forms import BulkReplyForm, BulkTagForm
from closeloop.models import BulkWork, CannedReply, Case
from closeloop.prepared import filled_for
from closeloop.reach import reply_address
from closeloop.refusals import BlanksLeft, Unreachable
from closeloop.tasks import run_bulk_work
from closeloop.views.inbox import is_fragment, kept_query
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.tasks import nudge

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)
# So many are done before the page answers; more are done by a worker, with a bar that tells how far it is.
AT_ONCE = 25
MOST_REPLIES = 200
FORMS: dict[str, type[forms.Form]] = {
    BulkWork.Kind.ASSIGN: AssignForm,
    BulkWork.Kind.TAG: BulkTagForm,
    BulkWork.Kind.RESOLVE: ClosingForm,
    BulkWork.Kind.REPLY: BulkReplyForm,
}


@dataclass(frozen=True)
class Chosen:
    """Ids of the cases; `left_out` says that more match than can be worked on in one go."""

    ids: list[int]
    left_out: bool = False


@dataclass(frozen=True)
class Preview:
    """What one customer would read; `why_not` where nothing can be sent."""

    case: Case
    text: str
    address: str = ""
    why_not: object = ""


@organization_view(Right.CASES, methods=FORM)
def bulk(request: OrganizationRequest, kind: str) -> HttpResponse:
    """Ask what to do with the chosen cases, then begin."""
    if kind not in FORMS:
        raise Http404
    chosen = _chosen(request, MOST_REPLIES if kind == BulkWork.Kind.REPLY else lists.CHOSEN)
    form = FORMS[kind](request.POST if request.method == "POST" else None, initial=_begun(request, kind))
    previews: list[Preview] = []
    if request.method == "POST" and "back" not in request.POST and form.is_valid() and chosen.ids:
        if kind == BulkWork.Kind.REPLY:
            previews = _previews(chosen.ids, form.cleaned_data["text"], request.membership)
        if kind != BulkWork.Kind.REPLY or "send" in request.POST:
            ids = [preview.case.pk for preview in previews if not preview.why_not] if previews else chosen.ids
            if ids:
                return _begin(request, kind, ids, _data(kind, form.cleaned_data))
    context = {
        "form": form,
        "kind": kind,
        "chosen": chosen,
        "count": len(chosen.ids),
        "previews": previews,
        "sendable": sum(not preview.why_not for preview in previews),
        "query": kept_query(request),
        "content": f"closeloop/dialogs/bulk_{kind}.html",
    }
    template = "closeloop/dialog.html" if is_fragment(request) else "closeloop/list_dialog_page.html"
    return render(request, template, context)


def _begun(request: OrganizationRequest, kind: str) -> dict[str, Any]:
    """A reply begins with the canned one that was picked."""
    given = request.GET.get("canned", "")
    if kind != BulkWork.Kind.REPLY or not (given.isascii() and given.isdigit() and len(given) < 19):
        return {}
    canned = CannedReply.objects.filter(pk=int(given)).first()
    return {"canned": canned.pk, "text": canned.text} if canned else {}


def _chosen(request: OrganizationRequest, most: int) -> Chosen:
    """The cases ticked, or all that the address' filters leave."""
    if request.GET.get("all"):
        ids = lists.chosen(lists.InboxFilters.read(request.GET, request.membership), request.membership, most + 1)
        return Chosen(ids[:most], len(ids) > most)
    numbers = [int(n) for n in request.GET.getlist("n") if n.isascii() and n.isdigit() and len(n) < 12]
    ids = list(Case.objects.filter(number__in=numbers[: lists.CHOSEN]).newest_first().values_list("pk", flat=True))
    return Chosen(ids[:most], len(ids) > most)


def _previews(ids: list[int], text: str, writer: Membership) -> list[Preview]:
    """Each customer's own text; those who can't be written to say why."""
    return [_preview(case, text, writer) for case in Case.objects.filter(pk__in=ids).with_people().newest_first()]


def _preview(case: Case, text: str, writer: Membership) -> Preview:
    filled = filled_for(case, text, writer)
    try:
        address = reply_address(case)
        if left := blanks_in(filled):
            raise BlanksLeft(left)
    except (Unreachable, BlanksLeft) as refusal:
        return Preview(case, filled, why_not=refusal.message)
    return Preview(case, filled, address)


_DATA: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    BulkWork.Kind.ASSIGN: lambda given: {
        name: row.pk if (row := given[name]) else None for name in ("assignee", "team")
    },
    BulkWork.Kind.TAG: lambda given: {
        "add": [tag.name for tag in given["add"]] + given["new"],
        "remove": [tag.name for tag in given["remove"]],
    },
    BulkWork.Kind.RESOLVE: lambda given: given | {"root_cause": given["root_cause"].pk},
    BulkWork.Kind.REPLY: lambda given: {
        "text": given["text"],
        "canned": given["canned"].pk if given["canned"] else None,
    },
}


def _data(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The form's values as the work keeps them."""
    return _DATA[kind](given)


def _begin(request: OrganizationRequest, kind: str, ids: list[int], data: dict[str, Any]) -> HttpResponse:
    work = begin_bulk(kind, ids, data=data, by=request.membership)
    if kind != BulkWork.Kind.REPLY and len(ids) <= AT_ONCE:
        run_bulk(work)
    elif kind != BulkWork.Kind.REPLY:
        nudge(run_bulk_work, request.organization.pk)
    if is_fragment(request):
        return _panel(request, work, began=True)
    return HttpResponseRedirect(f"{reverse('inbox', args=[request.organization.slug])}?{kept_query(request)}")


@organization_view(Right.CASES)
def bulk_progress(request: OrganizationRequest, pk: int) -> HttpResponse:
    """How far it is."""
    return _panel(request, get_object_or_404(BulkWork.objects.all(), pk=pk))


@organization_view(Right.CASES, methods=ONLY_POST)
def bulk_undo(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Take it back: whoever began it, or a manager."""
    work = get_object_or_404(BulkWork.objects.all(), pk=pk)
    if work.by_id != request.membership.pk and not request.membership.may(Right.SETTINGS):
        raise PermissionDenied
    if take_back(work):
        work.refresh_from_db()
        if work.total <= AT_ONCE:
            run_bulk(work)
        elif work.state == BulkWork.State.UNDOING:
            nudge(run_bulk_work, request.organization.pk)
    if is_fragment(request):
        return _panel(request, work)
    return HttpResponseRedirect(reverse("inbox", args=[request.organization.slug]))


def _panel(request: OrganizationRequest, work: BulkWork, *, began: bool = False) -> HttpResponse:
    work.refresh_from_db()
    response = render(request, "closeloop/bulk_panel.html", panel_context(work) | {"oob": began})
    if began or (work.finished_at and request.GET.get("was") != work.state):
        response["HX-Trigger"] = "inbox-changed"
    return response
