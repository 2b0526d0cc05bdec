"""Exports: what one took away, asking for another, and the file."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRefresh

from nps_platform.exports import actions
from nps_platform.exports.forms import KINDS, ExportForm
from nps_platform.exports.making import may_have
from nps_platform.exports.models import Export
from nps_platform.exports.tables import TABLES, Asked
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import number

PAGE = 50
GONE, UNPROCESSABLE = 410, 422
TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _visible(request: OrganizationRequest) -> QuerySet[Export]:
    """One's own; an owner sees everybody's."""
    rows = Export.objects.select_related("asked_by__user")
    return rows if request.membership.may(Right.MEMBERS) else rows.filter(asked_by=request.membership)


@organization_view(Right.COMMENTS)
def exports(request: OrganizationRequest) -> HttpResponse:
    """Who took what away, newest first."""
    before = request.GET.get("before", "")
    rows = _visible(request).order_by("-pk")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "next_url": f"?before={page[PAGE - 1].pk}" if len(page) > PAGE else "",
        "newest_url": request.path if before else "",
        "everybodys": request.membership.may(Right.MEMBERS),
        "offers": [(kind, Export.Kind(kind).label) for kind in KINDS if _may(request, kind)],
    }
    return render(request, "exports/list.html", context)


def _may(request: OrganizationRequest, kind: str) -> bool:
    return may_have(Asked(request.GET, request.membership), kind)


@organization_view(Right.COMMENTS, methods=("GET", "HEAD", "POST"))
def export_new(request: OrganizationRequest, kind: str) -> HttpResponse:
    """What would be taken away, as the page that one comes from is narrowed; a POST has it made."""
    if kind not in KINDS:
        raise Http404
    asked = Asked(request.GET, request.membership)
    if not all(may_have(asked, one) for one in KINDS[kind]):
        raise PermissionDenied
    form = ExportForm(request.POST or None, kinds=[(one, _offer(asked, one)) for one in KINDS[kind]])
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        made = actions.ask_for(chosen["kind"], format=chosen["format"], query=request.GET, by=request.membership)
        return redirect("export", request.organization.slug, made.pk)
    narrowed = any(value for name, value in request.GET.items() if (name, value) != ("view", "open"))
    context = {"form": form, "kind": kind, "narrowed": narrowed, "at_once": actions.AT_ONCE}
    return render(request, "exports/new.html", context, status=UNPROCESSABLE if form.errors else 200)


def _offer(asked: Asked, kind: str) -> str:
    rows = TABLES[kind].count(asked)
    many = ngettext("%(rows)s row", "%(rows)s rows", rows) % {"rows": number(rows)}
    return f"{Export.Kind(kind).label} · {many}"


def _found(request: OrganizationRequest, pk: int) -> Export:
    """One's own, or anybody's for an owner; while they still may have what is in it."""
    found: Export = get_object_or_404(Export.objects.select_related("asked_by__user"), pk=pk)
    if not _is_theirs(request, found) or not _may(request, found.kind):
        raise PermissionDenied
    return found


def _is_theirs(request: OrganizationRequest, row: Export) -> bool:
    return request.membership.may(Right.MEMBERS) or row.asked_by_id == request.membership.pk


@organization_view(Right.COMMENTS)
def export(request: OrganizationRequest, pk: int) -> HttpResponse:
    """How far it is; for htmx its progress, until it is ready."""
    row = _found(request, pk)
    if request.htmx:
        if row.state != Export.State.WORKING:
            return HttpResponseClientRefresh()
        return render(request, "exports/_progress.html", {"row": row})
    return render(request, "exports/export.html", {"row": row})


@organization_view(Right.COMMENTS)
def export_file(request: OrganizationRequest, pk: int) -> HttpResponseBase:
    """The file, as long as it is there."""
    row = _found(request, pk)
    answer = file_of(row)
    if answer is None:
        return render(request, "exports/export.html", {"row": row}, status=GONE)
    if request.method == "GET":
        actions.note_download(row, by=request.membership)
    return answer


def file_of(row: Export) -> FileResponse | None:
    """None where there is none yet, or no longer."""
    if not row.is_there:
        return None
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        return None
    answer = FileResponse(
        file, as_attachment=True, filename=row.file_name, content_type=TYPES[Export.Format(row.format)]
    )
    answer["Cache-Control"] = "no-store"
    return answer


@organization_view(Right.COMMENTS, methods=("POST",))
def export_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    actions.delete_export(_found(request, pk), by=request.membership)
    messages.success(request, _("The file is deleted."))
    return redirect("exports", request.organization.slug)
