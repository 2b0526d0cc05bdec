"""The suppression list: who is not written to and why; add, import, export, and take off with care."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.customers.actions import StaysForGood, lift_suppression, suppress, suppress_many
from nps_platform.customers.actions.suppressions import SAID_BY_THEM
from nps_platform.customers.address_files import Addresses, read_addresses
from nps_platform.customers.forms.suppressions import (
    LiftForm,
    ListFilterForm,
    NewSuppressionForm,
    SuppressionFileForm,
)
from nps_platform.customers.models import Suppression
from nps_platform.customers.paging import AT, page_of
from nps_platform.customers.wording import file_problem
from nps_platform.lib.csvio import CsvRefused, write_csv
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.streams import stream_inside

Reason = Suppression.Reason
UNPROCESSABLE = 422
TONES = {Reason.BOUNCED: "err", Reason.COMPLAINED: "err", Reason.UNSUBSCRIBED: "warn"}


@organization_view(Right.ASK, Right.CUSTOMERS)
def suppressions(request: OrganizationRequest) -> HttpResponse:
    """The list, newest first."""
    wanted = ListFilterForm(request.GET).wanted()
    page = page_of(request, _found(**wanted).select_related("customer"), field=AT)
    counted = dict(Suppression.objects.order_by().values_list("reason").annotate(n=Count("pk")))
    context = {
        "page": page,
        "wanted": wanted,
        "reasons": [(r.value, r.label, counted[r]) for r in Reason if counted.get(r)],
        "total": sum(counted.values()),
        "tones": TONES,
        "said_by_them": SAID_BY_THEM,
    }
    return render(request, "customers/suppressions.html", context)


def _found(q: str, reason: str) -> QuerySet[Suppression]:
    rows = Suppression.objects.all()
    if reason:
        rows = rows.filter(reason=reason)
    if q:
        rows = rows.filter(address__startswith=q.strip().lower()).exclude(reason=Reason.ERASED)
    return rows


@organization_view(Right.ASK, Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def suppression_new(request: OrganizationRequest) -> HttpResponse:
    """One address by hand."""
    form = NewSuppressionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        for channel in form.channels:
            suppress(by=request.membership, channel=channel, **form.cleaned_data)
        messages.success(request, _("Nothing is written to this address any more."))
        return redirect("suppressions", request.organization.slug)
    return _form(request, form, "customers/suppression_new.html")


def _form(request: OrganizationRequest, form: Any, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=UNPROCESSABLE if form.errors else 200)


@organization_view(Right.ASK, Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def suppressions_import(request: OrganizationRequest) -> HttpResponse:
    """A file of addresses; what could not be read is shown with its line."""
    form = SuppressionFileForm(request.POST, request.FILES) if request.method == "POST" else SuppressionFileForm()
    if form.is_valid():
        read = _read(form)
        if read is not None:
            said = form.cleaned_data
            told = suppress_many(
                read.found, channel=said["channel"], reason=said["reason"], note=said["note"], by=request.membership
            )
            return render(request, "customers/suppressions_imported.html", {"told": told, "read": read})
    return _form(request, form, "customers/suppressions_import.html")


def _read(form: SuppressionFileForm) -> Addresses | None:
    try:
        read = read_addresses(form.cleaned_data["file"], form.read)
    except CsvRefused as error:
        form.add_error("file", file_problem(error))
        return None
    if not read.found:
        form.add_error("file", _("There is no such address in this file."))
        return None
    return read


@organization_view(Right.ASK, Right.CUSTOMERS)
def suppressions_export(request: OrganizationRequest) -> StreamingHttpResponse:
    """Everybody who can be named; of erased persons only a mark is kept, which is nobody's business."""
    answer = StreamingHttpResponse(stream_inside(request.organization, write_csv(_table())), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="suppressions-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer


def _table() -> Iterator[list[str]]:
    yield ["address", "channel", "reason", "since", "note", "customer"]
    rows = Suppression.objects.exclude(reason=Reason.ERASED).order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last).select_related("customer")[:1000]):
        for row in some:
            number = (row.customer.external_id if row.customer else "") or ""
            yield [row.address, row.channel, row.reason, row.at.isoformat(timespec="seconds"), row.note, number]
        last = some[-1].pk


@organization_view(Right.ASK, Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def suppression_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks first; what the person said themselves asks for more than a click."""
    row = get_object_or_404(Suppression.objects.select_related("customer"), pk=pk)
    if row.reason == Reason.ERASED:
        raise PermissionDenied
    careful = row.reason in SAID_BY_THEM
    form = LiftForm(request.POST if request.method == "POST" else None) if careful else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            lift_suppression(row, by=request.membership, confirmed=careful)
        except StaysForGood as error:
            raise PermissionDenied from error
        messages.success(request, _("The address may be written to again."))
        return redirect("suppressions", request.organization.slug)
    status = UNPROCESSABLE if form and form.errors else 200
    return render(request, "customers/suppression_remove.html", {"row": row, "form": form}, status=status)
