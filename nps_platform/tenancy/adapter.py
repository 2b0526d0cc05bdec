"""allauth's adapter: account mails leave through the same transport as everything else."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Self-service sign-up is open; e-mail addresses are the accounts' names."""
