"""Invitations and their mails as INSERT … SELECT: a thousand people cost as many statements as a million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL

from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import current_organization
from surveys.invitation_mail import INVITATION_KIND
from surveys.models import CallTask, Invitation, Programme, Wave
from surveys.planning.judging import Judging, interpret
from surveys.planning.preparing import OWN, Plan

State = Invitation.State
WAVE_PRIORITY = 6
Columns = dict[str, tuple[str, list[Any]]]  # by name: SQL over `judged`, and its parameters


def invite(judging: Judging, wave: Wave, occasion: str, plan: Plan, people: QuerySet[Customer], now: datetime) -> int:
    """A row for each of `people`: to be asked, or skipped for a reason; how many."""
    sql, params = judging.sql(people, plan.draw, blank=_blank(plan))
    columns = _invited(judging.programme, wave, occasion, plan, now)
    return insert_rows(
        Invitation, _expressions(columns), "judged", with_sql=sql, params=[*params, *_parameters(columns)]
    )


def invite_by_mail(
    judging: Judging, wave: Wave, occasion: str, plan: Plan, people: QuerySet[Customer], now: datetime
) -> tuple[int, datetime | None]:
    """The same with their mails or texts, in one statement (PostgreSQL): how many are asked, and when the first mail is due.

    Invitations get their numbers while people are judged, so that nothing is read again.
    """
    number = RawSQL("nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))", [Invitation._meta.db_table])
    more = {"number": number, "address": _address("by", "email", "mobile"), "name": F("name")}
    sql, params = judging.sql(people, plan.draw, more, _blank(plan))
    due, due_params = _due(plan)
    invited: Columns = {"id": ("number", []), **_invited(judging.programme, wave, occasion, plan, now)}
    owed: Columns = {
        **_values(_mail(wave, state=Message.State.QUEUED, now=now)),
        "source_id": ("number", []),
        "channel": ("channel", []),
        "to_address": ("address", []),
        "to_name": ("name", []),
        "customer_id": ("id", []),
        "language": ("language", []),
        "due_at": (due, due_params),
    }
    asked = " WHERE reason = ''"
    with connection.cursor() as cursor:
        interpret(cursor)
        cursor.execute(
            f"{sql}, invited AS ({_insertion(Invitation, invited)}), owed AS ({_insertion(Message, owed)}{asked})"  # noqa: S608
            f" SELECT count(*), min({due}) FROM judged{asked}",
            [*params, *_parameters(invited), *_parameters(owed), *due_params],
        )
        many, first = cursor.fetchone()
    return many, first


def _blank(plan: Plan) -> tuple[str, ...]:
    """What of the judging this plan does without."""
    drawn = plan.draw.cutoffs or plan.draw.days
    return (*(() if drawn else ("draw",)), *(() if len(plan.dues) > 1 else ("place",)))


def _invited(programme: Programme, wave: Wave, occasion: str, plan: Plan, now: datetime) -> Columns:
    due, due_params = _due(plan)
    fixed = Invitation(
        organization=current_organization(),
        programme=programme,
        survey=programme.survey,
        wave=wave,
        occasion=occasion,
        created_at=now,
    )
    return {
        **_values(fixed),
        "customer_id": ("id", []),
        "language": ("language", []),
        "channel": ("channel", []),
        "state": ("CASE WHEN reason = '' THEN %s ELSE %s END", [State.PLANNED, State.SKIPPED]),
        "skip_reason": ("reason", []),
        "due_at": (f"CASE WHEN reason = '' THEN {due} END", due_params),
        "version_id": ("CASE WHEN reason = '' THEN %s END", [programme.survey.published_id]),
        "expires_at": ("CASE WHEN reason = '' THEN %s END", [_moment(wave.closes_at)]),
    }


def _expressions(columns: Columns) -> dict[str, str]:
    return {name: expression for name, (expression, _params) in columns.items()}


def _parameters(columns: Columns) -> list[Any]:
    return [param for _expression, some in columns.values() for param in some]


def _due(plan: Plan) -> tuple[str, list[Any]]:
    """SQL of when the mail of a judged row leaves."""
    own, own_params = _due_by_day(plan.dues[OWN])
    others = [(text, _due_by_day(dues)) for text, dues in plan.dues.items() if dues != plan.dues[OWN]]
    if not others:
        return own, own_params
    branches = " ".join(f"WHEN %s THEN {sql}" for _text, (sql, _params) in others)
    params = [param for text, (_sql, some) in others for param in (text, *some)]
    return f"CASE place {branches} ELSE {own} END", [*params, *own_params]


def _due_by_day(dues: tuple[datetime, ...]) -> tuple[str, list[Any]]:
    if len(dues) == 1:
        return "%s", [_moment(dues[0])]
    branches = " ".join(f"WHEN {day} THEN %s" for day in range(len(dues)))
    return f"CASE day {branches} END", [_moment(at) for at in dues]


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _values(row: models.Model) -> Columns:
    """What an unsaved row holds, by column: the same for everybody, defaults included."""
    return {
        column.column: ("%s", [column.get_db_prep_save(column.value_from_object(row), connection)])
        for column in row._meta.concrete_fields
        if column.column and not column.primary_key and not column.generated
    }


def insert_rows(
    model: type[models.Model], columns: Mapping[str, str], source: str, *, with_sql: str = "", params: list[Any]
) -> int:
    """INSERT INTO the model's table, column by column an SQL expression over `source`; how many.

    Every name and expression is ours; values travel as parameters, in the order of their marks.
    """
    insertion, select = _into(model, columns), f"SELECT {', '.join(columns.values())} FROM {source}"  # noqa: S608
    return _insert(f"{insertion} {with_sql}{select}", params)


def _insertion(model: type[models.Model], columns: Columns) -> str:
    """INSERT INTO the model's table from `judged`, its parameters left to the statement that it is a part of."""
    return f"{_into(model, columns)} SELECT {', '.join(_expressions(columns).values())} FROM judged"  # noqa: S608


def _into(model: type[models.Model], columns: Iterable[str]) -> str:
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    return f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names})"


def _insert(statement: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        interpret(cursor)
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def where_to() -> Combinable:
    """The address or number of invitations' people, by the channel that they are asked by."""
    return _address("channel", "customer__email", "customer__mobile")


def _address(channel: str, email: str, mobile: str) -> Combinable:
    return Case(When(**{channel: Message.Channel.EMAIL}, then=F(email)), default=F(mobile))


def owe_mails(invitations: QuerySet[Invitation], wave: Wave, *, state: str, now: datetime) -> int:
    """A message for each of these planned invitations; how many."""
    personal: dict[str, Combinable] = {
        "source_id": F("pk"),
        "channel": F("channel"),
        "to_address": where_to(),
        "to_name": F("customer__name"),
        "customer_id": F("customer_id"),
        "language": F("language"),
        "due_at": F("due_at"),
    }
    return _row_each(invitations, _mail(wave, state=state, now=now), personal)


def _mail(wave: Wave, *, state: str, now: datetime) -> Message:
    """What the mails of a wave have in common."""
    return Message(
        organization=current_organization(),
        kind=INVITATION_KIND,
        group_id=wave.programme_id,
        state=state,
        priority=WAVE_PRIORITY,
        created_by=wave.programme.launched_by,
        created_at=now,
    )


def message_to(programme: Programme, invitation: Invitation, *, kind: str, due_at: datetime, step: int = 0) -> Message:
    """One invitation's message, unsaved: what `owe_mails` writes for many at once."""
    return Message(
        kind=kind,
        source_id=invitation.pk,
        step=step,
        group_id=programme.pk,
        channel=invitation.channel,
        to_address=invitation.address,
        to_name=invitation.customer.name,
        customer=invitation.customer,
        language=invitation.language,
        priority=WAVE_PRIORITY,
        due_at=due_at,
        created_by=programme.launched_by,
    )


def owe_calls(invitations: QuerySet[Invitation]) -> int:
    """A place on the call list for each of these planned invitations; how many."""
    fixed = CallTask(organization=current_organization())
    return _row_each(
        invitations, fixed, {"invitation_id": F("pk"), "customer_id": F("customer_id"), "due_at": F("due_at")}
    )


def _row_each(invitations: QuerySet[Invitation], fixed: models.Model, personal: Mapping[str, Combinable]) -> int:
    """A row like `fixed` for each invitation, with what is personal by column."""
    model = type(fixed)
    fields = {f.column: f for f in model._meta.concrete_fields if f.column and not f.primary_key and not f.generated}
    picked = {
        f"m_{name}": personal.get(name) or Value(f.value_from_object(fixed), output_field=f)
        for name, f in fields.items()
    }
    rows = invitations.order_by().annotate(**picked).values_list(*picked)
    select, params = rows.query.sql_with_params()
    return _insert(f"{_into(model, fields)} {select}", list(params))
