"""The inbox: the list beside one case, and what came in since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from closeloop import inbox as lists
from closeloop.forms import CONTACT_NAMES, ORDER_NAMES, VIEW_NAMES, WHOSE_NAMES, InboxFilterForm
from closeloop.inbox import InboxFilters
from closeloop.models import CLASSES, Case
from closeloop.pane import Pane, pane_of
from closeloop.unplaced import waiting_mails
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right

NAMES: dict[str, Sequence[tuple[str, Any]]] = {"nps_class": CLASSES, "whose": WHOSE_NAMES}
FURTHER = ("nps_class", "survey", "touchpoint", "unit", "team", "contact", "solution", "whose")


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
    filters = InboxFilters.read(request.GET)
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
        counted = filter_context(request, InboxFilters.read(request.GET)) if row else {}
        return _vary(render(request, "closeloop/pane.html", counted | context | {"changed_rows": rows}))
    return _vary(render(request, "closeloop/inbox.html", list_context(request) | context))


def list_context(request: OrganizationRequest) -> dict[str, Any]:
    filters = InboxFilters.read(request.GET)
    page = lists.page(filters, request.membership, after=request.GET.get("after", ""))
    more = request.GET.copy()
    more["after"] = page.after
    return filter_context(request, filters) | {
        "rows": page.rows,
        "more_query": more.urlencode() if page.after else "",
        "search_ends_at": lists.SEARCHED if "q" in filters.values and lists.search_reaches_to() else 0,
        "seen": lists.newest_id(),
        "mails_waiting": waiting_mails().count(),
    }


def filter_context(request: OrganizationRequest, filters: InboxFilters) -> dict[str, Any]:
    """The list's head: chips with their counts, the filters and the order, each as an address."""
    counts = lists.counts(filters, request.membership)
    form = InboxFilterForm(request.GET)
    return {
        "filters": filters,
        "filter_fields": [form[name] for name in FURTHER],
        "narrowed": [
            Choice(_value_name(form, name, value), _with(request, name, ""), removable=True)
            for name, value in filters.values.items()
        ],
        "chips": [_chip(request, filters, view, str(name), counts) for view, name in VIEW_NAMES],
        "orders": [(str(name), _with(request, "order", order), order == filters.order) for order, name in ORDER_NAMES],
        "open_total": counts.get("open", 0),
        "open_count": lists.capped(counts["open"]) if counts else "",
        "query": kept_query(request),
        "export_query": _with(request, "view", filters.view),
    }


def _value_name(form: InboxFilterForm, name: str, value: Any) -> str:
    """How a filter's value reads: a choice by its name, the search in quotes."""
    if name == "q":
        return _("“%(words)s”") % {"words": value}
    if name in ("contact", "solution"):
        return f"{form[name].label}: {dict(CONTACT_NAMES)[value]}"
    return str(dict(NAMES[name]).get(value, value) if name in NAMES else value)


def _chip(request: OrganizationRequest, filters: InboxFilters, view: str, name: str, counts: dict[str, int]) -> Choice:
    count = lists.capped(counts[view]) if view in counts else ""
    return Choice(name, _with(request, "view", view), view == filters.view, count)


def kept_query(request: OrganizationRequest) -> str:
    """The list's filters, for links that keep them."""
    query = request.GET.copy()
    for name in ("after", "tab", "canned", "seen"):
        query.pop(name, None)
    return query.urlencode()


def _with(request: OrganizationRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query[name] = value
    return f"?{query.urlencode()}"


def is_fragment(request: OrganizationRequest, target: str = "") -> bool:
    """Whether htmx asks for a piece (of `target`) rather than for the page."""
    wants = bool(request.htmx) and not request.htmx.history_restore_request
    return wants and (not target or request.htmx.target == target)


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
