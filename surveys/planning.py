"""Whom to ask: the one code behind the simulator and the launch (METHOD §4; reasons and their order: CONTRACT).

Customers are walked by id in batches; each batch is judged with a handful of set-based queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone

from nps_platform.customers.erased import marks_of
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.customers.segments import customers_in
from nps_platform.lib.nps import margin_for
from nps_platform.tenancy.scope import current_organization
from surveys.models import Invitation, Programme, SkipReason, SurveyKind

BATCH = 1000
ASKED = Q(
    state__in=(Invitation.State.PLANNED, Invitation.State.SENT, Invitation.State.ANSWERED, Invitation.State.BOUNCED)
)
REALLY_ASKED = ASKED | Q(state=Invitation.State.CLOSED, sent_at__isnull=False)
OPEN = (Invitation.State.PLANNED, Invitation.State.SENT)
# Used where the organisation has too little past of its own; both are shown as assumptions.
ASSUMED_RESPONSE_RATE = 0.2
ASSUMED_VARIANCE = 0.61
ENOUGH_PAST = 100
PAST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Decision:
    """One person of the audience: asked in `language`, or skipped for `reason`."""

    customer: Customer
    language: str
    reason: str = ""


@dataclass(frozen=True)
class Simulation:
    """What a launch would do now. `margin` in points, None where nobody would answer; bases as in METHOD §7."""

    eligible: int
    recipients: int
    skipped: dict[str, int]
    response_rate: float
    rate_basis: str
    expected_answers: int
    margin: float | None
    languages: dict[str, int] = field(default_factory=dict)
    quarantine_days: int = 0

    @property
    def asked_share(self) -> float:
        """The part of the audience that is asked, 0 to 1."""
        return self.recipients / self.eligible if self.eligible else 0.0

    @property
    def skips(self) -> int:
        return sum(self.skipped.values())


def simulate(programme: Programme) -> Simulation:
    """Judge the whole audience without writing anything."""
    skipped: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for decision in decisions(programme):
        if decision.reason:
            skipped[decision.reason] += 1
        else:
            languages[decision.language] += 1
    recipients = languages.total()
    rate, basis = response_rate(programme.survey.kind)
    answers = round(recipients * rate)
    in_order = {reason: skipped[reason] for reason in SkipReason.values if skipped[reason]}
    eligible = recipients + skipped.total()
    return Simulation(
        eligible=eligible,
        recipients=recipients,
        skipped=in_order,
        response_rate=rate,
        rate_basis=basis,
        expected_answers=answers,
        margin=margin_for(ASSUMED_VARIANCE, answers, max(eligible, 1)),
        languages=dict(languages),
        quarantine_days=quarantine_days(programme),
    )


def decisions(programme: Programme) -> Iterator[Decision]:
    """Everybody of the audience in order of id."""
    last = 0
    while batch := next_customers(programme, last):
        yield from decide(programme, batch)
        last = batch[-1].pk


def next_customers(programme: Programme, after: int) -> list[Customer]:
    """The next batch of the audience after a customer's id."""
    return list(customers_in(programme.audience).filter(pk__gt=after).order_by("pk")[:BATCH])


def decide(programme: Programme, customers: Sequence[Customer]) -> list[Decision]:
    """One reason a person, the first that holds; those of `customers` already in this programme are asked for elsewhere."""
    now = timezone.now()
    ids = [customer.pk for customer in customers]
    suppressed = _suppressions(customers)
    permitted = _permitted(ids)
    open_elsewhere, asked = _asked_before(programme, ids, now)
    spoken, fallback = programme.survey.languages, current_organization().language
    return [
        Decision(
            customer,
            _language(customer, spoken, fallback),
            _standing_reason(customer, suppressed, permitted) or _recent_reason(customer.pk, open_elsewhere, asked),
        )
        for customer in customers
    ]


def _language(customer: Customer, spoken: list[str], fallback: str) -> str:
    """As Customer.language_for, without asking for the organisation once a person."""
    for wanted in (customer.language, fallback):
        if wanted in spoken:
            return wanted
    return spoken[0] if spoken else fallback


def _standing_reason(customer: Customer, suppressed: dict[str, str], permitted: set[int] | None) -> str:
    if customer.erased_at is not None:
        return SkipReason.ERASED
    found = suppressed.get(customer.email.strip().lower())
    if found:
        return found
    if permitted is not None and customer.pk not in permitted:
        return SkipReason.NO_PERMISSION
    return "" if _is_address(customer.email) else SkipReason.NO_ADDRESS


def _recent_reason(customer_id: int, open_elsewhere: set[int], asked: set[int]) -> str:
    if customer_id in open_elsewhere:
        return SkipReason.OPEN_INVITATION
    return SkipReason.QUARANTINED if customer_id in asked else ""


def _suppressions(customers: Sequence[Customer]) -> dict[str, str]:
    """Lower-case address → reason, for those that are not written to; erased ones are known by their marks alone."""
    addresses = {customer.email.strip().lower() for customer in customers if customer.email}
    marks = marks_of(addresses)
    rows = Suppression.objects.filter(
        channel=CustomerPermission.Channel.EMAIL, address__in=[*addresses, *marks]
    ).values_list("address", "reason")
    return {marks.get(address, address): str(SkipReason(reason)) for address, reason in rows}


def _permitted(ids: list[int]) -> set[int] | None:
    """Who said yes to feedback by e-mail and has not taken it back; None where the organisation does not require it."""
    if not current_organization().require_permission:
        return None
    statements = CustomerPermission.objects.filter(
        customer_id__in=ids,
        purpose=CustomerPermission.Purpose.FEEDBACK,
        channel=CustomerPermission.Channel.EMAIL,
    ).order_by("at", "pk")
    newest = dict(statements.values_list("customer_id", "granted"))
    return {customer_id for customer_id, granted in newest.items() if granted}


def _asked_before(programme: Programme, ids: list[int], now: datetime) -> tuple[set[int], set[int]]:
    """Who has an open invitation of another programme, and who was asked within the quarantine. 0 days waives both."""
    days = quarantine_days(programme)
    if not days:
        return set(), set()
    others = Invitation.objects.filter(customer_id__in=ids).exclude(programme=programme)
    still_open = others.filter(state__in=OPEN).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    recent = others.filter(REALLY_ASKED, created_at__gt=now - timedelta(days=days))
    return set(still_open.values_list("customer_id", flat=True)), set(recent.values_list("customer_id", flat=True))


def quarantine_days(programme: Programme) -> int:
    """The programme's own, else the organisation's for this kind of survey."""
    if programme.quarantine_days is not None:
        return programme.quarantine_days
    organization = current_organization()
    if programme.survey.kind == SurveyKind.RELATIONAL:
        return organization.relational_quarantine_days
    return organization.transactional_quarantine_days


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def response_rate(kind: str) -> tuple[float, str]:
    """Answers per person asked in the last year's surveys of `kind`, and its basis: "observed", or "assumed" under 100."""
    past = Invitation.objects.filter(
        REALLY_ASKED, survey__kind=kind, created_at__gt=timezone.now() - PAST, sent_at__isnull=False
    )
    sent = past.count()
    if sent < ENOUGH_PAST:
        return ASSUMED_RESPONSE_RATE, "assumed"
    return past.filter(state=Invitation.State.ANSWERED).count() / sent, "observed"
