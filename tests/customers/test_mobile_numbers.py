"""A customer's telephone is kept as written, and beside it as text messages carry it."""

from __future__ import annotations

from nps_platform.customers.actions import erase_customer, suppress, upsert_customers
from nps_platform.customers.erased import erased_mark
from nps_platform.customers.models import Customer, Suppression
from nps_platform.customers.rows import CustomerRow
from nps_platform.tenancy.models import Organization, Unit


def upsert(
    phone: str | None = None, unit: str | None = None, country: str | None = None, email: str | None = None
) -> Customer:
    upsert_customers([CustomerRow(external_id="C1", phone=phone, unit=unit, country=country, email=email)], by=None)
    return Customer.objects.get(external_id="C1")


def test_the_nearest_country_says_what_a_national_number_means(inside: Organization) -> None:
    Unit.objects.create(name="Roma", code="roma", kind="region", country="IT")
    Organization.objects.filter(pk=inside.pk).update(country="ES")
    inside.refresh_from_db()
    assert upsert(phone="600 123 456").mobile == "+34600123456"
    assert upsert(unit="roma", phone="347 123 4567").mobile == "+393471234567"
    assert upsert(country="PE", phone="987 650 114").mobile == "+51987650114"
    landline = upsert(phone="+34 915 55 12 34")
    assert (landline.mobile, landline.dialled) == ("", "+34915551234")
    changed = upsert(phone="")
    assert (changed.phone, changed.mobile) == ("", "")


def test_a_number_is_suppressed_on_its_channel_and_finds_its_owner(inside: Organization) -> None:
    customer = upsert(phone="+34600123456")
    row = suppress("+34600123456", reason=Suppression.Reason.UNSUBSCRIBED, channel="sms")
    assert (row.customer, row.channel) == (customer, "sms")


def test_an_erased_number_is_kept_as_a_mark_alone(inside: Organization) -> None:
    customer = upsert(phone="+34600123456", email="m@correo.example")
    suppress("+34600123456", reason=Suppression.Reason.UNSUBSCRIBED, channel="sms", customer=customer)
    erase_customer(customer, by=None)
    customer.refresh_from_db()
    assert (customer.phone, customer.dialled, customer.mobile) == ("", "", "")
    marks = set(Suppression.objects.values_list("channel", "address", "reason"))
    number = erased_mark("+34600123456")
    assert marks == {
        ("email", erased_mark("m@correo.example"), "erased"),
        ("phone", number, "erased"),
        ("sms", number, "erased"),
        ("whatsapp", number, "erased"),
    }
