"""Today: what needs this person, how the score stands, who spoke last."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right


@organization_view(Right.ENTER)
def home(request: OrganizationRequest) -> HttpResponse:
    return render(
        request,
        "dashboards/home.html",
        {"page_title": _("Today"), "greeting": _greeting(), "today": timezone.localdate()},
    )


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 20 else _("Good evening")
