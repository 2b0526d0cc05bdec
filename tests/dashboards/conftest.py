"""Rows for this room's tests: customers, what they answered, what they paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from closeloop.models import Case, RootCause
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Organization
from responses.models import Response
from surveys.models import Survey, SurveyKind, Touchpoint
from tests.surveys.contents import content, live


@dataclass
class World:
    """Alicia's organisation as its tests need it. Dates are days there, at noon unless a time is given."""

    organization: Organization
    surveys: dict[str, Survey] = field(default_factory=dict)
    made: int = 0

    def at(self, day: date, clock: time = time(12)) -> datetime:
        return datetime.combine(day, clock, ZoneInfo(self.organization.timezone)).astimezone(UTC)

    def survey(self, kind: str = SurveyKind.RELATIONAL, touchpoint: Touchpoint | None = None) -> Survey:
        name = f"{kind} {touchpoint or ''}".strip()
        if name not in self.surveys:
            self.surveys[name] = live(
                content(languages=("es",)),
                name=name,
                kind=kind,
                touchpoint=touchpoint,
                stage=touchpoint.stage if touchpoint else None,
            )
        return self.surveys[name]

    def customer(self, **fields) -> Customer:
        self.made += 1
        given = {"external_id": f"C{self.made}", "name": f"Persona {self.made}", "email": f"c{self.made}@example.com"}
        return Customer.objects.create(**(given | fields))

    def customers(self, count: int, **fields) -> list[Customer]:
        return [self.customer(**fields) for _n in range(count)]

    def answer(
        self,
        customer: Customer | None,
        score: int,
        day: date | datetime,
        *,
        kind: str = SurveyKind.RELATIONAL,
        touchpoint: Touchpoint | None = None,
        **fields,
    ) -> Response:
        survey = self.survey(kind, touchpoint)
        at = day if isinstance(day, datetime) else self.at(day)
        return Response.objects.create(
            survey=survey,
            kind=kind,
            customer=customer,
            unit=customer.unit if customer else None,
            stage=survey.stage,
            touchpoint=touchpoint,
            score=score,
            nps_class=class_of(score),
            answered_at=at,
            **({"recorded_at": at} | fields),
        )

    def answers(self, promoters: int, passives: int, detractors: int, day: date, **fields) -> None:
        """That many answers without a person, quickly."""
        survey = self.survey(fields.pop("kind", SurveyKind.RELATIONAL), fields.get("touchpoint"))
        Response.objects.bulk_create(
            Response(
                survey=survey,
                kind=survey.kind,
                stage=survey.stage,
                score=score,
                nps_class=class_of(score),
                answered_at=self.at(day),
                **fields,
            )
            for score, count in ((9, promoters), (7, passives), (3, detractors))
            for _n in range(count)
        )

    def pay(
        self, customer: Customer | None, month: date, amount: Decimal | str | int, currency: str = "EUR", **fields
    ) -> None:
        self.made += 1
        ref = customer.external_id if customer else f"X{self.made}"
        RevenueEntry.objects.create(
            customer_ref=ref, customer=customer, period=month, amount=Decimal(amount), currency=currency, **fields
        )

    def case(self, answer: Response, number: int = 0, **fields) -> Case:
        self.made += 1
        given = {"due_at": answer.answered_at + timedelta(days=1), "opened_at": answer.answered_at}
        return Case.objects.create(
            number=number or self.made,
            response=answer,
            customer=answer.customer,
            nps_class=answer.nps_class,
            **(given | fields),
        )

    def cause(self, name: str) -> RootCause:
        return RootCause.objects.get_or_create(key=name.lower(), defaults={"name": name})[0]


@pytest.fixture
def world(inside: Organization) -> World:
    return World(inside)
