"""Comments: everything customers wrote in a period, a page at a time, each beside its case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards import tables
from dashboards.forms import NOTES, CommentForm, FilterForm, current_locale
from dashboards.queries.comments import Voices, voices
from dashboards.queries.filters import Filters
from dashboards.queries.notes import NotePage, note_page
from dashboards.readers import Reader
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice, query
from nps_platform.tenancy.roles import Right
from responses.provisional import standing

CSV_LIMIT = 10_000
NOTES_BESIDE = 3
BEGUN_SHOWN, BEGUN_LATELY = 5, timedelta(days=30)


@organization_view(Right.COMMENTS)
def comments(request: OrganizationRequest) -> HttpResponse:
    """What customers wrote; above it what interviews and observation say, or with `?nps_class=notes` these alone."""
    form, narrowed, reader = FilterForm(request.GET), CommentForm(request.GET), Reader.of(request.membership)
    filters = form.filters()
    asked = _asked(narrowed)
    found = None if asked["nps_class"] == NOTES else voices(filters, reader, **asked)
    notes = _notes(filters, reader, asked)
    next_cursor = notes.next_cursor if found is None else found.next_cursor
    context: dict[str, Any] = {
        "page_title": _("Comments"),
        "page_subtitle": filters.period.label(current_locale()),
        "form": form,
        "narrowed": narrowed,
        "kept": {name: value for name in ("nps_class", "q", "question") if (value := request.GET.get(name))},
        "reader": reader,
        "now": timezone.now(),
        "comments": found,
        "begun": _begun(request, asked) if found is not None else None,
        "notes": notes,
        "only_notes": found is None,
        "question": _question(found, asked["question"]),
        "every_url": query(request, question="", cursor="") or request.path,
        "notes_url": query(request, nps_class=NOTES, cursor=""),
        "classes": _classes(request, narrowed),
        "next_url": query(request, cursor=next_cursor) if next_cursor else "",
        "first_url": query(request, cursor="") or request.path if request.GET.get("cursor") else "",
        "csv_url": query(request, cursor=""),
    }
    return render(request, "dashboards/comments.html", context)


def _asked(narrowed: CommentForm) -> dict[str, Any]:
    narrowed.is_valid()
    asked = narrowed.cleaned_data
    names = {"nps_class": "nps_class", "words": "q", "question": "question", "cursor": "cursor"}
    return {name: asked.get(field, "") for name, field in names.items()}


def _question(found: Voices | None, key: str) -> str:
    """The further question that the page keeps to, in its own words."""
    told = [told for voice in found.voices for told in voice.further] if found else []
    return next((one.question for one in told if one.key == key), key)


def _notes(filters: Filters, reader: Reader, asked: dict[str, Any]) -> NotePage:
    """All of them where they are asked for; else the newest, beside the first page of all comments."""
    if asked["nps_class"] == NOTES:
        return note_page(filters, reader, words=asked["words"], cursor=asked["cursor"])
    if asked["nps_class"] or asked["question"] or asked["cursor"]:
        return NotePage([], 0)
    return note_page(filters, reader, words=asked["words"], limit=NOTES_BESIDE)


def _begun(request: OrganizationRequest, asked: dict[str, str]) -> dict[str, Any] | None:
    """What people began lately and did not send, beside the first page of all comments; for who may see who they are."""
    if any(asked.values()) or not request.membership.may(Right.CUSTOMERS):
        return None
    rows = (
        standing().filter(touched_at__gt=timezone.now() - BEGUN_LATELY).select_related("invitation__survey", "customer")
    )
    begun = list(rows.order_by("-touched_at")[:BEGUN_SHOWN])
    return {"begun": begun, "comments": True, "named": True} if begun else None


def _classes(request: OrganizationRequest, narrowed: CommentForm) -> list[Choice]:
    chosen = narrowed.cleaned_data.get("nps_class", "")
    names = [
        ("", pgettext("answer classes", "All")),
        *((c.value, str(c.label)) for c in NpsClass if c != NpsClass.SILENT),
        (NOTES, _("Notes")),
    ]
    return [
        Choice(name, query(request, nps_class=key, cursor="") or request.path, key == chosen) for key, name in names
    ]


@organization_view(Right.COMMENTS)
def comments_csv(request: OrganizationRequest) -> HttpResponse:
    """What the page shows, as a file: no more of it than the reader may see on the page."""
    reader = Reader.of(request.membership)
    asked = _asked(CommentForm(request.GET)) | {"cursor": ""}
    if asked["nps_class"] == NOTES:
        asked["nps_class"] = ""
    found = voices(FilterForm(request.GET).filters(), reader, **asked, limit=CSV_LIMIT)
    return tables.csv_response(tables.voice_rows(found, with_who=reader.personal), "circulo-comments")


@organization_view(Right.COMMENTS)
def answers_csv(request: OrganizationRequest) -> HttpResponse:
    """Every answer of the period, also without a word: a column for each further question."""
    reader, form = Reader.of(request.membership), FilterForm(request.GET)
    found = voices(form.filters(), reader, nps_class=form.chosen_class(), limit=CSV_LIMIT, wrote=False)
    return tables.csv_response(tables.voice_rows(found, with_who=reader.personal), "circulo-answers")


@organization_view(Right.COMMENTS)
def notes_csv(request: OrganizationRequest) -> HttpResponse:
    """The notes of the page's period and place, in a file of their own: they are no answers."""
    reader = Reader.of(request.membership)
    words = _asked(CommentForm(request.GET))["words"]
    found = note_page(FilterForm(request.GET).filters(), reader, words=words, limit=CSV_LIMIT)
    return tables.csv_response(tables.note_rows(found, with_who=reader.personal), "circulo-notes")
