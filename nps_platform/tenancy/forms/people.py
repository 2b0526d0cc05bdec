"""Members, teams and API keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nps_platform.tenancy.api_keys import SCOPES
from nps_platform.tenancy.models import ApiKey, MemberInvitation, Membership, Organization, Team
from nps_platform.tenancy.roles import Role

ROLE_TEXTS = {
    Role.OWNER: _("everything, members included"),
    Role.MANAGER: _("everything but members"),
    Role.AGENT: _("works on cases, sees who said what"),
    Role.FINANCE: _("loads revenue, sees money"),
    Role.EXECUTIVE: _("reads results and money, no personal data unless allowed"),
    Role.COLLABORATOR: _("reads results and redacted comments, no money"),
}
SCOPE_TEXTS = {
    "read": _("Read"),
    "write": _("Write"),
    "invitations:links": _("Personal links of invitations and forwards"),
}


class InvitationForm(forms.ModelForm):
    """Whom to invite, as what."""

    class Meta:
        model = MemberInvitation
        fields = ["email", "role"]


class MemberForm(forms.ModelForm):
    """What a colleague may do."""

    class Meta:
        model = Membership
        fields = ["role", "job_title", "manager", "sees_personal_data"]
        help_texts = {
            "job_title": _("Shown to colleagues and under replies to customers."),
            "manager": _("Hears of their cases where a deadline's escalation says so."),
            "sees_personal_data": _("For roles that otherwise read without names and addresses."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Membership.objects.filter(organization=self.instance.organization_id).exclude(pk=self.instance.pk)
        active = colleagues.filter(Q(is_active=True) | Q(pk=self.instance.manager_id)).select_related("user")
        self.fields["manager"].queryset = active.order_by("user__name", "user__email")  # type: ignore[attr-defined]
        self.fields["manager"].empty_label = _("Nobody")  # type: ignore[attr-defined]


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user} · {obj.get_role_display()}"


class TeamForm(forms.Form):
    """A team's name and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    members = MembersField(
        Membership.objects.none(), label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, organization: Organization, team: Team | None = None, **kwargs: Any) -> None:
        if team is not None:
            seated = list(team.members.values_list("membership_id", flat=True))
            kwargs["initial"] = {"name": team.name, "members": seated}
        super().__init__(*args, **kwargs)
        members = self.fields["members"]
        assert isinstance(members, forms.ModelMultipleChoiceField)
        members.queryset = organization.memberships.filter(is_active=True).select_related("user").order_by("user__name")


class ApiKeyForm(forms.ModelForm):
    """What a program is called and what it may do."""

    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=[(scope, SCOPE_TEXTS[scope]) for scope in SCOPES],
        initial=["read", "write"],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ["name"]
        help_texts = {"name": _("What will use it, such as “CRM”.")}
