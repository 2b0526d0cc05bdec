"""A person asks for a copy of their data, or to be erased; the second step goes to the address on record."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from closeloop.models import DataRequest
from closeloop.recipients import case_workers, to_staff
from closeloop.refusals import AlreadyAsked, LinkClosed
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.held import Person
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.models import Message
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Language, Membership
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import current_organization
from responses.erasing import forget_visitor
from responses.models import Response

Kind = DataRequest.Kind
LIVES = {Kind.COPY: timedelta(days=7), Kind.ERASURE: timedelta(days=2)}
MOST_A_DAY = 3
CUSTOMER = "customer"


def person_of(response: Response) -> Person:
    """Who gave the answer: a customer with the address on record, or a visitor with the one they left."""
    if response.customer:
        return Person(response.customer, response.customer.email)
    return Person(None, response.visitor_address)


def address_on_record(response: Response) -> str:
    """Where the second step can be sent; empty where only a telephone number, or nothing, is known."""
    address = person_of(response).address
    return address if "@" in address else ""


@transaction.atomic
def ask_for_data(response: Response, *, kind: str) -> DataRequest:
    """Note the wish and send the mail with the link that fulfils it; without an address, tell those who can find out who asks.

    Raises AlreadyAsked for a fourth request within a day.
    """
    Response.objects.select_for_update(no_key=True).get(pk=response.pk)
    now, kind = timezone.now(), Kind(kind)
    if DataRequest.objects.filter(response=response, asked_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise AlreadyAsked
    address = address_on_record(response)
    asked = DataRequest.objects.create(
        kind=kind,
        response=response,
        customer=response.customer,
        asked_at=now,
        expires_at=now + LIVES[kind] if address else None,
    )
    audit.record("data_request.made", asked, by=None, label=CUSTOMER, kind=kind.value, by_mail=bool(address))
    if address:
        enqueue([_second_step(asked, response, address)])
    else:
        owners = [one for one in case_workers() if one.role in {Role.OWNER, Role.MANAGER}]
        enqueue([to_staff(one, kind="data_request", source_id=asked.pk) for one in owners])
    return asked


def _second_step(asked: DataRequest, response: Response, address: str) -> Message:
    customer = response.customer
    spoken = (response.language, customer.language if customer else "", current_organization().language)
    return Message(
        kind="own_data",
        source_id=asked.pk,
        to_address=address,
        to_name=customer.name if customer else response.visitor_name,
        customer=customer,
        language=next((one for one in spoken if one in Language.values), Language.EN),
        priority=1,
    )


@transaction.atomic
def erase_as_asked(asked: DataRequest) -> None:
    """The person confirmed by the link in their mail: they are erased, once. Raises LinkClosed."""
    asked = DataRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.kind != Kind.ERASURE or not asked.is_open:
        raise LinkClosed
    if asked.done_at:
        return
    response = Response.objects.select_related("customer").get(pk=asked.response_id)
    if response.customer:
        erase_customer(response.customer, by=None, label=CUSTOMER)
    elif response.visitor_address:
        forget_visitor(response.visitor_address, by=None)
    asked.done_at = timezone.now()
    asked.save(update_fields=["done_at"])
    audit.record("data_request.done", asked, by=None, label=CUSTOMER, kind=asked.kind)


@transaction.atomic
def settle_request(asked: DataRequest, *, by: Membership) -> None:
    """Somebody of the company has seen to a request that no mail could settle."""
    asked = DataRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.done_at:
        return
    asked.done_at, asked.done_by = timezone.now(), by
    asked.save(update_fields=["done_at", "done_by"])
    audit.record("data_request.done", asked, by=by, kind=asked.kind)
