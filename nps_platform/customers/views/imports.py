"""Imports: upload, columns, dry run, run, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_htmx.http import HttpResponseClientRefresh, reswap

from nps_platform.customers.actions import (
    MappingRefused,
    choose_columns,
    discard_import,
    reopen_columns,
    start_import,
    start_upload,
    stop_import,
)
from nps_platform.customers.engine import WORKING
from nps_platform.customers.forms import ColumnsForm, ExampleForm, UploadForm
from nps_platform.customers.import_kinds import import_kinds, kind_of
from nps_platform.customers.import_report import ImportReport, refused_rows
from nps_platform.customers.models import ImportJob
from nps_platform.customers.paging import page_of
from nps_platform.customers.waiting import STATES, imports_for
from nps_platform.customers.wording import file_problem
from nps_platform.lib.csvio import CsvRefused, write_csv
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.streams import stream_inside
from nps_platform.tenancy.templatetags.circulo import number

State = ImportJob.State


@organization_view(Right.LOAD_REVENUE)
def imports(request: OrganizationRequest) -> HttpResponse:
    """All of them, or those of late that failed or wait for a yes."""
    show = request.GET.get("show", "")
    jobs = imports_for(request.membership, show).select_related("started_by__user")
    context: dict[str, Any] = {"page": page_of(request, jobs), "chips": _chips(request, show)}
    context["show"] = show if show in STATES else ""
    context["kinds"] = [kind for kind in import_kinds() if request.membership.may(kind.right)]
    return render(request, "customers/imports.html", context)


def _chips(request: OrganizationRequest, show: str) -> list[Choice]:
    """None where nothing failed or waits: the list is then all there is."""
    here = reverse("imports", args=[request.organization.slug])
    counts = {name: imports_for(request.membership, name).count() for name in STATES}
    if not any(counts.values()) and show not in STATES:
        return []
    labels = {"failed": _("Failed lately"), "waiting": _("Waiting for a yes")}
    chips = [
        Choice(labels[name], f"{here}?show={name}", name == show, number(count))
        for name, count in counts.items()
        if count or name == show
    ]
    return [Choice(pgettext("imports", "All"), here, show not in STATES), *chips]


@organization_view(Right.LOAD_REVENUE, methods=("GET", "HEAD", "POST"))
def import_new(request: OrganizationRequest, kind: str) -> HttpResponse:
    _may(request, kind)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = start_upload(file, kind=kind, name=file.name, by=request.membership)
        except CsvRefused as error:
            form.add_error("file", file_problem(error))
        else:
            return redirect("import_job", request.organization.slug, job.pk)
    found = kind_of(kind)
    context = {"form": form, "kind": found, "steps": ImportReport(ImportJob(kind=kind)).steps}
    if found.example:
        context["example"] = ExampleForm(found)
    return render(request, "customers/import_new.html", context)


@organization_view(Right.LOAD_REVENUE)
def import_example(request: OrganizationRequest, kind: str) -> HttpResponse:
    """A file to begin with, made for what the whole file would be about."""
    _may(request, kind)
    found = kind_of(kind)
    form = ExampleForm(found, request.GET) if found.example else None
    if form is None or not form.is_valid():
        return redirect("import_new", request.organization.slug, kind)
    body = b"".join(write_csv(form.rows()))
    headers = {"Content-Disposition": f'attachment; filename="{kind}-example.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def _may(request: OrganizationRequest, kind: str) -> None:
    """Files of customers and of answers show who they are: finance loads revenue only."""
    if not request.membership.may(kind_of(kind).right):
        raise PermissionDenied


def _find(request: OrganizationRequest, pk: int) -> ImportJob:
    job = get_object_or_404(ImportJob.objects.select_related("started_by__user"), pk=pk)
    _may(request, job.kind)
    return job


@organization_view(Right.LOAD_REVENUE, methods=("GET", "HEAD", "POST"))
def import_job(request: OrganizationRequest, pk: int) -> HttpResponse:
    job = _find(request, pk)
    if job.state == State.UPLOADED:
        return _columns(request, job)
    if request.method == "POST":
        return redirect("import_job", request.organization.slug, pk)
    template = "customers/import_working.html" if job.state in WORKING else "customers/import_report.html"
    report = ImportReport(job)
    onwards = request.membership.may(report.kind.page_right)
    return render(request, template, {"job": job, "report": report, "onwards": onwards})


def _columns(request: OrganizationRequest, job: ImportJob) -> HttpResponse:
    form = ColumnsForm(_typed(request), job=job, currency=request.organization.currency)
    if request.method == "POST" and "rest" in request.POST:
        form = ColumnsForm(form.with_attributes(), job=job, currency=request.organization.currency)
    elif request.method == "POST" and "look" not in request.POST and not form.refitted and form.is_valid():
        try:
            choose_columns(job, form.to_choice(), by=request.membership)
        except MappingRefused as error:
            form.refuse(error)
        else:
            return redirect("import_job", request.organization.slug, job.pk)
    context: dict[str, Any] = {"job": job, "form": form, "report": ImportReport(job)}
    if request.htmx and form.is_other:
        return reswap(render(request, "customers/_columns.html", context), "outerHTML")
    template = "customers/_columns_look.html" if request.htmx else "customers/import_columns.html"
    return render(request, template, context)


def _typed(request: OrganizationRequest) -> Any:
    return request.POST if request.method == "POST" else None


@organization_view(Right.LOAD_REVENUE)
def import_progress(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asked for every second while it works; when that ends, the page loads anew."""
    job = _find(request, pk)
    if job.state not in WORKING:
        return HttpResponseClientRefresh()
    return render(request, "customers/_progress.html", {"job": job, "report": ImportReport(job)})


@organization_view(Right.LOAD_REVENUE, methods=("POST",))
def import_start(request: OrganizationRequest, pk: int) -> HttpResponse:
    if not start_import(_find(request, pk), by=request.membership):
        messages.warning(request, _("This import is not waiting to be started."))
    return redirect("import_job", request.organization.slug, pk)


@organization_view(Right.LOAD_REVENUE, methods=("POST",))
def import_stop(request: OrganizationRequest, pk: int) -> HttpResponse:
    if not stop_import(_find(request, pk), by=request.membership):
        messages.warning(request, _("It had ended already."))
    return redirect("import_job", request.organization.slug, pk)


@organization_view(Right.LOAD_REVENUE, methods=("POST",))
def import_reopen(request: OrganizationRequest, pk: int) -> HttpResponse:
    reopen_columns(_find(request, pk))
    return redirect("import_job", request.organization.slug, pk)


@organization_view(Right.LOAD_REVENUE, methods=("POST",))
def import_discard(request: OrganizationRequest, pk: int) -> HttpResponse:
    discard_import(_find(request, pk), by=request.membership)
    messages.success(request, _("The file is gone; nothing was imported from it."))
    return redirect("imports", request.organization.slug)


@organization_view(Right.LOAD_REVENUE)
def import_refused(request: OrganizationRequest, pk: int) -> HttpResponseBase:
    job = _find(request, pk)
    body = stream_inside(request.organization, write_csv(refused_rows(job)))
    headers = {"Content-Disposition": f'attachment; filename="refused-{job.pk}.csv"'}
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
