"""The sender's domain: what the DNS says, and what to do about it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from nps_platform.messaging.models import SenderCheck
from nps_platform.messaging.sender_advice import findings
from nps_platform.messaging.sender_checks import ask_about_sender, found_by, is_lost
from nps_platform.messaging.senders import sender
from nps_platform.messaging.webhooks import PROVIDERS
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

UNPROCESSABLE = 422


class SelectorForm(forms.Form):
    """Which key to look for; empty: those that this mail server usually has."""

    selector = forms.CharField(
        label=_("DKIM selector"),
        required=False,
        max_length=63,
        help_text=_("Your mail provider names it. Empty: the usual ones are tried."),
    )

    def clean_selector(self) -> str:
        text: str = self.cleaned_data["selector"].strip().lower()
        if text and not re.fullmatch(r"[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?", text):
            raise forms.ValidationError(_("A selector has letters, digits, dots and hyphens only."))
        return text


@organization_view(Right.ASK, methods=("GET", "HEAD", "POST"))
def sender_domain(request: OrganizationRequest) -> HttpResponse:
    """The newest look-up; a POST asks anew, in the background."""
    last = SenderCheck.objects.select_related("asked_by__user").order_by("-pk").first()
    form = SelectorForm(request.POST or None, initial={"selector": last.selector if last else ""})
    if request.method == "POST" and form.is_valid():
        ask_about_sender(selector=form.cleaned_data["selector"], by=request.membership)
        return redirect("sender_domain", request.organization.slug)
    context = _context(request, last) | {"form": form}
    return render(request, "messaging/sender.html", context, status=UNPROCESSABLE if form.errors else 200)


@organization_view(Right.ASK)
def sender_check(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The fragment that follows one look-up."""
    check = get_object_or_404(SenderCheck.objects.select_related("asked_by__user"), pk=pk)
    return render(request, "messaging/sender_found.html", _context(request, check))


def _context(request: OrganizationRequest, check: SenderCheck | None) -> dict[str, Any]:
    us, answered = sender(), bool(check and check.answered_at)
    told = findings(us, found_by(check), reports_to=request.organization.reply_to) if check and answered else []
    return {
        "sender": us,
        "check": check,
        "findings": told,
        "to_do": sum(one.tone in ("err", "warn") for one in told),
        "waiting": bool(check and not answered and not is_lost(check)),
        "lost": bool(check and is_lost(check)),
        "told_by": sorted(name for name, provider in PROVIDERS.items() if provider.is_set_up),
    }
