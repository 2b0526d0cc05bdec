"""The doors before an organisation: the front door, founding one, joining one, one's own settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as remember_language

from nps_platform.lib.signing import BadToken, Door, read_token
from nps_platform.tenancy.access import LAST_ORGANIZATION, language_of
from nps_platform.tenancy.actions import (
    InvitationClosed,
    accept_invitation,
    change_me,
    create_organization,
    open_account,
)
from nps_platform.tenancy.forms import FoundingForm, JoinForm, MeForm
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.models import MemberInvitation, Membership, Organization, User
from nps_platform.tenancy.scope import entered

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class SignedInRequest(HttpRequest):
    """Behind `login_required`."""

    user: User


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Strangers to the sign-in, members to the organisation they were last in, the others to found one."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    places = request.user.memberships.filter(is_active=True).select_related("organization")
    by_slug = {place.organization.slug: place for place in places.order_by("organization__name")}
    if not by_slug:
        return redirect("organization_new")
    last = request.COOKIES.get(LAST_ORGANIZATION, "")
    return redirect("home", last if last in by_slug else next(iter(by_slug)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organization_new(request: SignedInRequest) -> HttpResponse:
    country = request.GET.get("country", "")
    form = FoundingForm(request.POST or None, person=request.user, country=country or _country_of(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if name := values.pop("person_name", ""):
            change_me(request.user, name=name, language=request.user.language)
        try:
            organization = create_organization(**values, owner=request.user)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("%(name)s is ready.") % {"name": organization.name})
            return redirect("home", organization.slug)
    template = "tenancy/place_fields.html" if request.headers.get("HX-Request") else "tenancy/organization_new.html"
    return render(request, template, {"form": form})


def _country_of(request: HttpRequest) -> str:
    """What the browser's language says about its country: es-PE → PE."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
    return first.partition("-")[2].upper()


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a member's invitation: the signed token is the proof that the mail was read."""
    invitation = _invitation(token)
    if invitation is None:
        return render(request, "tenancy/join_closed.html", {"page_title": _("This link opens nothing")}, status=404)
    organization = invitation.organization
    with entered(organization), translation.override(_language(request, invitation)):
        if not invitation.is_open:
            page = {"page_title": _("This invitation is over"), "over": organization}
            return render(request, "tenancy/join_closed.html", page, status=410)
        return _join(request, invitation)


def _language(request: HttpRequest, invitation: MemberInvitation) -> str:
    """That of whoever opens it, else of whoever was invited, as the mail's was."""
    if request.user.is_authenticated:
        return language_of(request.user, invitation.organization)
    invited = User.objects.filter(email__iexact=invitation.email).first()
    return language_of(invited, invitation.organization) if invited else invitation.organization.language


def _invitation(token: str) -> MemberInvitation | None:
    try:
        found = read_token(Door.MEMBER_INVITATION, token)
    except BadToken:
        return None
    organization = Organization.objects.filter(pk=found.organization_id).first()
    if organization is None:
        return None
    with entered(organization):
        return MemberInvitation.objects.select_related("organization", "invited_by__user").filter(pk=found.id).first()


def _join(request: HttpRequest, invitation: MemberInvitation) -> HttpResponse:
    """Whoever holds the invited address enters: signed in with it, after signing in, or with a new account."""
    invited = User.objects.filter(email__iexact=invitation.email).first()
    is_invited = request.user.is_authenticated and request.user == invited
    form = JoinForm(request.POST or None, email=invitation.email) if invited is None else None
    try:
        if request.method == "POST" and is_invited and invited is not None:
            return _entered(accept_invitation(invitation, user=invited))
        if request.method == "POST" and form is not None and form.is_valid():
            membership = open_account(invitation, **form.cleaned_data)
            login(request, membership.user, backend=BACKEND)
            return _entered(membership)
    except (InvitationClosed, IntegrityError):  # answered in another window meanwhile
        return redirect(request.path)
    page = {"invitation": invitation, "form": form, "is_invited": is_invited, "page_title": _("Join your colleagues")}
    return render(request, "tenancy/join.html", page)


def _entered(membership: Membership) -> HttpResponse:
    return redirect("home", membership.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    form = MeForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        change_me(request.user, **form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        return redirect("me")
    places = request.user.memberships.filter(is_active=True).select_related("organization")
    return render(request, "tenancy/me.html", {"form": form, "places": places.order_by("organization__name")})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language switch: kept with the person where there is one, else in the browser."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        change_me(request.user, name=request.user.name, language=language)
    return remember_language(request)
