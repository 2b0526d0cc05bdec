"""What customers hear on the telephone, beside the survey's own texts; read out in their language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from nps_platform.tenancy.address import addressed
from nps_platform.tenancy.models import Organization


def greeting(organization: Organization, language: str, *, person: str, caller: str) -> str:
    """Who calls, for whom and why; asks for leave."""
    with translation.override(addressed(language, organization)):
        return _(
            "Good day. Am I speaking with %(person)s? My name is %(caller)s and I am calling for %(company)s. We ask our "
            "customers what they think of us: it takes two minutes, and nothing is sold. Is this a good moment?"
        ) % {"person": person, "caller": caller, "company": organization.programme}


def goodbye(organization: Organization, language: str) -> str:
    """Thanks, and that it is read."""
    with translation.override(addressed(language, organization)):
        return _("Thank you very much. %(company)s reads every answer. Goodbye.") % {"company": organization.programme}


def consent(organization: Organization, language: str) -> str:
    """What the page has the customer say, as a question to them."""
    with translation.override(addressed(language, organization)):
        return _("May we contact you about what you have told us?")
