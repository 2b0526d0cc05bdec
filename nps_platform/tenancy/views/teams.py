"""Teams: colleagues who share a queue."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.access import OrganizationRequest
from nps_platform.tenancy.actions import create_team, delete_team, update_team
from nps_platform.tenancy.forms import TeamForm
from nps_platform.tenancy.models import Team, TeamMember
from nps_platform.tenancy.setup import why_team_stays
from nps_platform.tenancy.views.lists import SettingsList


def _form(request: OrganizationRequest, team: Team | None) -> TeamForm:
    return TeamForm(request.POST or None, organization=request.organization, team=team)


def _rows() -> dict[str, Any]:
    seats = TeamMember.objects.select_related("membership__user").order_by("membership__user__name")
    return {"teams": Team.objects.prefetch_related(Prefetch("members", seats))}


_TEAMS = SettingsList(
    model=Team,
    name="team",
    names="teams",
    form=_form,
    rows=_rows,
    add=create_team,
    change=update_team,
    delete=delete_team,
    stays=why_team_stays,
    added=_("The team %(name)s is ready."),
    changed=_("The team %(name)s is saved."),
    gone=_("The team %(name)s is dissolved."),
)
teams, team, team_delete = _TEAMS.listed(), _TEAMS.one(), _TEAMS.deleted()
