"""What a person says on their page about hearing from the company: purpose by purpose, each taken back the same way."""

from __future__ import annotations

from closeloop.actions.wishes import say_wish
from nps_platform.customers.actions import state_permission
from nps_platform.customers.models import Customer, CustomerPermission
from nps_platform.customers.rows import PermissionRow
from nps_platform.tenancy.audit import acting_as
from responses.models import Response
from surveys.actions.unsubscribe import CUSTOMER, ask_again, may_be_asked, stop_asking

Purpose = CustomerPermission.Purpose
CONTACT = "contact"
# Which text they said it to: changes with the words of the page.
TEXT_VERSION = "loop-page-1"


def choices_of(response: Response) -> dict[str, bool]:
    """Purpose → whether they hear from us for it, as of now; only contact for a visitor."""
    choices = {CONTACT: response.wants_contact is not False}
    customer = response.customer
    if customer is None:
        return choices
    return choices | {
        Purpose.FEEDBACK.value: may_be_asked(customer),
        Purpose.OFFERS.value: _granted(customer, Purpose.OFFERS),
        Purpose.REFERRAL.value: _granted(customer, Purpose.REFERRAL),
    }


def choose(response: Response, *, purpose: str, yes: bool) -> None:
    """Say yes or no to one purpose. Raises ValueError for a purpose that this person has not."""
    if purpose not in choices_of(response):
        raise ValueError(purpose)
    if purpose == CONTACT:
        say_wish(response, contact=yes)
        return
    customer = response.customer
    if customer is None:
        raise ValueError(purpose)
    if purpose == Purpose.FEEDBACK:
        (ask_again if yes else stop_asking)(customer)
        return
    with acting_as(CUSTOMER):
        for channel in _channels(customer, purpose, yes=yes):
            said = PermissionRow(
                purpose, channel, granted=yes, basis="consent", source="customer page", text_version=TEXT_VERSION
            )
            state_permission(customer, said, by=None)


def _granted(customer: Customer, purpose: str) -> bool:
    """Whether the newest statement of some channel allows it."""
    newest: dict[str, bool] = {}
    for row in customer.permissions.filter(purpose=purpose).order_by("at", "pk"):
        newest[row.channel] = row.granted
    return any(newest.values())


def _channels(customer: Customer, purpose: str, *, yes: bool) -> list[str]:
    """No is said to every channel; yes to those that were allowed before, else to e-mail alone."""
    if not yes:
        return list(CustomerPermission.Channel.values)
    before = customer.permissions.filter(purpose=purpose, granted=True).values_list("channel", flat=True)
    return sorted(set(before)) or [CustomerPermission.Channel.EMAIL.value]
