"""Accounts: the companies that customers belong to."""

from __future__ import annotations

from django.db import transaction

from nps_platform.customers.models import Account
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


def save_account(account: Account, *, by: Membership | None) -> Account:
    """Make or change an account."""
    with transaction.atomic():
        created = account.pk is None
        account.save()
        audit.record("account.created" if created else "account.changed", account, by=by)
    return account
