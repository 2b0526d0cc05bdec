"""Whether, where and in which language a customer can be written to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from closeloop.models import Case
from closeloop.refusals import ContactRefused, Unreachable
from nps_platform.customers.models import Suppression
from nps_platform.tenancy.models import Language
from nps_platform.tenancy.scope import current_organization

# Who unsubscribed wants no more surveys; the answer to what they told us is still theirs.
_NO_LONGER_WRITTEN_TO = {
    Suppression.Reason.BOUNCED: _("Their address bounces: mail doesn't reach them."),
    Suppression.Reason.COMPLAINED: _("They reported a mail of ours as unwanted: we don't write to them again."),
    Suppression.Reason.ERASED: _("Their data was erased."),
    Suppression.Reason.SUPPRESSED: _("Your company decided not to write to this address."),
}


def reply_address(case: Case) -> str:
    """The customer's address; raises ContactRefused, or Unreachable, saying why there is none."""
    if case.refuses_contact:
        raise ContactRefused
    email = _own_email(case)
    suppressions = Suppression.objects.filter(address=email.lower(), reason__in=_NO_LONGER_WRITTEN_TO)
    if suppression := suppressions.first():
        raise Unreachable(_NO_LONGER_WRITTEN_TO[Suppression.Reason(suppression.reason)])
    return email


def _own_email(case: Case) -> str:
    customer, response = case.customer, case.response
    if response.collector_id and customer is None:
        if "@" not in response.visitor_address:
            raise Unreachable(_("They left no e-mail address."))
        return response.visitor_address
    if customer is None or customer.erased_at:
        raise Unreachable(_("Their data was erased."))
    if not customer.email:
        raise Unreachable(_("There is no e-mail address for this customer."))
    return customer.email


def telephone(case: Case) -> str:
    """The customer's or the visitor's number; empty where none is known."""
    if case.customer:
        return case.customer.phone
    address = case.response.visitor_address
    return "" if "@" in address else address


def reply_name(case: Case) -> str:
    """What to call whom we write to; empty where we don't know."""
    return case.customer.name if case.customer else case.response.visitor_name


def reply_language(case: Case) -> str:
    """The language of the answer, else the customer's, else the organisation's."""
    organization = current_organization()
    wanted = (case.response.language, case.customer.language if case.customer else "", organization.language)
    return next((language for language in wanted if language in Language.values), Language.EN)
