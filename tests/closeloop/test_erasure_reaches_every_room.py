"""Erasing a person empties every table of what they said and who they were; the arithmetic stays (METHOD §7)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db import models
from django.utils import timezone

from closeloop.actions import add_note, customer_reply, follow_up, forward_case, send_reply
from closeloop.models import AlertRule, Case
from nps_platform.customers.actions import erase_customer
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import tenant_models
from responses.actions import record_response
from responses.models import Response
from surveys.actions import create_survey, publish_survey
from surveys.models import Invitation, Programme, SurveyKind
from tests.conftest import Cast

MARKERS = ("mercedes", "aliaga", "zarzuela")


def _texts() -> Iterator[tuple[str, str]]:
    """Every text of every tenant table of the current organisation."""
    for model in tenant_models():
        kept = [
            f.name
            for f in model._meta.get_fields()
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model.objects.values(*kept):
            yield from ((f"{model._meta.label}.{name}", str(value).lower()) for name, value in row.items())


def _worked_case(cast: Cast) -> Case:
    survey = create_survey(kind=SurveyKind.RELATIONAL, name="Relacional", languages=["es"], by=cast.alicia)
    publish_survey(survey, by=cast.alicia)
    programme = Programme.objects.create(survey=survey, name="Ola 1", state=Programme.State.RUNNING)
    customer = Customer.objects.create(
        external_id="C1", name="Mercedes Aliaga", email="mercedes@correo.example", phone="600 000 001", language="es"
    )
    RevenueEntry.objects.create(
        customer_ref="C1",
        customer=customer,
        period=timezone.localdate().replace(day=1),
        amount=Decimal("12.50"),
        currency="EUR",
    )
    invitation = Invitation.objects.create(
        programme=programme, survey=survey, customer=customer, language="es", state=Invitation.State.SENT
    )
    AlertRule.objects.create(name="Detractors", classes=["detractor"])
    response, _created = record_response(
        invitation, score=2, comment="Soy Mercedes, de la calle Zarzuela.", wants_contact=True
    )
    follow_up(response.pk)
    case = Case.objects.get(response=response)
    add_note(case, text="La señora Aliaga llama por la tarde.", by=cast.bruno)
    send_reply(case, text="Hola, Mercedes: mañana vamos a la calle Zarzuela.", by=cast.bruno)
    forward_case(
        case, email="planta@andina.example", text="Mercedes Aliaga, calle Zarzuela", hidden_fields=[], by=cast.bruno
    )
    customer_reply(case, text="Soy Mercedes: gracias.")
    return case


def test_nothing_that_names_an_erased_person_is_left_in_any_table(cast: Cast, inside: Organization) -> None:
    case = _worked_case(cast)
    before = {where for where, text in _texts() if any(marker in text for marker in MARKERS)}
    assert {"responses.Response.comment", "closeloop.CaseEvent.text", "customers.Customer.name"} <= before

    erase_customer(Customer.objects.get(external_id="C1"), by=cast.alicia)

    left = {where for where, text in _texts() if any(marker in text for marker in MARKERS)}
    assert left == set()
    assert Response.objects.get(pk=case.response_id).score == 2
    assert RevenueEntry.objects.get().amount == Decimal("12.50")
    assert RevenueEntry.objects.get().is_erased
