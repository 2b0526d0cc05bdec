"""The journey: how every stage and touchpoint stands, who listens there, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import tables
from dashboards.charts import score_range
from dashboards.forms import AudienceForm, current_locale
from dashboards.guided import guided_order
from dashboards.matrix import matrix
from dashboards.queries.chosen import chosen
from dashboards.queries.journey import Aim, JourneyMap, Part, Place, Point, journey_map
from dashboards.readers import Reader
from dashboards.wording import difference, finding, score_label
from nps_platform.lib.formats import signed
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice, query
from nps_platform.tenancy.roles import Right
from surveys.models import SurveyKind
from surveys.starters import usual_journey

CHOSEN = "chosen"  # the fragment that a card asks for
FIX_FIRST = 5
COLUMNS = 6  # stages side by side where there is room; more of them stand in rows of equal length


@dataclass(frozen=True, slots=True)
class Card:
    """A touchpoint as the map draws it. `label` is its score read aloud, `aim` what may be said of its target."""

    point: Point
    label: str
    aim: str
    url: str
    is_chosen: bool
    difference: str


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its cards."""

    part: Part
    label: str
    aim: str
    cards: list[Card]


@organization_view(Right.RESULTS)
def journey(request: OrganizationRequest) -> HttpResponse:
    """The map or, with `?view=list`, the same as a table; `?at=` names the touchpoint whose details are shown."""
    form, reader = AudienceForm(request.GET), Reader.of(request.membership)
    found = journey_map(form.filters(), threshold=reader.threshold)
    if not found.parts:
        starter = usual_journey(request.organization)
        return render(
            request, "dashboards/journey/empty.html", {"page_title": _("Customer journey"), "starter": starter}
        )
    point = found.point(_asked_for(request))
    context = _details(request, found, point, reader) if point else {}
    if request.htmx.target == CHOSEN and not request.htmx.history_restore_request:
        return _varied(render(request, "dashboards/journey/_chosen.html", context))
    context |= {
        "page_title": _("Customer journey"),
        "form": form,
        "kept": {name: value for name in ("view", "at") if (value := request.GET.get(name))},
        "subtitle": _subtitle(found),
        "views": _views(request),
        "as_list": _as_list(request),
        "csv_url": reverse("journey_csv", args=[request.organization.slug]) + query(request, view="", at=""),
        "steps": guided_order(found, request.organization.slug),
        "columns": _columns(request, found, point),
        "per_row": _per_row(len(found.parts)),
        "scale": _scale(found),
        "matrix": matrix(found),
        "fix_first": _cards(request, found.fix_first[:FIX_FIRST], point),
        "hidden": sum(place.reading.hidden for place in (*found.points, *found.parts)),
    }
    return _varied(render(request, "dashboards/journey/journey.html", context))


def _varied(response: HttpResponse) -> HttpResponse:
    """The same address answers with the page or with the details alone."""
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _asked_for(request: OrganizationRequest) -> int | None:
    asked = request.GET.get("at", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


def _as_list(request: OrganizationRequest) -> bool:
    return request.GET.get("view") == "list"


def _views(request: OrganizationRequest) -> list[Choice]:
    return [
        Choice(_("Map"), query(request, view="") or request.path, not _as_list(request)),
        Choice(_("List"), query(request, view="list"), _as_list(request)),
    ]


def _subtitle(found: JourneyMap) -> str:
    filters, n = found.filters, len(found.points)
    narrowed = [one.name for one in (filters.unit, filters.segment) if one]
    whose = " · ".join(narrowed) or _("All customers")
    words = ngettext("%(n)s interaction; heard: %(heard)s", "%(n)s interactions; heard: %(heard)s", n)
    counted = words % {"n": n, "heard": found.heard}
    return f"{whose} · {filters.period.label(current_locale())} · {counted}"


# --- the map ---------------------------------------------------------------------------------------------------------
def _columns(request: OrganizationRequest, found: JourneyMap, point: Point | None) -> list[Column]:
    locale = current_locale()
    return [
        Column(part, score_label(part.reading.score, locale), _aim(part, locale), _cards(request, part.points, point))
        for part in found.parts
    ]


def _cards(request: OrganizationRequest, points: tuple[Point, ...], chosen: Point | None) -> list[Card]:
    locale = current_locale()
    return [
        Card(
            point,
            score_label(point.reading.score, locale),
            _aim(point, locale),
            query(request, at=str(point.id), view=""),
            chosen is not None and point.id == chosen.id,
            difference(point.reading.change, locale),
        )
        for point in points
    ]


def _aim(place: Place, locale: str) -> str:
    """The target beside the score: reached or missed only where the whole interval says so."""
    if place.target is None:
        return ""
    values = {"target": signed(place.target, 0, locale)}
    return {
        Aim.REACHED: _("target %(target)s reached") % values,
        Aim.MISSED: _("below target %(target)s") % values,
    }.get(place.aim, _("target %(target)s") % values)


def _per_row(stages: int) -> int:
    """How many stages stand side by side: rows as equal as can be, twelve are six and six."""
    rows = -(-stages // COLUMNS)
    return -(-stages // rows)


def _scale(found: JourneyMap) -> tuple[int, int]:
    """One scale for all strips, with zero on it; few answers don't stretch it."""
    scores = [place.reading.score for place in (*found.points, *found.parts)]
    low, high = score_range([score for score in scores if score.n and not score.few] or scores)
    return min(low, -10), max(high, 10)


# --- the chosen touchpoint -------------------------------------------------------------------------------------------
def _details(request: OrganizationRequest, found: JourneyMap, point: Point, reader: Reader) -> dict[str, Any]:
    locale, filters = current_locale(), found.filters
    change = point.reading.change
    return {
        "reader": reader,
        "point": point,
        "stage_name": next(part.name for part in found.parts if part.id == point.stage_id),
        "finding": finding(change, filters.period.before, locale) if change.delta is not None else None,
        "aim": _aim_sentence(point, locale),
        "found": chosen(filters, point.id, reader),
        "comments_url": _comments_url(request, point),
        "notes_url": _comments_url(request, point, nps_class="notes"),
    }


def _aim_sentence(point: Point, locale: str) -> str:
    if point.target is None:
        return ""
    values = {"target": signed(point.target, 0, locale)}
    return {
        Aim.REACHED: _("The target of %(target)s is reached: the whole interval lies at or above it."),
        Aim.MISSED: _("The target of %(target)s is missed: the whole interval lies below it."),
        Aim.OPEN: _("Whether the target of %(target)s is reached can't be told from these answers."),
        Aim.NONE: _("The target is %(target)s."),
    }[point.aim] % values


def _comments_url(request: OrganizationRequest, point: Point, nps_class: str = "") -> str:
    """What was said there in the same period by the same customers: the detractors' comments, or the notes."""
    wanted = nps_class or NpsClass.DETRACTOR.value
    kept = query(
        request, kind=SurveyKind.TRANSACTIONAL.value, touchpoint=str(point.id), nps_class=wanted, at="", view=""
    )
    return reverse("comments", args=[request.organization.slug]) + kept


# --- the same as a file ----------------------------------------------------------------------------------------------
@organization_view(Right.RESULTS)
def journey_csv(request: OrganizationRequest) -> HttpResponse:
    """The list as a file: no more than the reader may see on the page."""
    reader = Reader.of(request.membership)
    found = journey_map(AudienceForm(request.GET).filters(), threshold=reader.threshold)
    return tables.csv_response(tables.journey_rows(found), "circulo-journey")
