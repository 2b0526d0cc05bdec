"""The inbox: the list beside one case, and what came in since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from closeloop import inbox as lists
from closeloop.actions.valuing import churn_rates
from closeloop.bulk_panel import latest_work, panel_context
from closeloop.inbox import InboxFilters
from closeloop.list_forms import (
    BULK_NAMES,
    CONTACT_NAMES,
    ORDER_NAMES,
    VIEW_NAMES,
    WHOSE_NAMES,
    WISH_NAMES,
    InboxFilterForm,
)
from closeloop.models import CLASSES, Case, Priority, SavedView
from closeloop.pane import Pane, pane_of
from closeloop.unplaced import waiting_mails
from nps_platform.lib.formats import day_label, number
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import reader_locale

NAMES: dict[str, Sequence[tuple[Any, Any]]] = {
    "nps_class": CLASSES,
    "whose": WHOSE_NAMES,
    "priority": Priority.choices,
    "wish": WISH_NAMES,
}
SHOWN_VIEWS = 8


@organization_view(Right.CASES)
def inbox(request: OrganizationRequest) -> HttpResponse:
    """The list; a further stretch of it for htmx."""
    if is_fragment(request, "case-more"):
        return _vary(render(request, "closeloop/more.html", list_context(request)))
    return _vary(render(request, "closeloop/inbox.html", list_context(request)))


@organization_view(Right.CASES)
def case(request: OrganizationRequest, number: int) -> HttpResponse:
    """One case, alone for htmx or beside the list."""
    found = find_case(number)
    pane = pane_of(found, request.membership, tab=request.GET.get("tab", ""), canned=request.GET.get("canned", ""))
    return draw_pane(request, pane)


@organization_view(Right.CASES)
def news(request: OrganizationRequest) -> HttpResponse:
    """What opened since the case `seen`: nothing (204), or rows for the top of the list and the counts anew."""
    given = request.GET.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    newest = lists.newest_id()
    if newest <= seen:
        return HttpResponse(status=204)
    filters = InboxFilters.read(request.GET, request.membership)
    rows = lists.news(filters, request.membership, seen=seen)
    return _vary(
        render(request, "closeloop/news.html", filter_context(request, filters) | {"rows": rows, "seen": newest})
    )


def find_case(number: int) -> Case:
    """The case of this number in the current organisation, with its people."""
    cases = Case.objects.with_people().select_related("response__unit", "response__version", "root_cause", "rule")
    return get_object_or_404(cases, number=number)


def draw_pane(request: OrganizationRequest, pane: Pane, *, row: bool = False) -> HttpResponse:
    """The pane for htmx (with its row of the list and the counts, where something changed), else the whole page."""
    context = {"pane": pane, "query": kept_query(request)}
    if is_fragment(request):
        rows = lists.rows_of([pane.case], request.membership) if row else []
        counted = filter_context(request, InboxFilters.read(request.GET, request.membership)) if row else {}
        return _vary(render(request, "closeloop/pane.html", counted | context | {"changed_rows": rows}))
    return _vary(render(request, "closeloop/inbox.html", list_context(request) | context))


def list_context(request: OrganizationRequest) -> dict[str, Any]:
    filters = InboxFilters.read(request.GET, request.membership)
    page = lists.page(filters, request.membership, after=request.GET.get("after", ""))
    more = request.GET.copy()
    more["after"] = page.after
    return filter_context(request, filters) | {
        "rows": page.rows,
        "more_query": more.urlencode() if page.after else "",
        "search_ends_at": filters.found.ends_at if "q" in filters.values else 0,
        "seen": lists.newest_id(),
        "mails_waiting": waiting_mails().count(),
        "bulk": panel_context(work) if (work := latest_work(request.membership)) else None,
    }


def filter_context(request: OrganizationRequest, filters: InboxFilters) -> dict[str, Any]:
    """The list's head: chips with their counts, the filters and the order, each as an address."""
    counts = lists.counts(filters, request.membership)
    form = InboxFilterForm(request.GET, reader=request.membership)
    return {
        "filters": filters,
        "filter_fields": [bound for bound in form if bound.name not in ("q", "view", "order")],
        "narrowed": [
            Choice(_value_name(form, name, value), _with(request, name, ""), removable=True)
            for name, value in filters.values.items()
        ],
        "chips": [_chip(request, filters, view, str(name), counts) for view, name in VIEW_NAMES],
        "saved": _saved(request),
        "saved_now": request.GET.get("saved", ""),
        "orders": [(str(name), _with(request, "order", order), order == filters.order) for order, name in ORDER_NAMES],
        "churn_rates": churn_rates().values() if filters.by_value and request.membership.may(Right.MONEY) else [],
        "open_total": counts.get("open", 0),
        "open_count": lists.capped(counts["open"]) if counts else "",
        "query": kept_query(request),
        "export_query": _with(request, "view", filters.view),
        "kept": parse_qsl(kept_query(request)),
        "all_match": _all_match(filters, counts, request),
        "bulk_kinds": BULK_NAMES,
    }


def _all_match(filters: InboxFilters, counts: dict[str, int], request: OrganizationRequest) -> str:
    """How many cases the list holds, where that is known without reading them again."""
    count = counts.get(filters.view) if filters.view in counts else lists.held(filters, request.membership)
    return "" if count is None else lists.capped(count)


def _value_name(form: InboxFilterForm, name: str, value: Any) -> str:
    """How a filter's value reads: a choice by its name, the search in quotes."""
    if name == "q":
        return _("“%(words)s”") % {"words": value}
    if name in ("contact", "solution"):
        return f"{form[name].label}: {dict(CONTACT_NAMES)[value]}"
    if name in ("opened_from", "opened_to"):
        return f"{form[name].label}: {day_label(value, reader_locale())}"
    if name == "value_from":
        return f"{form[name].label}: {number(value, 0, reader_locale())}"
    return str(dict(NAMES[name]).get(value, value) if name in NAMES else value)


def _chip(request: OrganizationRequest, filters: InboxFilters, view: str, name: str, counts: dict[str, int]) -> Choice:
    count = lists.capped(counts[view]) if view in counts else ""
    is_here = view == filters.view and not request.GET.get("saved")
    return Choice(name, _with(request, "view", view), is_here, count)


def _saved(request: OrganizationRequest) -> list[Choice]:
    """The lists kept under a name, each with how many it holds now."""
    here = request.GET.get("saved", "")
    return [
        Choice(view.name, f"?{_saved_query(view)}", str(view.pk) == here, _count(request, view))
        for view in SavedView.objects.seen_by(request.membership)[:SHOWN_VIEWS]
    ]


def _saved_query(view: SavedView) -> str:
    query = QueryDict(view.query, mutable=True)
    query["saved"] = str(view.pk)
    return query.urlencode()


def _count(request: OrganizationRequest, view: SavedView) -> str:
    filters = InboxFilters.read(QueryDict(view.query), request.membership)
    count = lists.held(filters, request.membership)
    return "" if count is None else lists.capped(count)


def kept_query(request: OrganizationRequest) -> str:
    """The list's filters, for links that keep them."""
    query = request.GET.copy()
    for name in ("after", "tab", "canned", "seen", "n", "all", "was"):
        query.pop(name, None)
    return query.urlencode()


def _with(request: OrganizationRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    for place in ("after", "saved"):
        query.pop(place, None)
    query[name] = value
    return f"?{query.urlencode()}"


def is_fragment(request: OrganizationRequest, target: str = "") -> bool:
    """Whether htmx asks for a piece (of `target`) rather than for the page."""
    wants = bool(request.htmx) and not request.htmx.history_restore_request
    return wants and (not target or request.htmx.target == target)


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
