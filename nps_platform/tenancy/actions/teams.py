"""Teams: colleagues who share a queue of cases."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership, Team, TeamMember
from nps_platform.tenancy.scope import current_organization_id
from nps_platform.tenancy.setup import why_team_stays


@transaction.atomic
def create_team(*, name: str, members: Iterable[Membership] = (), by: Membership | None) -> Team:
    """A team of active colleagues."""
    _check_name(name, None)
    team = Team.objects.create(name=name)
    _seat(team, members)
    audit.record("team.created", team, by=by)
    return team


@transaction.atomic
def update_team(team: Team, *, name: str, members: Iterable[Membership], by: Membership | None) -> Team:
    """Rename a team, or say anew who is in it."""
    _check_name(name, team)
    team.name = name
    team.save(update_fields=["name"])
    _seat(team, members)
    audit.record("team.updated", team, by=by)
    return team


@transaction.atomic
def delete_team(team: Team, *, by: Membership | None) -> None:
    """Dissolve a team; its cases lose the team and keep their person. ValidationError where a rule still needs it."""
    if reason := why_team_stays(team):
        raise ValidationError(reason)
    audit.record("team.deleted", team, by=by)
    team.delete()


def _seat(team: Team, members: Iterable[Membership]) -> None:
    wanted = {member.pk for member in members if member.organization_id == current_organization_id()}
    team.members.exclude(membership__in=wanted).delete()
    seated = set(team.members.values_list("membership_id", flat=True))
    TeamMember.objects.bulk_create(TeamMember(team=team, membership_id=pk) for pk in sorted(wanted - seated))


def _check_name(name: str, team: Team | None) -> None:
    if Team.objects.filter(name__iexact=name).exclude(pk=team.pk if team else None).exists():
        raise ValidationError({"name": _("There is a team of this name.")})
