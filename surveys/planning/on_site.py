"""Whether a customer who is on the company's website may be asked there: the rules of mails, without what only mails need."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from nps_platform.customers.models import Customer, Suppression
from surveys.models import Programme, Survey
from surveys.planning.judging import Judging

# An address that does not work says nothing about whether its owner wants to be asked.
SAYS_NOTHING = Suppression.Reason.BOUNCED


def may_be_asked_on_site(survey: Survey, customer: Customer, now: datetime) -> bool:
    """Not who is erased or wants no surveys, whose case is open, where something is broken, and whom we asked lately."""
    theirs = Q(customer=customer) | (Q(address=customer.email_lower) if customer.email_lower else Q(pk__in=()))
    if customer.erased_at or Suppression.objects.filter(theirs).exclude(reason=SAYS_NOTHING).exists():
        return False
    judging = Judging(Programme(survey=survey, mode=Programme.Mode.TRIGGER), now)
    reasons = Customer.objects.filter(pk=customer.pk).annotate(why=judging.waits()).values_list("why", flat=True)
    return list(reasons) == [""]
