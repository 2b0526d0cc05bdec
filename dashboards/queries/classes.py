"""Who was what on a day: the class as of a window's first day, without looking ahead (METHOD §7, windows)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from dashboards.periods import midnight
from dashboards.queries.filters import own_zone
from nps_platform.customers.models import Customer, Suppression
from nps_platform.lib.nps import NpsClass, class_of
from responses.models import Response, ScoreChange
from surveys.models import Invitation, SurveyKind


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The answer that gives a customer's class: its id, and the score that was in force on the day."""

    response_id: int
    score: int

    @property
    def nps_class(self) -> NpsClass:
        return class_of(self.score)


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def standpoints(day: date) -> dict[int, Standpoint]:
    """Customer id → the last relational score in force before 00:00 of `day`, answered in the 12 months before it.

    Who is missing is silent. A correction made on or after that instant is not seen: the score it replaced is.
    """
    zone = own_zone()
    start, instant = midnight(a_year_before(day), zone), midnight(day, zone)
    relational = Q(kind=SurveyKind.RELATIONAL, answered_at__gte=start, answered_at__lt=instant, customer__isnull=False)
    answers = (
        Response.objects.filter(relational).order_by("answered_at", "id").values_list("customer_id", "id", "score")
    )
    last = {customer: Standpoint(response, score) for customer, response, score in answers if customer is not None}
    earlier = _scores_before_correction(start, instant)
    return {
        customer: Standpoint(at.response_id, earlier.get(at.response_id, at.score)) for customer, at in last.items()
    }


def _scores_before_correction(start, instant) -> dict[int, int]:
    """Answers given before the instant and corrected after it: the first such correction holds what was in force."""
    changes = (
        ScoreChange.objects.filter(
            kind=ScoreChange.Kind.CORRECTION,
            at__gte=instant,
            response__kind=SurveyKind.RELATIONAL,
            response__answered_at__gte=start,
            response__answered_at__lt=instant,
        )
        .order_by("-at", "-id")
        .values_list("response_id", "score")
    )
    return dict(changes)


class Silence(StrEnum):
    """Why a customer without a class has none."""

    ASKED = "asked_without_answer"
    UNREACHABLE = "not_reachable"
    NEVER_ASKED = "never_asked"


@dataclass(frozen=True, slots=True)
class Silences:
    """Who was asked in the 12 months before the day, and who could not be: everyone else was never asked."""

    asked: frozenset[int]
    unreachable: frozenset[int]

    def of(self, customer_id: int) -> Silence:
        if customer_id in self.asked:
            return Silence.ASKED
        return Silence.UNREACHABLE if customer_id in self.unreachable else Silence.NEVER_ASKED


def silences(day: date) -> Silences:
    """Asked: a relational invitation was sent. Not reachable: neither e-mail nor telephone, or a suppressed address."""
    zone = own_zone()
    sent = Invitation.objects.filter(
        survey__kind=SurveyKind.RELATIONAL,
        sent_at__gte=midnight(a_year_before(day), zone),
        sent_at__lt=midnight(day, zone),
    )
    without_address = Customer.objects.filter(email="", phone="").values_list("id", flat=True)
    suppressed = Suppression.objects.filter(customer__isnull=False, at__lt=midnight(day + timedelta(days=1), zone))
    return Silences(
        frozenset(sent.values_list("customer_id", flat=True)),
        frozenset(without_address) | frozenset(suppressed.values_list("customer_id", flat=True)),
    )
