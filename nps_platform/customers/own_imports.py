"""This room's own kinds of files: customers, and what they paid."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from nps_platform.customers.batches import CUSTOMER_KEYS, REVENUE_KEYS, take_customers, take_revenue
from nps_platform.customers.import_fields import CUSTOMER_LABELS, OF_CUSTOMERS, REVENUE_LABELS
from nps_platform.customers.import_kinds import ImportKind, MappingRefused, register_import_kind
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Reading, read_customers, read_revenue
from nps_platform.lib.mapping import REVENUE_FIELDS
from nps_platform.tenancy.roles import Right


def register() -> None:
    """Called when the room is ready."""
    register_import_kind(CUSTOMERS)
    register_import_kind(REVENUE)


def _names_somebody(targets: Sequence[str], reading: Reading) -> None:
    if not {"external_id", "email"} & set(targets):
        raise MappingRefused("no_identity")


def _says_who_paid_what(targets: Sequence[str], reading: Reading) -> None:
    for name, whole in (
        ("customer", None),
        ("amount", None),
        ("period", reading.period),
        ("currency", reading.currency),
    ):
        if name not in targets and not whole:
            raise MappingRefused(f"no_{name}", name)


CUSTOMERS = ImportKind(
    name=ImportJob.Kind.CUSTOMERS,
    right=Right.CUSTOMERS,
    title=_("Import customers"),
    about=_(
        "One row for each customer, with a customer number or an e-mail. Everything else is optional: name, telephone, "
        "language, account, unit, customer since, and your own columns."
    ),
    guesses=OF_CUSTOMERS,
    labels=CUSTOMER_LABELS,
    check=_names_somebody,
    reader=read_customers,
    take=take_customers,
    keys=CUSTOMER_KEYS,
    page="customers",
    page_words=_("To the customers"),
    page_right=Right.CUSTOMERS,
    updated_words=_("get other values"),
    brings_attributes=True,
)
REVENUE = ImportKind(
    name=ImportJob.Kind.REVENUE,
    right=Right.LOAD_REVENUE,
    title=_("Import revenue"),
    about=_(
        "One row for each customer and month: customer number, month, amount, currency. A file of one month may leave out "
        "month and currency; you choose them in the next step."
    ),
    guesses=REVENUE_FIELDS,
    labels=REVENUE_LABELS,
    check=_says_who_paid_what,
    reader=read_revenue,
    take=take_revenue,
    keys=REVENUE_KEYS,
    page="money",
    page_words=_("See what customers are worth"),
    page_right=Right.MONEY,
    updated_words=_("get another amount"),
    asks_money=True,
)
