"""allauth's adapter: whose language an account mail speaks, and where a confirmed address leads."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from nps_platform.tenancy.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Self-service sign-up is open; e-mail addresses are the accounts' names."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whoever reads it, whatever the browser speaks that asked for it."""
        reader = context.get("user") or _whose(email)
        with translation.override(language_of_person(reader) or translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """To the addresses, or to a sign-in that says that it worked. In the browser that signed up, allauth signs in
        and never asks here."""
        if self.request.user.is_authenticated:
            messages.success(self.request, _("You have confirmed %(email)s.") % {"email": email_address.email})
            return reverse("account_email")
        return reverse("account_login") + "?confirmed=1"


def _whose(email: str) -> User | None:
    address = EmailAddress.objects.select_related("user").filter(email__iexact=email).first()
    return address.user if address else User.objects.filter(email__iexact=email).first()


def language_of_person(person: User | None) -> str:
    """Their own language, else that of the organisation they joined first; "" where neither is known."""
    if person is None or person.language:
        return person.language if person else ""
    places = person.memberships.filter(is_active=True).select_related("organization").order_by("pk")
    first = places.first()
    return first.organization.language if first else ""
