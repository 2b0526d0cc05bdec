"""What can be done with an organisation and its people. Refusals are ValidationErrors that name the field."""

from nps_platform.tenancy.actions.keys import create_api_key, revoke_api_key
from nps_platform.tenancy.actions.members import (
    InvitationClosed,
    accept_invitation,
    change_me,
    change_member,
    deactivate_member,
    invite_member,
    open_account,
    reactivate_member,
    resend_invitation,
    withdraw_invitation,
)
from nps_platform.tenancy.actions.organizations import create_organization, update_organization
from nps_platform.tenancy.actions.teams import create_team, delete_team, update_team
from nps_platform.tenancy.actions.units import add_unit, delete_unit, update_unit, why_unit_stays

__all__ = [
    "InvitationClosed",
    "accept_invitation",
    "add_unit",
    "change_me",
    "change_member",
    "create_api_key",
    "create_organization",
    "create_team",
    "deactivate_member",
    "delete_team",
    "delete_unit",
    "invite_member",
    "open_account",
    "reactivate_member",
    "resend_invitation",
    "revoke_api_key",
    "update_organization",
    "update_team",
    "update_unit",
    "why_unit_stays",
    "withdraw_invitation",
]
