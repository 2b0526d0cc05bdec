"""Comments: everything customers wrote in a period, a page at a time, each beside its case."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards import tables
from dashboards.forms import CommentForm, FilterForm, current_locale
from dashboards.links import Choice, query
from dashboards.queries.comments import Voices, voices
from dashboards.queries.filters import Filters
from dashboards.readers import Reader
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

CSV_LIMIT = 10_000


@organization_view(Right.COMMENTS)
def comments(request: OrganizationRequest) -> HttpResponse:
    form, narrowed, reader = FilterForm(request.GET), CommentForm(request.GET), Reader.of(request.membership)
    filters = form.filters()
    found = _found(narrowed, filters, reader)
    context: dict[str, Any] = {
        "page_title": _("Comments"),
        "page_subtitle": filters.period.label(current_locale()),
        "form": form,
        "narrowed": narrowed,
        "kept": {name: value for name in ("nps_class", "q") if (value := request.GET.get(name))},
        "reader": reader,
        "now": timezone.now(),
        "comments": found,
        "classes": _classes(request, narrowed),
        "next_url": query(request, cursor=found.next_cursor) if found.next_cursor else "",
        "first_url": query(request, cursor="") or request.path if request.GET.get("cursor") else "",
        "csv_url": query(request, cursor=""),
    }
    return render(request, "dashboards/comments.html", context)


def _found(narrowed: CommentForm, filters: Filters, reader: Reader, **more: Any) -> Voices:
    narrowed.is_valid()
    asked = narrowed.cleaned_data
    wanted = {"nps_class": asked.get("nps_class", ""), "words": asked.get("q", ""), "cursor": asked.get("cursor", "")}
    return voices(filters, reader, **(wanted | more))


def _classes(request: OrganizationRequest, narrowed: CommentForm) -> list[Choice]:
    chosen = narrowed.cleaned_data.get("nps_class", "")
    names = [
        ("", pgettext("answer classes", "All")),
        *((c.value, str(c.label)) for c in NpsClass if c != NpsClass.SILENT),
    ]
    return [
        Choice(name, query(request, nps_class=key, cursor="") or request.path, key == chosen) for key, name in names
    ]


@organization_view(Right.COMMENTS)
def comments_csv(request: OrganizationRequest) -> HttpResponse:
    """What the page shows, as a file: no more of it than the reader may see on the page."""
    reader = Reader.of(request.membership)
    found = _found(CommentForm(request.GET), FilterForm(request.GET).filters(), reader, cursor="", limit=CSV_LIMIT)
    return tables.csv_response(tables.voice_rows(found, with_who=reader.personal), "circulo-comments")
