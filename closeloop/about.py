"""Beside a case: who the customer is to the company, what they said before, and how others of their company see us."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery

from closeloop.models import Case
from nps_platform.customers.lifecycle import Lifecycle, lifecycle_of, revenue_by_year
from nps_platform.customers.models import Customer
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from responses.models import Response

SCORES = 12
CASES = 10
CONTACTS = 12
YEARS = 5
WIDTH, HEIGHT, EDGE = 320, 76, 8


@dataclass(frozen=True)
class Point:
    """One answer and where its dot stands in the drawing (time to the right, score upwards)."""

    response: Response
    x: int
    y: int


@dataclass(frozen=True)
class Contact:
    """A colleague of the customer, with the class of their last answer."""

    customer: Customer
    last_class: NpsClass


@dataclass(frozen=True)
class About:
    """`years` is None for who sees no money."""

    case: Case
    customer: Customer
    points: list[Point]
    lifecycle: Lifecycle | None
    years: list[tuple[int, Decimal]] | None
    contacts: list[Contact]
    cases: list[Case]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """Through the dots, as SVG writes it."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def promoters_from(self) -> int:
        """Where 9 stands."""
        return _height_of(9)

    @property
    def detractors_to(self) -> int:
        """Where 6 stands."""
        return _height_of(6)

    @property
    def newest_first(self) -> list[Point]:
        return self.points[::-1]


def about(case: Case, customer: Customer, reader: Membership) -> About:
    """What `reader` may know of the customer of `case`."""
    return About(
        case=case,
        customer=customer,
        points=_points(customer),
        lifecycle=lifecycle_of(customer),
        years=revenue_by_year(customer)[:YEARS] if reader.may(Right.MONEY) else None,
        contacts=_contacts(customer),
        cases=list(_other_cases(case, customer)),
    )


def _points(customer: Customer) -> list[Point]:
    """The last answers, oldest first."""
    rows = Response.objects.filter(customer=customer).select_related("survey", "touchpoint")
    answers = list(rows.order_by("-answered_at", "-id")[:SCORES])[::-1]
    times = [answer.answered_at.timestamp() for answer in answers]
    span = (times[-1] - times[0] or 1) if times else 1
    return [
        Point(answer, round(EDGE + (WIDTH - 2 * EDGE) * ((at - times[0]) / span)), _height_of(answer.score))
        for answer, at in zip(answers, times, strict=True)
    ]


def _height_of(score: int) -> int:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * score / 10)


def _contacts(customer: Customer) -> list[Contact]:
    """Detractors first; who never answered last."""
    if customer.account_id is None:
        return []
    last = Response.objects.filter(customer=OuterRef("pk")).order_by("-answered_at", "-id").values("nps_class")[:1]
    others = Customer.objects.filter(account=customer.account_id, erased_at=None).exclude(pk=customer.pk)
    found = others.annotate(last_class=Subquery(last)).order_by(F("last_class").asc(nulls_last=True), "name", "pk")
    return [Contact(one, NpsClass(one.last_class or NpsClass.SILENT)) for one in found[:CONTACTS]]


def _other_cases(case: Case, customer: Customer) -> list[Case]:
    cases = Case.objects.filter(customer=customer).exclude(pk=case.pk)
    return list(cases.with_people().select_related("root_cause").newest_first()[:CASES])
