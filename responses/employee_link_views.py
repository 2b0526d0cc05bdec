"""The page that gives each unit's employees their link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys.actions.employee_links import employee_links as links_of
from surveys.actions.employee_links import link_units
from surveys.collecting.employee_links import UnitLinksForm
from surveys.links import collector_url
from surveys.models import FEWEST, Survey, SurveyKind


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def employee_links(request: OrganizationRequest) -> HttpResponse:
    """Units with their links to one employee survey, and those that get one now."""
    surveys = list(_askable())
    survey = _chosen(surveys, request.GET.get("survey", ""))
    if survey is None:
        return render(request, "responses/employee_links.html", {"page_title": _("Employees’ links")})
    form = UnitLinksForm(
        request.POST if request.method == "POST" else None,
        {link.unit_id: link for link in links_of(survey)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = link_units(survey, form.people(), by=request.membership)
        except ValidationError as error:  # a survey that was taken back meanwhile
            form.add_error(None, error.messages[0])
        else:
            told = ngettext("%(n)s link made.", "%(n)s links made.", made) % {"n": made} if made else _("Saved.")
            messages.success(request, told)
            return redirect(f"{reverse('employee_links', args=[request.organization.slug])}?survey={survey.pk}")
    context = {
        "page_title": _("Employees’ links"),
        "surveys": surveys,
        "survey": survey,
        "form": form,
        "fewest": FEWEST,
        "places": [(place, collector_url(place.link) if place.link else "") for place in form.places()],
    }
    return render(request, "responses/employee_links.html", context, status=422 if form.errors else 200)


def _askable():
    return (
        Survey.objects.filter(kind=SurveyKind.EMPLOYEE, state=Survey.State.PUBLISHED, published__isnull=False)
        .select_related("published")
        .order_by("-pk")
    )


def _chosen(surveys: list[Survey], asked: str) -> Survey | None:
    """The one asked for, else the newest."""
    return next((one for one in surveys if str(one.pk) == asked), surveys[0] if surveys else None)
