"""Places where whoever comes by may answer: the list, a new one, and one with its link and what came in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.customers.paging import page_of
from nps_platform.lib.folding import found_in
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.roles import Right
from responses.collected import RECENT_DAYS, lines_of, newest_of
from responses.erasing import forget_visitor
from responses.models import Response
from responses.visitor_forms import VisitorForm
from surveys import actions
from surveys.collecting.forms import CollectorForm, askable_surveys
from surveys.collecting.kinds import OFFERED, OfferedKind, offered
from surveys.collecting.posters import MOST_PDF
from surveys.links import collector_url
from surveys.models import Collector


@organization_view(Right.ASK)
def collectors(request: OrganizationRequest) -> HttpResponse:
    """Every place with what comes in there."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    page = page_of(request, _rows().filter(found_in("folded", asked)))
    context = {"page": page, "q": asked, "lines": lines_of(page.rows), "days": RECENT_DAYS}
    links = Collector.objects.filter(kind=Collector.Kind.LINK, is_open=True)
    context["too_many"] = MOST_PDF if links.order_by()[: MOST_PDF + 1].count() > MOST_PDF else 0
    return render(request, "responses/collectors/list.html", context)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def collector_new(request: OrganizationRequest) -> HttpResponse:
    """First the kind (`?kind=`), where there is a choice; then the rest."""
    kind = offered(request.GET.get("kind", "")) or (OFFERED[0] if len(OFFERED) == 1 else None)
    if kind is None:
        return render(request, "responses/collectors/kinds.html", {"kinds": OFFERED})
    form = CollectorForm(request.POST or None, kind=kind, initial={"receipt": Collector.Receipt.NO})
    if request.method == "POST" and form.is_valid():
        try:
            created = actions.create_collector(kind=kind.kind, **form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("“%(name)s” takes answers.") % {"name": created.name})
            return redirect("collector", request.organization.slug, created.pk)
    context = {
        "form": form,
        "kind": kind,
        "has_choice": len(OFFERED) > 1,
        "has_surveys": askable_surveys(kind.kind).exists(),
    }
    return render(request, "responses/collectors/new.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK)
def collector(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One place: its way in, and what came in."""
    row = _collector(pk)
    (line,) = lines_of([row])
    context = {
        "collector": row,
        "kind": _kind(row),
        "line": line,
        "days": RECENT_DAYS,
        "url": collector_url(row),
        "origin": settings.BASE_URL,
        "newest": newest_of(row),
    }
    return render(request, "responses/collectors/collector.html", context)


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def collector_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Change it; the link stays."""
    row = _collector(pk)
    form = CollectorForm(request.POST or None, instance=_collector(pk), kind=_kind(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_collector(row, by=request.membership, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": row.name})
            return redirect("collector", request.organization.slug, pk)
    context = {"form": form, "collector": row}
    return render(request, "responses/collectors/edit.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK, methods=("POST",))
def collector_close(request: OrganizationRequest, pk: int) -> HttpResponse:
    row = _collector(pk)
    if actions.close_collector(row, by=request.membership):
        messages.success(request, _("“%(name)s” takes no more answers.") % {"name": row.name})
    return redirect("collector", request.organization.slug, pk)


@organization_view(Right.ASK, methods=("POST",))
def collector_reopen(request: OrganizationRequest, pk: int) -> HttpResponse:
    row = _collector(pk)
    if actions.reopen_collector(row, by=request.membership):
        messages.success(request, _("“%(name)s” takes answers again.") % {"name": row.name})
    return redirect("collector", request.organization.slug, pk)


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def visitor_erase(request: OrganizationRequest) -> HttpResponse:
    """Forget whoever left an address where anybody may answer; `?answer=` is the answer that named it."""
    asked = request.GET.get("answer", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 19
    named = Response.objects.filter(pk=int(asked)).first() if is_number else None
    form = VisitorForm(request.POST or None, initial={"address": named.visitor_address if named else ""})
    if request.method == "POST" and form.is_valid():
        forgotten = forget_visitor(form.cleaned_data["address"], by=request.membership)
        if forgotten:
            text = ngettext(
                "%(n)s answer no longer leads to anybody.", "%(n)s answers no longer lead to anybody.", forgotten
            )
            messages.success(request, text % {"n": forgotten})
            return redirect("collectors", request.organization.slug)
        form.add_error("address", _("No answer names this address."))
    return render(request, "responses/collectors/erase.html", {"form": form}, status=422 if form.errors else 200)


def _rows() -> QuerySet[Collector]:
    return Collector.objects.select_related("survey__published", "unit", "touchpoint", "survey__touchpoint")


def _collector(pk: int) -> Collector:
    row: Collector = get_object_or_404(_rows(), pk=pk)
    return row


def _kind(row: Collector) -> OfferedKind:
    """A kind that is not offered has its name, link and answers all the same."""
    return offered(row.kind) or OfferedKind(Collector.Kind(row.kind), "qr-code", _("A place where people answer."))
