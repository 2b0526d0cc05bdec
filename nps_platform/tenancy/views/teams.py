"""Teams: colleagues who share a queue."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.actions import create_team, delete_team, update_team
from nps_platform.tenancy.forms import TeamForm
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.models import Team, TeamMember
from nps_platform.tenancy.roles import Right


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def teams(request: OrganizationRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_team(**form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The team %(name)s is ready.") % {"name": made.name})
            return redirect("teams", request.organization.slug)
    seats = Prefetch(
        "members", TeamMember.objects.select_related("membership__user").order_by("membership__user__name")
    )
    page = {"form": form, "teams": Team.objects.prefetch_related(seats), "here": "teams"}
    return render(request, "settings/teams.html", page)


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def team(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: Team = get_object_or_404(Team.objects, pk=pk)
    form = TeamForm(request.POST or None, organization=request.organization, team=found)
    if request.method == "POST" and form.is_valid():
        try:
            update_team(found, **form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The team %(name)s is saved.") % {"name": found.name})
            return redirect("teams", request.organization.slug)
    return render(request, "settings/team.html", {"form": form, "team": found, "here": "teams"})


@organization_view(Right.SETTINGS, methods=("POST",))
def team_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: Team = get_object_or_404(Team.objects, pk=pk)
    try:
        delete_team(found, by=request.membership)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("team", request.organization.slug, pk)
    messages.success(request, _("The team %(name)s is dissolved.") % {"name": found.name})
    return redirect("teams", request.organization.slug)
