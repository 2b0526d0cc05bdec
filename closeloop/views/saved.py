"""Lists kept under a name, and the tags of a case."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from closeloop.actions.saved_views import delete_view, move_view, save_view
from closeloop.actions.tagging import tag_case
from closeloop.list_forms import SavedViewForm, TagForm
from closeloop.models import CaseTag, SavedView
from closeloop.refusals import CaseRefused
from closeloop.views.case import done
from closeloop.views.inbox import find_case, is_fragment, kept_query
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.CASES)
def saved_views(request: OrganizationRequest) -> HttpResponse:
    """All that one sees, to rename, share, put in order or delete."""
    views = list(SavedView.objects.seen_by(request.membership))
    rows = [(view, view.may_change(request.membership), _address(request, view)) for view in views]
    return render(request, "closeloop/saved_views.html", {"rows": rows})


@organization_view(Right.CASES, methods=FORM)
def saved_view_new(request: OrganizationRequest) -> HttpResponse:
    """Keep the list of the address under a name."""
    return _form(request, SavedView(query=_asked(request)), _("The view is saved."))


@organization_view(Right.CASES, methods=FORM)
def saved_view(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Rename or share; with an address it holds that list from now on."""
    view = _changeable(request, pk)
    if asked := _asked(request):
        view.query = asked
    return _form(request, view, _("The view is changed."))


@organization_view(Right.CASES, methods=ONLY_POST)
def saved_view_move(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    move_view(_changeable(request, pk), up=request.POST.get("to") == "up", by=request.membership)
    return _to_views(request)


@organization_view(Right.CASES, methods=ONLY_POST)
def saved_view_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    delete_view(_changeable(request, pk), by=request.membership)
    messages.success(request, _("The view is deleted; its cases stay."))
    return _to_views(request)


def _changeable(request: OrganizationRequest, pk: int) -> SavedView:
    view = get_object_or_404(SavedView.objects.seen_by(request.membership), pk=pk)
    if not view.may_change(request.membership):
        raise PermissionDenied
    return view


def _asked(request: OrganizationRequest) -> str:
    """The list that the address describes, without what names a place in it."""
    query = QueryDict(kept_query(request), mutable=True)
    query.pop("saved", None)
    return query.urlencode()[:2000]


def _form(request: OrganizationRequest, view: SavedView, said: str) -> HttpResponse:
    form = SavedViewForm(request.POST if request.method == "POST" else None, instance=view, person=request.membership)
    if request.method == "POST" and form.is_valid():
        view = save_view(form.save(commit=False), by=request.membership)
        messages.success(request, said)
        address = _address(request, view)
        if is_fragment(request):
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
    context = {
        "form": form,
        "content": "closeloop/dialogs/view.html",
        "query": kept_query(request),
        "is_new": not view.pk,
    }
    return render(
        request, "closeloop/dialog.html" if is_fragment(request) else "closeloop/list_dialog_page.html", context
    )


def _address(request: OrganizationRequest, view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query["saved"] = str(view.pk)
    return f"{reverse('inbox', args=[request.organization.slug])}?{query.urlencode()}"


def _to_views(request: OrganizationRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("saved_views", args=[request.organization.slug]))


@organization_view(Right.CASES, methods=FORM)
def case_tags(request: OrganizationRequest, number: int) -> HttpResponse:
    """Which tags a case carries."""
    case = find_case(number)
    held = {link.tag for link in CaseTag.objects.filter(case=case).select_related("tag")}
    form = TagForm(request.POST if request.method == "POST" else None, initial={"tags": [tag.pk for tag in held]})
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data["tags"])
        add = [tag.name for tag in wanted - held] + form.cleaned_data["new"]
        try:
            tag_case(case, add=add, remove=[tag.name for tag in held - wanted], by=request.membership)
            return done(request, number, _("Tags changed."))
        except CaseRefused as refusal:
            form.add_error(refusal.field, str(refusal.message))
    context = {"case": case, "form": form, "query": kept_query(request), "content": "closeloop/dialogs/tags.html"}
    return render(request, "closeloop/dialog.html" if is_fragment(request) else "closeloop/dialog_page.html", context)
