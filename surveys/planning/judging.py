"""Judging an audience in SQL: for each person a language and the first reason that holds, and where they stand in the draw.

One statement judges as many people as one likes; simulating counts its rows, launching inserts them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import MD5, Cast, Coalesce, Concat, NullIf

from nps_platform.customers.erased import PREFIX, marks_of
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.customers.segments import customers_in
from nps_platform.tenancy.scope import current_organization
from surveys.models import Programme, Reservation, SkipReason, Wave
from surveys.planning import hooks
from surveys.planning.rules import (
    account_asked,
    account_quarantine_days,
    asked_from,
    asked_since,
    in_incident,
    others_of,
    quarantine_days,
    still_open,
)

EMAIL, SMS = CustomerPermission.Channel.EMAIL, CustomerPermission.Channel.SMS
PHONE = CustomerPermission.Channel.PHONE
# What both engines read the same way; names and domains are checked in full where addresses come in.
ADDRESS = r"""^[-a-zA-Z0-9.!#$%&'*+/=?^_`{|}~]+@[^\s@.,;:<>()"']+([.][^\s@.,;:<>()"']+)+$"""
More = Mapping[str, Combinable]
NOTHING: More = {}
COLUMNS = ("id", "account_id", "reason", "kept", "channel", "language", "place", "stratum", "draw")


@dataclass(frozen=True)
class Draw:
    """Who is drawn: those whose key is at most their stratum's cut-off. Empty: everybody. `days`: (last key of the day, …)."""

    cutoffs: Mapping[str, str] = field(default_factory=dict)
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judging:
    """One occasion of a programme, judged at `now`. `people` narrows the audience (a day of a continuous one, one person).

    `span`: only people with ids above the first and up to the second are judged: PostgreSQL, which reads the invitations of
    all at once, reads nobody else's. SQLite looks at each person's own, and would read the whole span for each.
    """

    programme: Programme
    now: datetime
    number: int = 1
    wave: Wave | None = None
    people: QuerySet[Customer] | None = None
    span: tuple[int, int] | None = None

    @cached_property
    def audience(self) -> QuerySet[Customer]:
        """Everybody of whom it is asked whether they are asked. Raises BrokenSegment."""
        return self.people if self.people is not None else customers_in(self.programme.audience)

    def rows(
        self, people: QuerySet[Customer] | None = None, more: More = NOTHING, blank: Collection[str] = ()
    ) -> QuerySet:
        """COLUMNS of everybody among `people` (default: the audience); `reason` without account, reservation and draw.

        And `more`; what is in `blank` nobody asks for: it is left empty.
        """
        people = self.audience if people is None else people
        twins = self._erased_twins(people)
        nothing = Value("", output_field=CharField())
        judged = (
            people.annotate(by=self._channel())
            .annotate(
                granted=self._granted() if current_organization().require_permission else Value(True),
                kept=self._kept(),
                spoken=self._language(),
                place=nothing if "place" in blank else where(),
                stratum=self._stratum(),
                draw=nothing if "draw" in blank else draw_key(self.programme.seed, self.number),
            )
            .annotate(reason=self._reason(twins), **{f"more_{name}": value for name, value in more.items()})
        )
        return judged.order_by().values_list(
            "id",
            "account_id",
            "reason",
            "kept",
            "by",
            "spoken",
            "place",
            "stratum",
            "draw",
            *(f"more_{name}" for name in more),
        )

    def sql(
        self,
        people: QuerySet[Customer] | None = None,
        draw: Draw | None = None,
        more: More = NOTHING,
        blank: Collection[str] = (),
    ) -> tuple[str, list[Any]]:
        """`WITH judged AS (…)`: id, reason (final, "" for who is asked), channel, language, place, stratum, draw, day (from 0),
        and `more`."""
        inner, params = self.rows(people, more, blank).query.sql_with_params()
        reason = "reason"
        if account_quarantine_days(self.programme):
            reason = (
                "CASE WHEN reason = '' AND account_id IS NOT NULL AND"
                " row_number() OVER (PARTITION BY account_id, reason = '' ORDER BY id) > 1"
                f" THEN '{SkipReason.QUARANTINED}' ELSE reason END"
            )
        drawn, drawn_params = _drawn(draw or Draw())
        day, day_params = _day(draw or Draw())
        columns = ", ".join((*COLUMNS, *more))
        passed = ", ".join(("channel", "language", "place", "stratum", "draw", *more))
        # Every name and branch is ours; values travel as parameters.
        sql = (
            f"WITH candidates ({columns}) AS MATERIALIZED ({inner}),"  # noqa: S608
            f" apart AS (SELECT id, {reason} AS reason, kept, {passed} FROM candidates),"
            f" judged AS MATERIALIZED (SELECT id, CASE WHEN reason <> '' THEN reason WHEN kept THEN '{SkipReason.RESERVED}'"
            f" WHEN {drawn} THEN '{SkipReason.NOT_SAMPLED}' ELSE '' END AS reason, {passed}, {day} AS day"
            " FROM apart) "
        )
        return sql, [*params, *drawn_params, *day_params]

    def read(
        self, select: str, *more: Any, people: QuerySet[Customer] | None = None, draw: Draw | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of a SELECT from `judged`, whose own parameters are `more`."""
        sql, params = self.sql(people, draw)
        return run(sql + select, [*params, *more])

    def _reason(self, twins: list[int]) -> Combinable:
        """The first that holds; each is asked for only where none before it held."""
        reasons: list[Combinable] = [_when(Q(erased_at__isnull=False) | Q(pk__in=twins), SkipReason.ERASED)]
        reasons += [
            self._suppressed(),
            _when(Q(granted=False), SkipReason.NO_PERMISSION),
            _when(~self._reached(), SkipReason.NO_ADDRESS),
            _when(self._same_address(), SkipReason.SAME_ADDRESS),
            *self._held(),
            *self._lately(),
        ]
        return Coalesce(*reasons, Value(""), output_field=CharField())

    def waits(self) -> Combinable:
        """Why somebody who needs no mail is not asked now, "" where nothing speaks against it."""
        return Coalesce(*self._held(), *self._lately(), Value(""), output_field=CharField())

    def held(self, people: QuerySet[Customer], reason: str) -> QuerySet[Customer]:
        """Those of `people` whom a case or an incident (the `reason`) keeps back now."""
        first = Coalesce(*self._held(), Value(""), Value(""), output_field=CharField())
        return people.alias(held_by=first).filter(held_by=reason)

    def would_draw(self, draw: Draw) -> QuerySet[Customer]:
        """Customers who lie in the draw, whatever speaks for or against asking them."""
        inside = ~Q(stratum__in=list(draw.cutoffs))
        for stratum, last in draw.cutoffs.items():
            inside |= Q(stratum=stratum, draw__lte=last)
        return Customer.objects.alias(stratum=self._stratum(), draw=draw_key(self.programme.seed, self.number)).filter(
            inside
        )

    def _held(self) -> list[Combinable]:
        """Reasons that pass while a wave is open: they are asked then."""
        reasons: list[Combinable] = []
        cases = None if self.programme.ask_despite_open_case else hooks.open_cases()
        if cases is not None:
            mine = cases.filter(customer_id=OuterRef("pk"))
            reasons.append(_when(Q(Exists(mine)), SkipReason.OPEN_CASE))
        incident = in_incident(self.now)
        if incident is not None:
            reasons.append(_when(incident, SkipReason.INCIDENT))
        return reasons

    def _lately(self) -> list[Combinable]:
        """An open invitation and the quarantines; 0 days waives them."""
        days = quarantine_days(self.programme)
        reasons: list[Combinable] = []
        if days:
            others = others_of(self.programme)
            if self.span:
                others = others.filter(customer_id__gt=self.span[0], customer_id__lte=self.span[1])
            recent = others.filter(asked_from(asked_since(days, self.now)))
            reasons = [
                _when(Q(Exists(others.filter(still_open(self.now)))), SkipReason.OPEN_INVITATION),
                _when(Q(Exists(recent)), SkipReason.QUARANTINED),
            ]
        of_account = account_quarantine_days(self.programme)
        if of_account:
            asked = account_asked(self.programme, self.wave, of_account, self.now)
            reasons.append(_when(Q(account__isnull=False) & Q(asked), SkipReason.QUARANTINED))
        return reasons

    @property
    def _by_phone(self) -> bool:
        return self.programme.channel == Programme.Channel.PHONE

    @property
    def _mixed(self) -> bool:
        return self.programme.channel == Programme.Channel.EMAIL_OR_SMS

    def _channel(self) -> Combinable:
        """How somebody is asked: as the programme says; by SMS who has no e-mail, or only one that is gone."""
        if not self._mixed:
            return Value(self.programme.channel, output_field=CharField())
        gone = Suppression.objects.filter(
            channel=EMAIL, address=OuterRef("email_lower"), reason=Suppression.Reason.BOUNCED
        )
        without = ~Q(email__regex=ADDRESS) | Q(Exists(gone))
        return Case(
            When(without & ~Q(mobile=""), then=Value(SMS.value)), default=Value(EMAIL.value), output_field=CharField()
        )

    def _suppressed(self) -> Combinable:
        """Why nobody writes to the address, or number, by the channel that it would be."""
        if self._by_phone:
            return _because(PHONE, "dialled")
        by_mail = _because(EMAIL, "email_lower")
        if not self.programme.text_channel:
            return by_mail
        by_text = _because(self.programme.text_channel, "mobile")
        return Case(When(by=EMAIL, then=by_mail), default=by_text, output_field=CharField()) if self._mixed else by_text

    def _reached(self) -> Q:
        """Who has an address that can be written to, or a number that takes texts."""
        if self._by_phone:
            return ~Q(dialled="")
        mail, text = Q(email__regex=ADDRESS), ~Q(mobile="")
        if not self.programme.text_channel:
            return mail
        return Q(by=EMAIL) & mail | ~Q(by=EMAIL) & text if self._mixed else text

    def _same_address(self) -> Q:
        """Somebody before them in the audience has the same address and may be written to: one message a mailbox."""
        if self._by_phone:
            return Q(self._earlier("dialled", PHONE))
        by_mail, by_text = self._earlier("email_lower", EMAIL), self._earlier("mobile", self.programme.text_channel)
        if self._mixed:
            return Q(by=EMAIL) & Q(by_mail) | ~Q(by=EMAIL) & Q(by_text)
        return Q(by_text if self.programme.text_channel else by_mail)

    def _earlier(self, address: str, channel: str) -> Exists:
        earlier = self.audience.filter(**{address: OuterRef(address)}, pk__lt=OuterRef("pk"), erased_at=None)
        if self._mixed:
            earlier = earlier.alias(by=self._channel()).filter(by=channel)
        if current_organization().require_permission:
            earlier = earlier.alias(granted=_permission(channel)).filter(granted=True)
        return Exists(earlier.order_by())

    def _granted(self) -> Combinable:
        """Whether they allowed feedback by the channel that they would be asked by."""
        if not self._mixed:
            return _permission(self.programme.channel)
        by_mail, by_text = _permission(EMAIL), _permission(SMS)
        return Case(When(by=EMAIL, then=by_mail), default=by_text, output_field=BooleanField())

    def _erased_twins(self, people: QuerySet[Customer]) -> list[int]:
        """Customers whose address or number was erased with somebody else. It is known by a keyed mark alone, which no
        database can make: asked for only where there are any."""
        if self._by_phone:
            return _twins(people, PHONE, "dialled")
        found = [] if self.programme.text_channel and not self._mixed else _twins(people, EMAIL, "email_lower")
        channel = self.programme.text_channel
        return [*found, *_twins(people, channel, "mobile")] if channel else found

    def _kept(self) -> Combinable:
        """Reservations of programmes that are still to ask; one whose day went by unlaunched keeps nobody."""
        live = Q(programme__launched_at__isnull=False) | Q(programme__starts_on__gte=self.now.date())
        others = Reservation.objects.filter(live).exclude(programme_id=self.programme.pk or 0)
        if not others.exists():
            return Value(False, output_field=BooleanField())
        return Exists(others.filter(customer=OuterRef("pk")))

    def _language(self) -> Combinable:
        """As Customer.language_for: their own, the organisation's, the survey's first, that the survey speaks."""
        spoken, own = self.programme.survey.languages, current_organization().language
        fallback = own if own in spoken or not spoken else spoken[0]
        return Case(When(language__in=spoken, then=F("language")), default=Value(fallback), output_field=CharField())

    def _stratum(self) -> Combinable:
        strata = self.programme.strata
        if strata == "unit":
            return Coalesce(Cast(Coalesce("unit_id", "account__unit_id"), CharField()), Value(""))
        if strata == "class":
            answers = hooks.last_answers()
            if answers is not None:
                last = answers.filter(customer_id=OuterRef("pk")).values("nps_class")[:1]
                return Coalesce(Subquery(last), Value(""), output_field=CharField())
        if strata.startswith("attribute:"):
            value = KeyTextTransform(strata.removeprefix("attribute:"), "attributes")
            return Coalesce(Cast(value, CharField()), Value(""), output_field=CharField())
        return Value("", output_field=CharField())


def _because(channel: str, address: str) -> Case:
    """Why nobody writes to this address. Whether it is on the list PostgreSQL may ask of all at once, which one it is only of each."""
    rows = Suppression.objects.filter(channel=channel, address=OuterRef(address))
    return Case(When(Exists(rows), then=Subquery(rows.values("reason")[:1])), default=None, output_field=CharField())


def _permission(channel: str) -> Combinable:
    """Whether the newest statement about feedback by this channel says yes."""
    statements = CustomerPermission.objects.filter(
        customer=OuterRef("pk"), purpose=CustomerPermission.Purpose.FEEDBACK, channel=channel
    )
    newest = statements.order_by("-at", "-pk").values("granted")[:1]
    return Coalesce(Subquery(newest), Value(False), output_field=BooleanField())


def _when(condition: Q, reason: SkipReason) -> Case:
    return Case(When(condition, then=Value(reason.value)), default=None, output_field=CharField())


def where(of: str = "") -> Combinable:
    """Time zone and country of a person, "Europe/Rome|IT": their own, their unit's; empty for the organisation's.

    `of`: the way from the rows to the person, such as "customer__".
    """
    return Concat(_nearest(of, "timezone"), Value("|"), _nearest(of, "country"), output_field=CharField())


def _nearest(of: str, name: str) -> Combinable:
    steps = (NullIf(f"{of}{path}", Value("")) for path in (name, f"unit__{name}", f"account__unit__{name}"))
    return Coalesce(*steps, Value(""), output_field=CharField())


def draw_key(seed: int, number: int) -> MD5:
    """A person's place in the draw of one occasion: who is drawn twice a year is left to chance, not to their number."""
    return MD5(Concat(Value(f"{seed}:{number}:"), Cast("pk", CharField()), output_field=CharField()))


def _drawn(draw: Draw) -> tuple[str, list[str]]:
    """SQL that is true for who is not drawn; a stratum without a cut-off is drawn whole, one that is empty not at all."""
    if not draw.cutoffs:
        return "1 = 0", []
    branches = " ".join("WHEN stratum = %s THEN draw > %s" for _ in draw.cutoffs)
    return f"CASE {branches} ELSE 1 = 0 END", [part for item in draw.cutoffs.items() for part in item]


def _day(draw: Draw) -> tuple[str, list[str]]:
    """SQL of the day in which somebody's mail leaves, from 0."""
    if not draw.days:
        return "0", []
    branches = " ".join(f"WHEN draw <= %s THEN {index}" for index in range(len(draw.days)))
    return f"CASE {branches} ELSE {len(draw.days)} END", list(draw.days)


def _twins(people: QuerySet[Customer], channel: str, address: str) -> list[int]:
    erased = Suppression.objects.filter(channel=channel, address__startswith=PREFIX)
    marks = set(erased.values_list("address", flat=True))
    if not marks:
        return []
    addresses = people.exclude(**{address: ""}).order_by().values_list("pk", address)
    rows = addresses.iterator(chunk_size=5000)
    return [pk for pk, known in rows if not marks.isdisjoint(marks_of([known]))]


def interpret(cursor: CursorWrapper) -> None:
    """Keep PostgreSQL from compiling the statements of this transaction: that takes seconds, judging a window less than one."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL jit = off")


def run(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """Rows of one statement, scoped by what it was compiled from."""
    # A transaction only where there is something to set for it: on SQLite it would keep everybody else from writing.
    setting = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
    with setting, connection.cursor() as cursor:
        interpret(cursor)
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def count_by(judging: Judging, *columns: str, draw: Draw | None = None) -> list[tuple[Any, ...]]:
    """How many there are for each combination of the judged columns, the number last."""
    names = ", ".join(columns)
    return judging.read(f"SELECT {names}, count(*) FROM judged GROUP BY {names}", draw=draw)  # noqa: S608
