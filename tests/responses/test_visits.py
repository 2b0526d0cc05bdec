"""Answers of whom nobody invited: counted where they were given, once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from nps_platform.tenancy.models import Unit
from responses.answers import told_in
from responses.collecting import CollectorClosed, ReceiptUsed, Visitor, record_visit
from responses.models import Response
from surveys.models import Collector, Stage, Survey, Touchpoint


@pytest.fixture
def counter(survey: Survey) -> Collector:
    shops = Stage.objects.create(name="Shops")
    touchpoint = Touchpoint.objects.create(name="Till", stage=shops)
    unit = Unit.objects.create(name="Lima centre")
    return Collector.objects.create(
        kind=Collector.Kind.LINK, name="Till 3", survey=survey, unit=unit, touchpoint=touchpoint
    )


def test_a_visit_is_counted_where_it_was(counter: Collector) -> None:
    response, new = record_visit(counter, score=9, comment="Quick.", visitor=Visitor("Ana", "ana@correo.example"))
    response.refresh_from_db()
    assert new and response.customer is None and response.nps_class == "promoter"
    assert counter.touchpoint
    assert (response.unit, response.touchpoint, response.stage) == (
        counter.unit,
        counter.touchpoint,
        counter.touchpoint.stage,
    )
    assert (response.channel, response.visitor_address, told_in(response)) == ("link", "ana@correo.example", [])


def test_what_a_device_sends_again_is_the_same_answer(counter: Collector) -> None:
    key, earlier = uuid4(), timezone.now() - timedelta(hours=3)
    first, new = record_visit(counter, score=3, client_key=key, answered_at=earlier)
    again, newer = record_visit(counter, score=3, client_key=key, answered_at=earlier)
    assert (again, new, newer) == (first, True, False) and first.answered_at == earlier
    late, _new = record_visit(counter, score=3, client_key=uuid4(), answered_at=timezone.now() + timedelta(days=9))
    assert late.answered_at <= timezone.now()  # a device whose clock is wrong


def test_a_receipt_answers_once_and_only_at_its_place(counter: Collector, survey: Survey) -> None:
    record_visit(counter, score=8, visitor=Visitor(receipt=" ab-12 "))
    with pytest.raises(ReceiptUsed):
        record_visit(counter, score=1, visitor=Visitor(receipt="AB-12"))
    elsewhere = Collector.objects.create(kind=Collector.Kind.LINK, name="Till 4", survey=survey)
    record_visit(elsewhere, score=8, visitor=Visitor(receipt="AB-12"))
    assert Response.objects.count() == 2


def test_a_closed_place_takes_only_what_a_device_had_kept(counter: Collector) -> None:
    counter.is_open = False
    with pytest.raises(CollectorClosed):
        record_visit(counter, score=8)
    assert record_visit(counter, score=8, client_key=uuid4())[1]
