"""Posters of collection points: looked at, downloaded, and made for many places in one go."""

from __future__ import annotations

import zipfile
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.roles import Right
from responses.survey_page import page_language
from surveys import actions
from surveys.authoring.content import content_for
from surveys.collecting.forms import ManyForm, askable_surveys
from surveys.collecting.kinds import offered
from surveys.collecting.posters import MOST_PDF, MOST_SVG, SIZES, Size, code_of, named_posters, poster_of
from surveys.models import Collector


@organization_view(Right.ASK)
def collector_poster(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The poster as it will be printed: `?size=`, `?language=`."""
    row, size = _link(pk), _size(request)
    language = _language(request, row)
    context = {
        "collector": row,
        "size": size,
        "sizes": SIZES,
        "language": language,
        "languages": row.survey.languages,
        "has_pdf": poster_of(row, request.organization, language, size).is_all_outlines,
    }
    return render(request, "responses/collectors/poster.html", context)


@organization_view(Right.ASK)
def collector_poster_file(request: OrganizationRequest, pk: int, name: str) -> HttpResponse:
    """`a4.svg`, `a4.pdf`, `a5…`, `tent…`, `qr.svg`; shown with `?show`, else downloaded. A tablet has the code alone."""
    code, _dot, kind = name.partition(".")
    if name == "qr.svg":
        row = _link(pk, Collector.Kind.LINK, Collector.Kind.KIOSK)
        return _file(request, code_of(row).encode(), "image/svg+xml", f"qr-{row.pk}.svg")
    row = _link(pk)
    if code not in SIZES or kind not in ("svg", "pdf"):
        raise Http404
    poster = poster_of(row, request.organization, _language(request, row), SIZES[code])
    if kind == "svg":
        return _file(request, poster.svg().encode(), "image/svg+xml", f"poster-{row.pk}-{name}")
    if not poster.is_all_outlines:
        raise Http404
    return _file(request, poster.pdf(), "application/pdf", f"poster-{row.pk}-{name}")


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def collectors_bulk(request: OrganizationRequest) -> HttpResponse:
    """One link for each store, in one go."""
    kind = offered(Collector.Kind.LINK)
    assert kind
    form = ManyForm(request.POST or None, kind=kind, initial={"receipt": Collector.Receipt.NO})
    if request.method == "POST" and form.is_valid():
        try:
            places = form.cleaned_data["places"]
            made = actions.create_collectors(places, kind=kind.kind, by=request.membership, **form.settings())
        except ValidationError as error:
            refused(form, error)
        else:
            text = ngettext("%(n)s collection point was made.", "%(n)s collection points were made.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect("collectors", request.organization.slug)
    context = {"form": form, "has_surveys": askable_surveys(kind.kind).exists()}
    return render(request, "responses/collectors/many.html", context, status=422 if form.errors else 200)


@organization_view(Right.ASK)
def collectors_posters(request: OrganizationRequest) -> HttpResponse:
    """The posters of every open link as one archive: `?size=`, `?kind=svg` or pdf, the newest first."""
    kind = "svg" if request.GET.get("kind") == "svg" else "pdf"
    rows = Collector.objects.filter(kind=Collector.Kind.LINK, is_open=True).select_related("survey__published")
    shown = rows.order_by("-pk")[: MOST_SVG if kind == "svg" else MOST_PDF]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in named_posters(shown, request.organization, _size(request), kind):
            archive.writestr(name, content)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="posters.zip"'
    return answer


def _link(pk: int, *kinds: str) -> Collector:
    """An open link, or one of `kinds`."""
    rows = Collector.objects.select_related("survey__published").filter(kind__in=kinds or [Collector.Kind.LINK])
    row: Collector = get_object_or_404(rows, pk=pk)
    return row


def _size(request: OrganizationRequest) -> Size:
    return SIZES.get(request.GET.get("size", ""), Size.A4)


def _language(request: OrganizationRequest, row: Collector) -> str:
    content = content_for(row.survey)
    return page_language(content, request.GET.get("language"), row.language, request.organization.language)


def _file(request: OrganizationRequest, content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    shown = "inline" if "show" in request.GET else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name}"'
    return answer
