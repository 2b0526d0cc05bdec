"""Several people with one address (a couple, a shop, an office): the mailbox gets one mail a wave, and the rest a reason."""

from __future__ import annotations

import pytest
from django.utils import timezone

from nps_platform.customers.models import Customer, CustomerPermission
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from surveys.actions import simulate, windows
from surveys.models import Invitation, SkipReason
from tests.surveys.waves import customer, draft_wave, planned, published, wave

HOME, SHOP = "casa@mail.example", "tienda@mail.example"
R = SkipReason


@pytest.mark.parametrize("window", [1, 2, 1000])
def test_the_first_of_them_is_asked_however_the_audience_is_cut(
    inside: Organization, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(windows, "WINDOW", window)
    monkeypatch.setattr(windows, "WINDOW_OF_ONE_WRITER", window)
    for number, email in (("ana", HOME), ("luis", HOME.upper()), ("sol", "sol@mail.example"), ("eva", HOME)):
        customer(number, email=email)
    for number in ("nobody", "no one"):
        customer(number, email="")
    programme = draft_wave()
    foreseen = simulate(programme)
    planned(programme)
    assert dict(programme.invitations.values_list("customer__external_id", "skip_reason")) == {
        "C-ana": "",
        "C-luis": R.SAME_ADDRESS,
        "C-sol": "",
        "C-eva": R.SAME_ADDRESS,
        "C-nobody": R.NO_ADDRESS,
        "C-no one": R.NO_ADDRESS,
    }
    assert foreseen.skipped == programme.counts["skipped"] == {R.NO_ADDRESS: 2, R.SAME_ADDRESS: 2}
    assert (foreseen.eligible, foreseen.recipients) == (6, 2)
    mails = Message.objects.filter(group_id=programme.pk).order_by("to_address")
    assert list(mails.values_list("to_address", flat=True)) == [HOME, "sol@mail.example"]


def test_who_may_not_be_written_to_keeps_nobody_from_being_asked(inside: Organization) -> None:
    said_no, erased, says_yes, too = (customer(name, email=SHOP) for name in ("no", "erased", "yes", "too"))
    Customer.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    for person in (says_yes, too):
        CustomerPermission.objects.create(customer=person, purpose="feedback", channel="email", at=timezone.now())
    inside.require_permission = True
    inside.save()
    programme = wave()
    assert dict(programme.invitations.values_list("customer", "skip_reason")) == {
        said_no.pk: R.NO_PERMISSION,
        erased.pk: R.ERASED,
        says_yes.pk: "",
        too.pk: R.SAME_ADDRESS,
    }


def test_a_mailbox_that_was_asked_lately_is_left_alone(inside: Organization) -> None:
    customer("first", email=SHOP)
    survey = published()
    wave(survey).invitations.update(state=Invitation.State.ANSWERED)
    customer("second", email=SHOP)
    assert simulate(draft_wave(survey)).skipped == {R.SAME_ADDRESS: 1, R.QUARANTINED: 1}
