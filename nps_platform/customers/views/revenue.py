"""Revenue whose customer nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from nps_platform.customers.paging import page_of
from nps_platform.customers.waiting import unknown_customers, unmatched_revenue
from nps_platform.lib.csvio import write_csv
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.streams import stream_inside


@organization_view(Right.LOAD_REVENUE)
def unmatched(request: OrganizationRequest) -> HttpResponse:
    refs = unmatched_revenue().values("customer_ref").annotate(
        months=Count("period", distinct=True), first=Min("period"), last=Max("period")
    )  # fmt: skip
    page = page_of(request, refs, field="customer_ref", newest_first=False)
    context = {
        "page": page,
        "lines": _with_sums(page.rows),
        "totals": list(_sums(unmatched_revenue().values("currency"))),
        "customers": unknown_customers(),
    }
    return render(request, "customers/unmatched.html", context)


def _sums(grouped: QuerySet) -> QuerySet:
    return grouped.annotate(total=Sum("amount"), rows=Count("pk")).order_by("currency")


def _with_sums(rows: list[dict]) -> list[dict]:
    """Each reference with its sum in every currency; one query for the page."""
    wanted = unmatched_revenue().filter(customer_ref__in=[row["customer_ref"] for row in rows])
    sums: dict[str, list[dict]] = {}
    for total in _sums(wanted.values("customer_ref", "currency")):
        sums.setdefault(total["customer_ref"], []).append(total)
    return [row | {"sums": sums.get(row["customer_ref"], [])} for row in rows]


@organization_view(Right.LOAD_REVENUE)
def unmatched_csv(request: OrganizationRequest) -> HttpResponseBase:
    body = stream_inside(request.organization, write_csv(_table()))
    headers = {"Content-Disposition": 'attachment; filename="unmatched-revenue.csv"'}
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def _table() -> Iterator[list[str]]:
    yield [_("customer number"), _("month"), _("amount"), _("currency")]
    for entry in unmatched_revenue().order_by("customer_ref", "period", "currency").iterator(chunk_size=1000):
        yield [entry.customer_ref, f"{entry.period:%Y-%m}", f"{entry.amount:f}", entry.currency]
