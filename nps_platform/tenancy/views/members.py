"""Members and their invitations: for owners."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.actions import (
    InvitationClosed,
    change_member,
    deactivate_member,
    invite_member,
    reactivate_member,
    resend_invitation,
    withdraw_invitation,
)
from nps_platform.tenancy.forms import InvitationForm, MemberForm
from nps_platform.tenancy.forms.people import ROLE_TEXTS
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.models import MemberInvitation, Membership
from nps_platform.tenancy.roles import Right, Role

ROLES = [(role.label, ROLE_TEXTS[role]) for role in Role]


@organization_view(Right.MEMBERS, methods=("GET", "HEAD", "POST"))
def members(request: OrganizationRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_member(**form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("members", request.organization.slug)
    everybody = request.organization.memberships.select_related("user").order_by("-is_active", "user__name", "pk")
    waiting = MemberInvitation.objects.filter(accepted_at=None, withdrawn_at=None).order_by("-id")
    page = {"form": form, "members": everybody, "invitations": waiting, "roles": ROLES, "here": "members"}
    return render(request, "settings/members.html", page)


@organization_view(Right.MEMBERS, methods=("GET", "HEAD", "POST"))
def member(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _member(request, pk)
    form = MemberForm(request.POST or None, instance=_member(request, pk))
    if request.method == "POST" and form.is_valid():
        try:
            change_member(found, **form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found})
            return _back(request, found)
    page = {"form": form, "member": found, "roles": ROLES, "here": "members"}
    return render(request, "settings/member.html", page)


@organization_view(Right.MEMBERS, methods=("POST",))
def member_deactivate(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _member(request, pk)
    try:
        deactivate_member(found, by=request.membership)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("member", request.organization.slug, pk)
    messages.success(request, _("%(name)s can't enter any more.") % {"name": found})
    return _back(request, found)


@organization_view(Right.MEMBERS, methods=("POST",))
def member_reactivate(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _member(request, pk)
    reactivate_member(found, by=request.membership)
    messages.success(request, _("%(name)s can enter again.") % {"name": found})
    return redirect("members", request.organization.slug)


@organization_view(Right.MEMBERS, methods=("POST",))
def invitation_resend(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, resend_invitation, _("The invitation is on its way again."))


@organization_view(Right.MEMBERS, methods=("POST",))
def invitation_withdraw(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, withdraw_invitation, _("The invitation is withdrawn: its link opens nothing."))


def _back(request: OrganizationRequest, changed: Membership) -> HttpResponse:
    """To the list; who changed their own place may not see it any more."""
    return redirect("front_door") if changed == request.membership else redirect("members", request.organization.slug)


def _answer(request: OrganizationRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    invitation: MemberInvitation = get_object_or_404(MemberInvitation.objects, pk=pk)
    try:
        act(invitation, by=request.membership)
    except InvitationClosed:
        messages.error(request, _("This invitation was answered or withdrawn meanwhile."))
    else:
        messages.success(request, said)
    return redirect("members", request.organization.slug)


def _member(request: OrganizationRequest, pk: int) -> Membership:
    """Memberships stand outside the wall: they are asked for by organisation."""
    return get_object_or_404(request.organization.memberships.select_related("user", "organization"), pk=pk)
