"""Settings of an organisation and its people."""

from django.urls import path

from nps_platform.tenancy.views import keys, members, palette, settings, teams, units

urlpatterns = [
    path("palette/", palette.palette, name="palette"),
    path("settings/", settings.settings, name="settings"),
    path("settings/audit/", settings.audit, name="audit"),
    path("settings/units/", units.units, name="units"),
    path("settings/units/<int:pk>/", units.unit, name="unit"),
    path("settings/units/<int:pk>/delete/", units.unit_delete, name="unit_delete"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
    path("settings/members/", members.members, name="members"),
    path("settings/members/<int:pk>/", members.member, name="member"),
    path("settings/members/<int:pk>/deactivate/", members.member_deactivate, name="member_deactivate"),
    path("settings/members/<int:pk>/reactivate/", members.member_reactivate, name="member_reactivate"),
    path("settings/invitations/<int:pk>/resend/", members.invitation_resend, name="invitation_resend"),
    path("settings/invitations/<int:pk>/withdraw/", members.invitation_withdraw, name="invitation_withdraw"),
    path("settings/keys/", keys.api_keys, name="api_keys"),
    path("settings/keys/<int:pk>/revoke/", keys.api_key_revoke, name="api_key_revoke"),
]
