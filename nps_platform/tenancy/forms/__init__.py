"""What people fill in about their organisation, their colleagues and themselves."""

from nps_platform.tenancy.forms.audit import AuditFilterForm
from nps_platform.tenancy.forms.doors import FoundingForm, JoinForm, MeForm
from nps_platform.tenancy.forms.organization import OrganizationForm
from nps_platform.tenancy.forms.people import ApiKeyForm, InvitationForm, MemberForm, TeamForm
from nps_platform.tenancy.forms.units import UnitForm

__all__ = [
    "ApiKeyForm",
    "AuditFilterForm",
    "FoundingForm",
    "InvitationForm",
    "JoinForm",
    "MeForm",
    "MemberForm",
    "OrganizationForm",
    "TeamForm",
    "UnitForm",
]
