"""Whether, where and in which language a customer can be written to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from closeloop.models import Case
from closeloop.refusals import Unreachable
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
    """The customer's address; raises Unreachable, saying why there is none."""
    customer = case.customer
    if customer is None or customer.erased_at:
        raise Unreachable(_("Their data was erased."))
    if not customer.email:
        raise Unreachable(_("There is no e-mail address for this customer."))
    suppressions = Suppression.objects.filter(address=customer.email.lower(), reason__in=_NO_LONGER_WRITTEN_TO)
    if suppression := suppressions.first():
        raise Unreachable(_NO_LONGER_WRITTEN_TO[Suppression.Reason(suppression.reason)])
    return customer.email


def reply_language(case: Case) -> str:
    """The language of the answer, else the customer's, else the organisation's."""
    organization = current_organization()
    wanted = (case.response.language, case.customer.language if case.customer else "", organization.language)
    return next((language for language in wanted if language in Language.values), Language.EN)
